"""What the editing shows of a field: what is published, the draft, and what stands above and below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.decisions.presentation import render_value
from catalog.editing.changes import Change
from catalog.editing.desk import NEUTRAL, anchor_of
from catalog.editing.places import Scope
from catalog.editing.selectors import EditedService
from catalog.resolution.diff import mark_words
from catalog.resolution.values import (
    FIELDS,
    NO_LANGUAGE,
    SOURCE_LANGUAGE,
    FieldKey,
    FieldSpec,
    Json,
    LayerRow,
    Provenance,
)
from catalog.services.fields import FIELD_LABELS
from tenants.editors.scopes import name_scope
from tenants.registry.sites import directory


@dataclass(frozen=True, slots=True)
class DraftedValue:
    """What the draft makes of a field: words marked against what is published."""

    value: Markup
    author: str
    edited_at: dt.datetime
    is_removed: bool
    version: int


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A line of the editor. `lock`: "", "above", "here", "here-drafted" or "open-drafted".

    `lock_version`: the number of the draft's change of the lock, 0 for none.
    """

    id: str
    name: str
    language: str
    label: str
    value: Markup
    missing: bool
    own: bool
    source: str
    author: str
    changed_at: dt.datetime | None
    lock: str
    lock_source: str
    lock_version: int
    draft: DraftedValue | None
    beneath: Markup
    below: Markup
    below_count: int

    @property
    def is_locked_above(self) -> bool:
        """This layer may not write here."""
        return self.lock == "above"


def list_lines(service: EditedService, language: str) -> list[FieldLine]:
    """Return the lines of a service in one language; fields without language stand among the German ones."""
    wanted = {language, NO_LANGUAGE} if language == SOURCE_LANGUAGE else {language}
    keys = [FieldKey(spec.name, one) for spec in FIELDS.values() for one in spec.languages if one in wanted]
    return [get_line(service, key) for key in keys]


def get_line(service: EditedService, key: FieldKey) -> FieldLine:
    """Return the line of one field in one language."""
    held = service.published.values[key]
    origin, change = held.provenance, service.change(key)
    below = service.below.get(key, [])
    lock, lock_source = _lock(service, key)
    drafted_lock = service.draft.locks.get(key.field) if service.draft else None
    return FieldLine(
        id=anchor_of(key),
        name=key.field,
        language=key.language or NEUTRAL,
        label=str(FIELD_LABELS[key.field]),
        value=shown_value(key, held.value) if origin else Markup(""),
        missing=origin is None,
        own=key in service.own,
        source=source_of(origin) if origin else _("noch von niemandem"),
        author=origin.author if origin else "",
        changed_at=origin.changed_at if origin else None,
        lock=lock,
        lock_source=lock_source,
        lock_version=drafted_lock.version if drafted_lock else 0,
        draft=_drafted(service, key, change) if change else None,
        beneath=stack(entry.row for entry in reversed(held.stack) if not service.scope.owns(entry.row.provenance)),
        below=stack(below),
        below_count=len(below),
    )


def shown_value(key: FieldKey, value: Json) -> Markup:
    """Return a value as citizens see it, with words for one that was left empty on purpose."""
    return render_value(FIELDS[key.field], value, key.language) or Markup("<p>{}</p>").format(
        _("Bewusst leer gelassen.")
    )


def marked(key: FieldKey, before: Json, after: Json) -> Markup:
    """Return the value after with the words marked that differ from the one before."""
    spec = FIELDS[key.field]
    old, new = (_markup(spec, value, key.language) for value in (before, after))
    return Markup('<div class="vb-prose vb-diff">{}</div>').format(mark_words(str(old), str(new)))


def source_of(origin: Provenance) -> str:
    """Return in words whose value it is."""
    regions = directory.snapshot().regions
    name = regions[origin.area].name if origin.area in regions else ""
    return name_scope((origin.layer.value, origin.area), region_name=name)


def stack(rows: Iterable[LayerRow]) -> Markup:
    """Return values of other layers, each under the layer's name."""
    return Markup("").join(
        Markup('<p class="kern-body kern-body--bold">{}</p>{}').format(
            source_of(row.provenance), shown_value(row.key, row.value)
        )
        for row in rows
    )


def _drafted(service: EditedService, key: FieldKey, change: Change) -> DraftedValue:
    own = service.own.get(key)
    before = own.value if own else None
    after = service.drafted.values[key].value if change.is_removed else change.value
    return DraftedValue(
        marked(key, before, after), change.edited_by, change.edited_at, change.is_removed, change.version
    )


def _lock(service: EditedService, key: FieldKey) -> tuple[str, str]:
    lock = service.published.values[key].locked_by
    if lock is not None and not service.scope.owns(lock):
        return "above", source_of(lock)
    drafted = service.draft.locks.get(key.field) if service.draft else None
    if drafted is not None:
        return ("here-drafted" if drafted.value else "open-drafted"), ""
    return ("here", "") if service.lock(key.field) else ("", "")


def _markup(spec: FieldSpec, value: Json, language: str) -> Markup:
    if spec.shape == "rich" and isinstance(value, str):
        return Markup(value)  # noqa: S704 -- cleaned when it was stored, and by `mark_words` once more
    return render_value(spec, value, language)


def scope_options(scopes: Iterable[Scope]) -> list[tuple[str, str]]:
    """Return layers for a select box."""
    return [(one.key, one.name) for one in scopes]
