"""A legal page in one language."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.portal.editing import EditState
from shared_services.portal.staff_forms.base import EditForm

# A new line after each block: long pages stay readable in the field.
_BLOCK_END: Final = re.compile(r"(</(?:p|h[1-6]|ul|ol|li)>|<(?:ul|ol)>)\s*(?=<)")


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

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Write the text in lines."""
        return {"title": state.values["title"], "body": _BLOCK_END.sub("\\1\n", state.values["body"])}
