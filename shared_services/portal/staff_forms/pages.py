"""A legal page in one language."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.portal.staff_forms.base import EditForm


class PageForm(EditForm):
    """Title and text."""

    title = forms.CharField(
        label=_("Überschrift"), max_length=200, error_messages={"required": _("Geben Sie eine Überschrift ein.")}
    )
    body = forms.CharField(
        label=_("Text"),
        help_text=_(
            "Absätze mit Leerzeile trennen, oder mit den Auszeichnungen p, h2, h3, ul, ol, li, strong, em und a."
        ),
        required=False,
        max_length=70_000,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
    )
