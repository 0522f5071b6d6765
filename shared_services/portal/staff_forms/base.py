"""What forms of the workspace share: they know what they were filled with, and can show two versions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django import forms
from django.forms import BoundField
from django.forms.widgets import ChoiceWidget

from shared_services.identity.forms import ServiceForm
from shared_services.portal.editing import EditState


class ColourInput(forms.TextInput):
    """The browser's own colour picker; its value is `#rrggbb`."""

    input_type = "color"


class ClockInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        """Write the form that browsers expect."""
        super().__init__(format="%H:%M")


class DayInput(forms.DateInput):
    """The browser's own field for a date."""

    input_type = "date"

    def __init__(self) -> None:
        """Write the form that browsers expect."""
        super().__init__(format="%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in two versions."""

    label: str
    stored: str
    mine: str


class EditForm(ServiceForm):
    """A form over stored values. `seen` is the mark of what it was filled with."""

    # Where a service names a field otherwise than the form: its name → the form's.
    aliases: ClassVar[dict[str, str]] = {}

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Return the form's values for stored ones; by default they have the same names."""
        return dict(state.values)

    @classmethod
    def filled(cls, state: EditState) -> Self:
        """Return the form as it is first shown."""
        return cls(initial={**cls.initial_of(state), "seen": state.seen})

    def renewed(self, state: EditState) -> Self:
        """Return the same entries, to be compared with what is stored now: saving again overwrites it knowingly."""
        form = type(self)({name: self.data.get(name, "") for name in self.fields} | {"seen": state.seen})
        form.full_clean()
        return form

    def differences(self, state: EditState) -> list[Difference]:
        """List the fields whose entries differ from what is stored now."""
        stored = type(self)(initial=self.initial_of(state))
        pairs = ((stored[bound.name], bound) for bound in self if bound.name != "seen")
        return [one for before, after in pairs if (one := _difference(before, after))]

    def add_error(self, field: str | None, error: Any) -> None:
        """Put a message of a service at the form's own field."""
        super().add_error(self.aliases.get(field, field) if field else None, error)

    def add_refusal(self, refusal: Any) -> None:
        """Show a service's messages, under this form's names."""
        fields = refusal.data.get("fields", {})
        refusal.data["fields"] = {self.aliases.get(name, name): messages for name, messages in fields.items()}
        super().add_refusal(refusal)


def _difference(stored: BoundField, mine: BoundField) -> Difference | None:
    before, after = _text(stored), _text(mine)
    if before == after:
        return None
    return Difference(str(mine.label or mine.name), before, after)


def _text(bound: BoundField) -> str:
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, ChoiceWidget):
        return dict(_flat(widget)).get(str(value or ""), "")
    shown = widget.format_value(value)
    return "" if shown is None else str(shown).replace("\r\n", "\n").strip()


def _flat(widget: ChoiceWidget) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in widget.choices]
