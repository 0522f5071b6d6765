"""What differs between two published versions of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from markupsafe import Markup

from catalog.editing.heads import HEAD_LABELS
from catalog.editing.presentation import marked, shown_value, source_of
from catalog.resolution.values import LayerRow
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from catalog.services.versions import VersionInfo, get_version, list_versions
from tenants.context import as_editor

# What stands under another name in the head of a version.
_FACTS: Final = {"leika_key": "leika", "leika_source": "leika", "leika_verified_at": "leika"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs. `kind`: new, gone, changed; `lock`: "", "locked" or "opened"."""

    label: str
    language: str
    source: str
    kind: str
    value: Markup
    lock: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list; `fields` names what it changed."""

    info: VersionInfo
    fields: str


def list_version_lines(service_id: UUID) -> list[VersionLine]:
    """Return the published versions, the newest first."""
    with as_editor():
        found = list_versions(service_id)
    return [VersionLine(one, _fields(one)) for one in found]


def compare_versions(service_id: UUID, older: int, newer: int) -> list[Difference]:
    """Return what the newer version says differently, on any shared layer. Raises: NotFound."""
    with as_editor():
        before, after = (_by_place(get_version(service_id, number).rows) for number in (older, newer))
    order = {name: number for number, name in enumerate(FIELD_LABELS)}
    places = sorted(before.keys() | after.keys(), key=lambda place: (order.get(place[2], 99), place))
    found = (_difference(before.get(place), after.get(place)) for place in places)
    return [one for one in found if one is not None]


def _by_place(rows: tuple[LayerRow, ...]) -> dict[tuple[str, str, str, str], LayerRow]:
    return {(row.provenance.layer.value, row.provenance.area, row.field, row.language): row for row in rows}


def _difference(before: LayerRow | None, after: LayerRow | None) -> Difference | None:
    row = after or before
    if row is None:
        return None
    was_locked, is_locked = bool(before and before.is_locked), bool(after and after.is_locked)
    same_value = before is not None and after is not None and before.value == after.value
    if same_value and was_locked == is_locked:
        return None
    kind = "new" if before is None else "gone" if after is None else "same" if same_value else "changed"
    is_blank = after is not None and after.value is None
    old, new = before.value if before else None, after.value if after else None
    return Difference(
        label=str(FIELD_LABELS.get(row.field, row.field)),
        language=str(LANGUAGE_LABELS[row.language]) if row.language else "",
        source=source_of(row.provenance),
        kind=kind,
        value=shown_value(row.key, None) if is_blank else Markup("") if same_value else marked(row.key, old, new),
        lock="" if was_locked == is_locked else "locked" if is_locked else "opened",
    )


def _fields(info: VersionInfo) -> str:
    names = dict.fromkeys(str(FIELD_LABELS.get(field, field)) for _layer, _area, field, _language in info.changed)
    facts = (str(HEAD_LABELS.get(_FACTS.get(name, name), name)) for name in info.facts)
    return ", ".join(dict.fromkeys([*names, *facts]))
