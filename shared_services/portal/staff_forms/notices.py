"""A notice on the home page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.portal.editing import EditState
from shared_services.portal.kinds import NoticeLevel
from shared_services.portal.staff_forms.base import DayInput, EditForm

_WRONG_DAY = _("Geben Sie den Tag als Datum an.")


class NoticeForm(EditForm):
    """German is needed, English may follow."""

    title_de = forms.CharField(
        label=_("Überschrift auf Deutsch"),
        max_length=120,
        error_messages={"required": _("Geben Sie eine Überschrift ein.")},
    )
    body_de = forms.CharField(
        label=_("Text auf Deutsch"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    title_en = forms.CharField(label=_("Überschrift auf Englisch"), required=False, max_length=120)
    body_en = forms.CharField(
        label=_("Text auf Englisch"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    level = forms.ChoiceField(label=_("Darstellung"), choices=NoticeLevel.choices, widget=forms.RadioSelect)
    shown_from = forms.DateField(
        label=_("Zeigen ab"),
        widget=DayInput(),
        error_messages={"required": _("Geben Sie den ersten Tag an."), "invalid": _WRONG_DAY},
    )
    shown_to = forms.DateField(
        label=_("Zeigen bis einschließlich"),
        help_text=_("Leer: bis Sie den Hinweis löschen."),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": _WRONG_DAY},
    )

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Spread the texts over the fields."""
        values, texts = state.values, state.values["texts"]
        spread = {
            f"{name}_{code}": texts.get(code, {}).get(name, "") for code in ("de", "en") for name in ("title", "body")
        }
        return {**spread, **{name: values[name] for name in ("level", "shown_from", "shown_to")}}

    @property
    def values(self) -> dict[str, Any]:
        """The entries for the service, once valid."""
        data = self.cleaned_data
        texts = {code: {"title": data[f"title_{code}"], "body": data[f"body_{code}"]} for code in ("de", "en")}
        return {"texts": texts, **{name: data[name] for name in ("level", "shown_from", "shown_to")}}
