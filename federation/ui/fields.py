"""Form fields as the macros see them, from Django's bound fields or from plain dicts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django import forms
from django.forms import BoundField, widgets

# More special widgets first: a PasswordInput is an Input too.
_KINDS: Final[tuple[tuple[type[forms.Widget], str], ...]] = (
    (widgets.SelectDateWidget, "date_parts"),
    (widgets.CheckboxSelectMultiple, "checkboxes"),
    (widgets.RadioSelect, "radios"),
    (widgets.SelectMultiple, "select_multiple"),
    (widgets.Select, "select"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.FileInput, "file"),
    (widgets.Textarea, "textarea"),
)
_OWN_ATTRIBUTES: Final = frozenset({"id", "class", "rows", "cols", "aria-describedby", "aria-invalid"})


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, of radios or of checkboxes."""

    value: str
    label: str
    selected: bool = False
    disabled: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """Everything the field macro shows."""

    name: str
    label: str
    kind: str = "text"
    id: str = ""
    value: Any = ""
    hint: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    required: bool = False
    disabled: bool = False
    readonly: bool = False
    autocomplete: str = ""
    prefix: str = ""
    suffix: str = ""
    width: str = ""
    rows: int = 5
    horizontal: bool = False
    marked: bool = True  # says "optional"; not where everything is, in search and filters
    attrs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        """Tell whether the field is several inputs under one legend."""
        return self.kind in {"radios", "checkboxes", "date_parts"}

    @property
    def described_by(self) -> str | None:
        """Name the hint and the error for `aria-describedby`."""
        parts = [f"{self.id}-hint"] if self.hint else []
        parts += [f"{self.id}-error"] if self.errors else []
        return " ".join(parts) or None


def _kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    for widget_class, kind in _KINDS:
        if isinstance(widget, widget_class):
            return kind
    return str(getattr(widget, "input_type", "text") or "text")


def _options_of(bound: BoundField) -> tuple[Option, ...]:
    widget = bound.field.widget
    if not isinstance(widget, widgets.ChoiceWidget):
        return ()
    raw = bound.value()
    chosen = {str(value) for value in raw} if isinstance(raw, list | tuple | set) else {str("" if raw is None else raw)}
    return tuple(_flat_options(widget.choices, chosen))


def _flat_options(choices: Iterable[Any], chosen: set[str]) -> Iterable[Option]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat_options(label, chosen)
        else:
            text = "" if value is None else str(value)
            yield Option(value=text, label=str(label), selected=text in chosen)


def _date_parts(bound: BoundField) -> dict[str, str]:
    widget = bound.field.widget
    if not isinstance(widget, widgets.SelectDateWidget):
        return {}
    parts = widget.format_value(bound.value())
    return {name: "" if parts.get(name) is None else str(parts[name]) for name in ("day", "month", "year")}


def _value_of(bound: BoundField, kind: str) -> Any:
    if kind == "date_parts":
        return _date_parts(bound)
    if kind == "checkbox":
        return bool(bound.value())
    if kind in {"password", "file"}:
        return ""
    formatted = bound.field.widget.format_value(bound.value())
    return "" if formatted is None else formatted


def _from_bound(bound: BoundField) -> FieldView:
    kind = _kind_of(bound)
    attrs = bound.field.widget.attrs | bound.field.widget_attrs(bound.field.widget)
    return FieldView(
        name=bound.html_name,
        label=str(bound.label or ""),
        kind=kind,
        id=bound.auto_id or f"id_{bound.html_name}",
        value=_value_of(bound, kind),
        hint=str(bound.help_text or ""),
        errors=tuple(str(error) for error in bound.errors),
        options=_options_of(bound),
        required=bound.field.required,
        disabled=bound.field.disabled,
        readonly=bool(attrs.get("readonly")),
        autocomplete=str(attrs.get("autocomplete", "")),
        rows=int(attrs.get("rows", 5)) if kind == "textarea" else 5,
        attrs={
            name: value
            for name, value in attrs.items()
            if name not in _OWN_ATTRIBUTES | {"autocomplete", "readonly", "required"}
        },
    )


def _option(item: Option | Mapping[str, Any] | tuple[Any, ...], value: object) -> Option:
    if isinstance(item, Option):
        return item
    option = Option(**item) if isinstance(item, Mapping) else Option(value=str(item[0]), label=str(item[1]))
    chosen = {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)}
    return replace(option, selected=option.selected or option.value in chosen)


def as_field(source: BoundField | FieldView | Mapping[str, Any], **changes: Any) -> FieldView:
    """Return what the field macro shows, from a bound field, a dict or an earlier result, with some of it changed."""
    if isinstance(source, FieldView):
        return replace(source, **changes)
    if isinstance(source, BoundField):
        return replace(_from_bound(source), **changes)
    data = dict(source) | changes
    data.setdefault("id", f"id_{data['name']}")
    data["errors"] = tuple(data.get("errors", ()))
    data["options"] = tuple(_option(item, data.get("value", "")) for item in data.get("options", ()))
    return FieldView(**data)


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary; `href` is empty for an error that belongs to no field."""

    text: str
    href: str = ""


def form_errors(source: forms.BaseForm | Iterable[FormError | Mapping[str, str]] | None) -> list[FormError]:
    """List a form's errors in the order of its fields, each linked to its input."""
    if source is None:
        return []
    if not isinstance(source, forms.BaseForm):
        return [item if isinstance(item, FormError) else FormError(**item) for item in source]
    found = [FormError(text=str(error)) for error in source.non_field_errors()]
    for bound in source:
        view = as_field(bound)
        target = f"{view.id}_day" if view.kind == "date_parts" else view.id
        target = f"{view.id}_0" if view.kind in {"radios", "checkboxes"} else target
        href = "" if view.kind == "hidden" else f"#{target}"
        found += [FormError(text=f"{view.label}: {error}" if view.label else error, href=href) for error in view.errors]
    return found
