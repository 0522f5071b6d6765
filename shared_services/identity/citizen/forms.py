"""Forms of citizens' sign-in and account. They check shape only; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import CodeForm, PasskeyForm, ServiceForm, password_field
from shared_services.identity.redirects import PARAMETER
from tenants.passwords import password_hint

__all__ = ("AddressForm", "CitizenPasswordForm", "CitizenSignInForm", "CodeForm", "PasskeyForm")


def _email(label: Any, *, autocomplete: str) -> forms.CharField:
    """Return a field whose form the service checks: wrong and unknown addresses get the same answer."""
    return forms.CharField(label=label, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": autocomplete}))


class CitizenSignInForm(ServiceForm):
    """Address and password."""

    email = _email(_("E-Mail-Adresse"), autocomplete="username")
    password = password_field(_("Passwort"), autocomplete="current-password")
    weiter = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    field_order = ("email", "password", PARAMETER)


class AddressForm(ServiceForm):
    """An address to which a link goes."""

    email = _email(_("E-Mail-Adresse"), autocomplete="email")


class CitizenPasswordForm(ServiceForm):
    """A first or new password. Once is enough: it can be shown, and a link sets another one."""

    password = password_field(_("Passwort"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the rules before they are broken."""
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()
