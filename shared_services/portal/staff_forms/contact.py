"""Address, ways to reach the town, links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.portal.editing import EditState
from shared_services.portal.staff_forms.base import EditForm
from tenants.phones import readable_phone


def _text(label: Any, *, length: int, hint: Any = "", autocomplete: str = "off") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=length, widget=widget)


def _email(label: Any, hint: Any = "") -> forms.CharField:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=254, widget=widget)


def _url(label: Any) -> forms.CharField:
    widget = forms.URLInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=500, widget=widget)


class ContactForm(EditForm):
    """All contact data; every field may stay empty."""

    unit = _text(_("Anlaufstelle"), length=120, hint=_("Zum Beispiel: Bürgerbüro"))
    street = _text(_("Straße und Hausnummer"), length=200)
    postcode = _text(_("Postleitzahl"), length=10)
    town = _text(_("Ort"), length=120)
    representative = _text(
        _("Vertreten durch"), length=200, hint=_("Steht im Impressum. Zum Beispiel: Bürgermeisterin Petra Beispiel")
    )
    phone = forms.CharField(
        label=_("Telefonnummer"),
        help_text=_("Mit Vorwahl, zum Beispiel 02043 990."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    email = _email(_("E-Mail-Adresse"))
    accessibility_email = _email(_("E-Mail für Barrierefreiheit"), _("Steht in der Erklärung zur Barrierefreiheit."))
    privacy_email = _email(_("E-Mail für Datenschutz"))
    website_url = _url(_("Website der Kommune"))
    app_url = _url(_("App der Kommune"))
    council_url = _url(_("Ratsinformationssystem"))

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Write the phone number as people read it."""
        return {**state.values, "phone": readable_phone(state.values["phone"])}

    @property
    def values(self) -> dict[str, str]:
        """The entries for the service, once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
