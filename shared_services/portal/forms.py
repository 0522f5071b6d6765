"""Forms of visitors. They check shape only; the services decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import ServiceForm
from shared_services.portal.kinds import FeedbackKind
from shared_services.portal.services.feedback import MESSAGE_LENGTH, PAGE_LENGTH


class FeedbackForm(ServiceForm):
    """A message. `website` is a trap for programs: people neither see nor reach it."""

    kind = forms.ChoiceField(
        label=_("Worum geht es?"),
        choices=[
            (FeedbackKind.PILOT.value, _("Rückmeldung zum Portal: Lob, Kritik oder eine Idee")),
            (FeedbackKind.ACCESSIBILITY.value, _("Barriere: Ich kann etwas nicht lesen, bedienen oder verstehen")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Wählen Sie, worum es geht.")},
    )
    message = forms.CharField(
        label=_("Ihre Nachricht"),
        help_text=_("Bitte nennen Sie hier keine vertraulichen Daten."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Schreiben Sie uns, was Ihnen aufgefallen ist.")},
    )
    page = forms.CharField(
        label=_("Um welche Seite geht es?"),
        help_text=_("Zum Beispiel die Adresse oder die Überschrift der Seite."),
        max_length=PAGE_LENGTH,
        required=False,
    )
    contact = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Nur wenn Sie eine Antwort möchten."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Bitte lassen Sie dieses Feld leer"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
