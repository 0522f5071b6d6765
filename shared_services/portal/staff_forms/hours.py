"""Opening hours: two spans for each weekday, and single days that differ."""

from __future__ import annotations

from datetime import date, time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import ServiceForm
from shared_services.portal.editing import EditState
from shared_services.portal.hours import Span
from shared_services.portal.hours_texts import day_name
from shared_services.portal.staff_forms.base import ClockInput, DayInput, EditForm

SPANS_A_DAY = 2
# Any Monday will do: it only lends its weekdays' names.
_MONDAY = date(2026, 1, 5)


def _clock_field(label: Any) -> forms.TimeField:
    wrong = _("Geben Sie eine Uhrzeit ein, zum Beispiel 08:30.")
    return forms.TimeField(label=label, required=False, widget=ClockInput(), error_messages={"invalid": wrong})


class HoursForm(EditForm):
    """Fields `day_1_opens_1`, `day_1_closes_1`, `day_1_opens_2` ... `day_7_closes_2`, and the note."""

    aliases: ClassVar[dict[str, str]] = {f"day_{day}": f"day_{day}_opens_1" for day in range(1, 8)}

    note_de = forms.CharField(
        label=_("Anmerkung auf Deutsch"),
        help_text=_("Zum Beispiel: Bitte vereinbaren Sie einen Termin."),
        required=False,
        max_length=300,
    )
    note_en = forms.CharField(label=_("Anmerkung auf Englisch"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the clock fields of the week."""
        super().__init__(*args, **kwargs)
        for day in range(1, 8):
            for number in range(1, SPANS_A_DAY + 1):
                again = " (2)" if number > 1 else ""
                self.fields[f"day_{day}_opens_{number}"] = _clock_field(_now("von") + again)
                self.fields[f"day_{day}_closes_{number}"] = _clock_field(_now("bis") + again)

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Spread the spans over the days."""
        note = state.values["note"]
        initial: dict[str, Any] = {"note_de": note.get("de", ""), "note_en": note.get("en", "")}
        counts: dict[int, int] = {}
        for day, opens, closes in state.values["week"]:
            counts[day] = counts.get(day, 0) + 1
            initial |= {f"day_{day}_opens_{counts[day]}": opens, f"day_{day}_closes_{counts[day]}": closes}
        return initial

    def clean(self) -> dict[str, Any]:
        """A span needs both ends."""
        for day in range(1, 8):
            for number in range(1, SPANS_A_DAY + 1):
                opens, closes = self._ends(day, number)
                if (opens is None) != (closes is None):
                    missing = "opens" if opens is None else "closes"
                    self.add_error(f"day_{day}_{missing}_{number}", _("Geben Sie Beginn und Ende an."))
        return self.cleaned_data

    def _ends(self, day: int, number: int) -> tuple[time | None, time | None]:
        data = self.cleaned_data
        return data.get(f"day_{day}_opens_{number}"), data.get(f"day_{day}_closes_{number}")

    @property
    def week(self) -> dict[int, list[Span]]:
        """The spans by weekday, once valid."""
        found: dict[int, list[Span]] = {}
        for day in range(1, 8):
            ends = (self._ends(day, number) for number in range(1, SPANS_A_DAY + 1))
            found[day] = [Span(opens, closes) for opens, closes in ends if opens and closes]
        return found

    @property
    def note(self) -> dict[str, str]:
        """The note by language, once valid."""
        return {"de": self.cleaned_data["note_de"], "en": self.cleaned_data["note_en"]}

    def days(self) -> list[tuple[str, list[forms.BoundField]]]:
        """List the weekdays by name with their fields, Monday first."""
        return [
            (
                day_name(_MONDAY.replace(day=_MONDAY.day + day - 1)),
                [
                    self[f"day_{day}_{end}_{number}"]
                    for number in range(1, SPANS_A_DAY + 1)
                    for end in ("opens", "closes")
                ],
            )
            for day in range(1, 8)
        ]


class ExceptionForm(ServiceForm):
    """A day with other hours, or none."""

    day = forms.DateField(
        label=_("Tag"),
        widget=DayInput(),
        error_messages={"required": _("Geben Sie den Tag an."), "invalid": _("Geben Sie den Tag als Datum an.")},
    )
    opens = _clock_field(_("von"))
    closes = _clock_field(_("bis"))
    exception_note_de = forms.CharField(
        label=_("Anlass auf Deutsch"), help_text=_("Zum Beispiel: Heiligabend"), required=False, max_length=300
    )
    exception_note_en = forms.CharField(label=_("Anlass auf Englisch"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """Both times or none: none means closed."""
        opens, closes = self.cleaned_data.get("opens"), self.cleaned_data.get("closes")
        if (opens is None) != (closes is None):
            self.add_error(
                "opens" if opens is None else "closes", _("Geben Sie Beginn und Ende an, oder keines von beiden.")
            )
        return self.cleaned_data

    @property
    def span(self) -> Span | None:
        """The times of that day, None when it is closed."""
        opens, closes = self.cleaned_data["opens"], self.cleaned_data["closes"]
        return Span(opens, closes) if opens and closes else None

    @property
    def note(self) -> dict[str, str]:
        """The occasion by language."""
        return {"de": self.cleaned_data["exception_note_de"], "en": self.cleaned_data["exception_note_en"]}
