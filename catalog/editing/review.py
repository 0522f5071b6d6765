"""What a draft changes, line by line, for whoever checks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.editing.changes import Change
from catalog.editing.heads import HEAD_LABELS, MATURITIES
from catalog.editing.impact import FieldImpact, Impact
from catalog.editing.presentation import marked, shown_value
from catalog.editing.selectors import EditedService
from catalog.resolution.decide import ONLINE
from catalog.resolution.diff import mark_words
from catalog.resolution.values import FieldKey
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS, TARGET_GROUPS
from catalog.services.models import LAYER_CHOICES
from catalog.services.selectors import list_categories


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change. `lock`: "", "locked" or "opened". `impact` is None for what is no text of the page."""

    label: str
    language: str
    value: Markup
    author: str
    edited_at: dt.datetime
    is_new: bool
    is_removed: bool
    lock: str = ""
    impact: FieldImpact | None = None


def list_changes(service: EditedService, impact: Impact | None) -> list[ChangeLine]:
    """Return what the draft of a service changes: values in the order of the page, locks, then facts."""
    draft = service.draft
    if draft is None:
        return []
    by_key = {one.key: one for one in impact.fields} if impact else {}
    order = {name: number for number, name in enumerate(FIELD_LABELS)}
    values = sorted(draft.changes.items(), key=lambda one: (order[one[0].field], one[0].language))
    lines = [_value_line(service, key, change, impact=by_key.get(key)) for key, change in values]
    lines += [_lock_line(name, change, by_key) for name, change in sorted(draft.locks.items())]
    lines += [_fact_line(service, name, change) for name, change in draft.head.items()]
    return lines


def fact_text(name: str, value: Any) -> str:
    """Return a fact in words."""
    writers: Mapping[str, Callable[[Any], str]] = {
        "layer": lambda one: str(dict(LAYER_CHOICES).get(one, one)),
        "area": lambda one: one or _("überall"),
        "category_codes": _topics,
        "target_groups": lambda one: ", ".join(str(TARGET_GROUPS.get(code, code)) for code in one),
        "leika": _leika,
        "ozg_maturity": lambda one: str(MATURITIES[one]) if one is not None else _("keine Angabe"),
        "responsibilities": _responsibilities,
    }
    writer = writers.get(name)
    return writer(value) if writer else str(value if value not in {None, ""} else _("keine Angabe"))


def _value_line(service: EditedService, key: FieldKey, change: Change, *, impact: FieldImpact | None) -> ChangeLine:
    own = service.own.get(key)
    after = service.drafted.values[key].value if change.is_removed else change.value
    is_blank = after is None and not change.is_removed
    value = shown_value(key, None) if is_blank else marked(key, own.value if own else None, after)
    return ChangeLine(
        label=str(FIELD_LABELS[key.field]),
        language=str(LANGUAGE_LABELS[key.language]) if key.language else "",
        value=value,
        author=change.edited_by,
        edited_at=change.edited_at,
        is_new=own is None,
        is_removed=change.is_removed,
        impact=impact,
    )


def _lock_line(name: str, change: Change, by_key: dict[FieldKey, FieldImpact]) -> ChangeLine:
    first = next((impact for key, impact in by_key.items() if key.field == name), None)
    return ChangeLine(
        label=str(FIELD_LABELS[name]),
        language="",
        value=Markup(""),
        author=change.edited_by,
        edited_at=change.edited_at,
        is_new=False,
        is_removed=False,
        lock="locked" if change.value else "opened",
        impact=first,
    )


def _fact_line(service: EditedService, name: str, change: Change) -> ChangeLine:
    before, after = fact_text(name, service.head[name]), fact_text(name, change.value)
    return ChangeLine(
        label=str(HEAD_LABELS[name]),
        language="",
        value=mark_words(before, after),
        author=change.edited_by,
        edited_at=change.edited_at,
        is_new=False,
        is_removed=False,
    )


def _topics(codes: list[str]) -> str:
    labels = {one.code: one.label("de") for one in list_categories()}
    return ", ".join(labels.get(code, code) for code in codes)


def _leika(value: dict[str, str]) -> str:
    if not value or not value["key"]:
        return str(_("keiner"))
    return f"{value['key']} ({value['verified_at']}, {value['source']})"


def _responsibilities(rows: list[dict[str, Any]]) -> str:
    lines = (f"{row['area_prefix'] or _('überall')}: {_answer(row)}" for row in rows)
    return "; ".join(lines) or str(_("keine Angabe"))


def _answer(row: Mapping[str, Any]) -> str:
    online = row.get("online_service")
    if row["role"] == ONLINE:
        if not online:
            return _("kein Onlinedienst")
        return _("Onlinedienst {label}").format(label=f"{online.get('label', '')} ({online['url']})".strip())
    if row["is_nobody"]:
        return _("niemand, stattdessen: {name}").format(name=row["authority"]) if row["authority"] else _("niemand")
    if row["is_own"]:
        return _("die Kommune selbst") + (f" ({row['unit']})" if row["unit"] else "")
    return str(row["authority"] or row["unit"])
