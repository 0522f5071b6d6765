"""Forms of the editor. They turn what people type into values; whether a value may be stored the services decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.models import DECISION_CHOICES
from catalog.resolution.values import FieldSpec, Json
from catalog.services.fields import PAYMENT_LABELS, TRUST_LABELS

EMPTY_ROWS: Final = 3
_EURO: Final = re.compile(r"^\d{1,3}(?:\.?\d{3})*(?:,\d{1,2})?$")


class EuroField(forms.CharField):
    """An amount as Germans write it: `48`, `48,00`, `1.200,50`. Units: the cleaned value is cents, None when empty."""

    def to_python(self, value: Any) -> Any:
        """Return cents."""
        text = str(value or "").replace("€", "").replace("\xa0", " ").strip()
        if not text:
            return None
        if not _EURO.fullmatch(text):
            raise forms.ValidationError(_("Geben Sie den Betrag in Euro an, zum Beispiel 48,00."))
        return int(Decimal(text.replace(".", "").replace(",", ".")) * 100)

    def validate(self, value: Any) -> None:
        """Ask for nothing: which amounts are needed depends on the kind of fee."""

    def run_validators(self, value: Any) -> None:
        """Numbers have no length."""


def euro_input(cents: object) -> str:
    """Return an amount as it stands in an input: `48,00`."""
    return f"{cents / 100:.2f}".replace(".", ",") if isinstance(cents, int) else ""


class DecisionForm(forms.Form):
    """What the town does with a service."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Was macht Ihre Kommune mit dieser Leistung?"),
        choices=DECISION_CHOICES,
        widget=forms.RadioSelect,
    )
    link_url = forms.CharField(
        label=gettext_lazy("Adresse der anderen Stelle (beim Verlinken)"),
        help_text=gettext_lazy("Beginnt mit https:// oder http://"),
        required=False,
    )
    link_authority = forms.CharField(label=gettext_lazy("Name der anderen Stelle (beim Verlinken)"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Grund (wenn Sie die Leistung nicht anbieten)"),
        help_text=gettext_lazy("Bürgerinnen und Bürger lesen diesen Text."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    alternative = forms.CharField(
        label=gettext_lazy("Wohin können sich Bürgerinnen und Bürger stattdessen wenden?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ValueForm(forms.Form):
    """The base of all value forms: the version that was seen, and "empty on purpose"."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_blank = forms.BooleanField(
        label=gettext_lazy("Dieses Feld bewusst leer lassen"),
        help_text=gettext_lazy("Dann zeigt Ihre Seite hier nichts, auch nicht den Text von oben."),
        required=False,
    )

    def value(self) -> Json:
        """Return what was typed in the shape of the field."""
        raise NotImplementedError

    def chosen(self) -> Json:
        """Return None for "empty on purpose", else the value."""
        return None if self.cleaned_data["is_blank"] else self.value()


class TextForm(ValueForm):
    """A text of any shape, or words, one a line."""

    text = forms.CharField(required=False)
    field_order = ["text"]

    def __init__(self, *args: Any, spec: FieldSpec, label: str, **options: Any) -> None:
        """Choose the input by the shape."""
        super().__init__(*args, **options)
        self.spec = spec
        field = self.fields["text"]
        field.label = label
        rows = {"text": 3, "rich": 14, "words": 8}.get(spec.shape)
        if rows:
            field.widget = forms.Textarea(attrs={"rows": rows})
        if spec.shape == "rich":
            field.help_text = _(
                "Erlaubt sind Absätze und diese Auszeichnungen: <h3>, <p>, <ul>, <ol>, <li>, <strong>, <em>, "
                '<a href="https://…">. Leerzeilen trennen Absätze.'
            )
        elif spec.shape == "words":
            field.help_text = _("Jedes Wort in eine eigene Zeile. Damit findet die Suche diese Leistung.")
        if spec.name == "title":
            del self.fields["is_blank"]

    def value(self) -> Json:
        """Return the text, or the list of words."""
        text = str(self.cleaned_data["text"])
        return [line.strip() for line in text.splitlines() if line.strip()] if self.spec.shape == "words" else text

    def chosen(self) -> Json:
        """Return the value; a title is never left empty."""
        return super().chosen() if "is_blank" in self.fields else self.value()


class OnlineServiceForm(ValueForm):
    """An online service: a form in this portal, or one elsewhere."""

    url = forms.CharField(
        label=gettext_lazy("Adresse"),
        help_text=gettext_lazy("Beginnt mit https://, oder mit / für ein Formular in diesem Portal."),
        required=False,
    )
    label = forms.CharField(label=gettext_lazy("Beschriftung der Schaltfläche"), required=False)
    label_en = forms.CharField(label=gettext_lazy("Beschriftung auf Englisch"), required=False)
    trust_level = forms.ChoiceField(
        label=gettext_lazy("Vertrauensniveau"),
        choices=list(TRUST_LABELS.items()),
    )
    payment = forms.ChoiceField(
        label=gettext_lazy("Bezahlung"),
        choices=list(PAYMENT_LABELS.items()),
    )
    payment_note = forms.CharField(
        label=gettext_lazy("Hinweis zur Bezahlung"),
        help_text=gettext_lazy("Zum Beispiel: mit Karte, PayPal oder Lastschrift."),
        required=False,
        max_length=200,
    )
    payment_note_en = forms.CharField(
        label=gettext_lazy("Hinweis zur Bezahlung auf Englisch"), required=False, max_length=200
    )
    field_order = ["url", "label", "label_en", "trust_level", "payment", "payment_note", "payment_note_en"]

    def value(self) -> Json:
        """Return the parts."""
        return {name: self.cleaned_data[name] for name in self.field_order}


class TimeForm(ValueForm):
    """A deadline or a processing time. Units: days."""

    days = forms.IntegerField(label=gettext_lazy("Frist in Tagen"), required=False, min_value=0)
    min_days = forms.IntegerField(label=gettext_lazy("mindestens (Tage)"), required=False, min_value=0)
    max_days = forms.IntegerField(label=gettext_lazy("höchstens (Tage)"), required=False, min_value=0)
    note = forms.CharField(label=gettext_lazy("Bemerkung"), required=False)
    note_en = forms.CharField(label=gettext_lazy("Bemerkung auf Englisch"), required=False)
    sample = forms.BooleanField(label=gettext_lazy("Beispielangabe"), required=False)
    field_order = ["days", "min_days", "max_days", "note", "note_en", "sample"]

    def __init__(self, *args: Any, spec: FieldSpec, **options: Any) -> None:
        """Keep the inputs of this kind of time."""
        super().__init__(*args, **options)
        for name in ("min_days", "max_days") if spec.shape == "deadline" else ("days",):
            del self.fields[name]

    def value(self) -> Json:
        """Return the parts."""
        return {name: found for name, found in self.cleaned_data.items() if name not in {"version", "is_blank"}}


class FeeForm(ValueForm):
    """A fee: free, an amount, a range, or a table of rows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Art der Kosten"),
        choices=[
            ("free", gettext_lazy("kostenlos")),
            ("fixed", gettext_lazy("fester Betrag")),
            ("range", gettext_lazy("von … bis …")),
            ("table", gettext_lazy("Staffel mit mehreren Beträgen")),
        ],
        widget=forms.RadioSelect,
    )
    amount = EuroField(label=gettext_lazy("Betrag in Euro (fester Betrag)"), required=False)
    minimum = EuroField(label=gettext_lazy("von (Euro)"), required=False)
    maximum = EuroField(label=gettext_lazy("bis (Euro)"), required=False)
    unit = forms.CharField(
        label=gettext_lazy("Einheit"), help_text=gettext_lazy("Zum Beispiel: pro Jahr, pro Stück"), required=False
    )
    unit_en = forms.CharField(label=gettext_lazy("Einheit auf Englisch"), required=False)
    basis = forms.CharField(label=gettext_lazy("Grundlage (Satzung oder Gesetz)"), required=False)
    note = forms.CharField(label=gettext_lazy("Bemerkung"), required=False)
    note_en = forms.CharField(label=gettext_lazy("Bemerkung auf Englisch"), required=False)
    sample = forms.BooleanField(label=gettext_lazy("Beispielangabe"), required=False)
    row_count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=100)

    def __init__(self, *args: Any, row_count: int = EMPTY_ROWS, **options: Any) -> None:
        """Add the inputs of the table's rows."""
        super().__init__(*args, **options)
        self.shown_rows = min(row_count, 100)
        for number in range(self.shown_rows):
            self.fields[f"row_{number}_label"] = forms.CharField(label=_("Wofür"), required=False)
            self.fields[f"row_{number}_label_en"] = forms.CharField(label=_("Wofür, auf Englisch"), required=False)
            self.fields[f"row_{number}_amount"] = EuroField(label=_("Betrag in Euro"), required=False)
            self.fields[f"row_{number}_unit"] = forms.CharField(label=_("Einheit"), required=False)
            self.fields[f"row_{number}_unit_en"] = forms.CharField(label=_("Einheit auf Englisch"), required=False)

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the inputs of each row, for the template."""
        names = ("label", "label_en", "amount", "unit", "unit_en")
        return [[self[f"row_{number}_{name}"] for name in names] for number in range(self.shown_rows)]

    def value(self) -> Json:
        """Return the parts that belong to the kind."""
        data = self.cleaned_data
        kind = data["kind"]
        fee: dict[str, Json] = {"kind": kind, "sample": bool(data["sample"])}
        fee |= {name: data[name] for name in ("unit", "unit_en", "basis", "note", "note_en")}
        if kind == "fixed":
            fee["amount_cents"] = data["amount"]
        elif kind == "range":
            fee |= {"min_cents": data["minimum"], "max_cents": data["maximum"]}
        elif kind == "table":
            fee["rows"] = [row for row in map(self._row, range(self.shown_rows)) if row is not None]
        return fee

    def _row(self, number: int) -> Json:
        data = self.cleaned_data
        row = {name: data[f"row_{number}_{name}"] for name in ("label", "label_en", "unit", "unit_en")}
        amount = data[f"row_{number}_amount"]
        if amount is None and not any(row.values()):
            return None
        return {**row, "amount_cents": amount}


def fee_initial(fee: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a fee looks like in the form's inputs."""
    initial = {name: fee.get(name, "") for name in ("kind", "unit", "unit_en", "basis", "note", "note_en", "sample")}
    initial["kind"] = fee.get("kind", "fixed")
    initial["amount"] = euro_input(fee.get("amount_cents"))
    initial["minimum"], initial["maximum"] = euro_input(fee.get("min_cents")), euro_input(fee.get("max_cents"))
    for number, row in enumerate(fee.get("rows") or ()):
        for name in ("label", "label_en", "unit", "unit_en"):
            initial[f"row_{number}_{name}"] = row.get(name, "")
        initial[f"row_{number}_amount"] = euro_input(row.get("amount_cents"))
    return initial
