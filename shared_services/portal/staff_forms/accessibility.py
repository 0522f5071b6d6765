"""The facts of the accessibility statement."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.portal.editing import EditState
from shared_services.portal.kinds import Conformance
from shared_services.portal.staff_forms.base import DayInput, EditForm


class AccessibilityForm(EditForm):
    """Conformance, method, day of the evaluation, and known barriers: one a line, the same line in both languages."""

    conformance = forms.ChoiceField(
        label=_("Stand der Barrierefreiheit"), choices=Conformance.choices, widget=forms.RadioSelect
    )
    evaluated_on = forms.DateField(
        label=_("Zuletzt bewertet am"),
        widget=DayInput(),
        error_messages={
            "required": _("Geben Sie den Tag der Bewertung an."),
            "invalid": _("Geben Sie den Tag als Datum an."),
        },
    )
    method_de = forms.CharField(label=_("Wie bewertet, auf Deutsch"), required=False, max_length=300)
    method_en = forms.CharField(label=_("Wie bewertet, auf Englisch"), required=False, max_length=300)
    gaps_de = forms.CharField(
        label=_("Bekannte Barrieren auf Deutsch"),
        help_text=_("Eine Barriere in jeder Zeile."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    gaps_en = forms.CharField(
        label=_("Bekannte Barrieren auf Englisch"),
        help_text=_("Dieselbe Reihenfolge wie auf Deutsch."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Write the barriers as lines."""
        values = state.values
        lines = {f"gaps_{code}": "\n".join(gap.get(code, "") for gap in values["gaps"]) for code in ("de", "en")}
        methods = {f"method_{code}": values["method"].get(code, "") for code in ("de", "en")}
        return {"conformance": values["conformance"], "evaluated_on": values["evaluated_on"], **lines, **methods}

    @property
    def values(self) -> dict[str, Any]:
        """The entries for the service, once valid."""
        data = self.cleaned_data
        german, english = (data[name].replace("\r\n", "\n").split("\n") for name in ("gaps_de", "gaps_en"))
        gaps = [{"de": de, "en": en} for de, en in zip_longest(german, english, fillvalue="")]
        return {
            "conformance": data["conformance"],
            "evaluated_on": data["evaluated_on"],
            "method": {"de": data["method_de"], "en": data["method_en"]},
            "gaps": [gap for gap in gaps if any(text.strip() for text in gap.values())],
        }
