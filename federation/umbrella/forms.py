"""The feedback form of an umbrella portal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.umbrella.services import MAX_MESSAGE_LENGTH


class FeedbackForm(forms.Form):
    """What does not work, where, and how to reach who wrote it. `website` is a trap: people do not see it."""

    message = forms.CharField(
        label=_("Ihre Nachricht"),
        help_text=_("Was wollten Sie tun? Was hat nicht geklappt?"),
        max_length=MAX_MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Schreiben Sie, was nicht klappt."),
            "max_length": _("Kürzen Sie Ihre Nachricht auf höchstens %(limit_value)d Zeichen."),
        },
    )
    page = forms.CharField(
        label=_("Auf welcher Seite?"),
        help_text=_("Name oder Adresse der Seite"),
        max_length=300,
        required=False,
    )
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Nur wenn Sie eine Antwort möchten."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Prüfen Sie die E-Mail-Adresse. Sie sieht so aus: name@beispiel.de")},
    )
    website = forms.CharField(required=False)

    @property
    def is_robot(self) -> bool:
        """Whether the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("website"))
