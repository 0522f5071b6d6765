"""Forms of a person's rights: delete the account, change the identity provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import ServiceForm, password_field


class DeleteAccountForm(ServiceForm):
    """Sure, and with the password where there is one."""

    understood = forms.BooleanField(
        label=_("Ich möchte mein Konto löschen. Ich weiß, dass das nicht rückgängig zu machen ist."),
        error_messages={"required": _("Bestätigen Sie, dass Sie Ihr Konto löschen möchten.")},
    )
    current_password = password_field(_("Ihr Passwort"), autocomplete="current-password")

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        """Ask for the password only where there is one."""
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["current_password"]


class ProviderChangeForm(ServiceForm):
    """Consent to go on with another provider."""

    agrees = forms.BooleanField(
        label=_(
            "Ich stimme zu: Mein Konto soll mit dem neuen Ausweisdienst weitergehen. Habe ich dort schon ein Konto, "
            "werden beide zu einem."
        ),
        error_messages={"required": _("Ohne Ihre Zustimmung ändern wir nichts. Setzen Sie den Haken, um zu wechseln.")},
    )
