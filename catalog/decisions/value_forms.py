"""Which form edits which field, and how a stored value stands in its inputs."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from catalog.decisions.forms import (
    EMPTY_ROWS,
    FeeForm,
    OnlineServiceForm,
    TextForm,
    TimeForm,
    ValueForm,
    fee_initial,
)
from catalog.resolution.values import FieldSpec, Json
from tenants.numbers import read_number


def value_form(
    spec: FieldSpec, *, label: str, value: Json = None, version: int = 0, data: QueryDict | None = None
) -> ValueForm:
    """Return the form of a field: bound when `data` was sent, else filled with the value that holds now."""
    initial: dict[str, Any] = {"version": version}
    if spec.shape == "fee":
        return _fee_form(initial, value, data)
    parts = value if isinstance(value, dict) else {}
    if spec.shape == "online_service":
        return OnlineServiceForm(data, initial={**initial, **parts})
    if spec.shape in {"deadline", "processing_time"}:
        return TimeForm(data, initial={**initial, **parts}, spec=spec)
    text = "\n".join(map(str, value)) if isinstance(value, list) else (value or "")
    return TextForm(data, initial={**initial, "text": text}, spec=spec, label=label)


def _fee_form(initial: dict[str, Any], value: Json, data: QueryDict | None) -> FeeForm:
    fee = value if isinstance(value, dict) else {}
    rows = fee.get("rows")
    count = (len(rows) if isinstance(rows, list) else 0) + EMPTY_ROWS
    if data is not None:
        sent = data.get("row_count", "")
        count = read_number(sent, at_most=60) or EMPTY_ROWS
        if "more_rows" in data:
            count += EMPTY_ROWS
            data = data.copy()
            data["row_count"] = str(count)
    return FeeForm(data, initial={**initial, **fee_initial(fee), "row_count": count}, row_count=count)
