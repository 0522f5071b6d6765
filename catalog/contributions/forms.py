"""What an editor says when deciding on a contribution."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class PublishForm(forms.Form):
    """A word for the version."""

    note = forms.CharField(
        label=gettext_lazy("Notiz zur Fassung"),
        help_text=gettext_lazy("Alle Kommunen lesen sie neben der Änderung."),
        required=False,
        max_length=500,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    """The reason."""

    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        help_text=gettext_lazy("Die Kommune liest ihn. Schreiben Sie, was fehlt oder was schon woanders steht."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )
