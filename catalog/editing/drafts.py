"""A draft as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from catalog.editing.changes import Change, field_key, read_changes
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope, scope_from
from catalog.resolution.values import FieldKey, LayerRow, Provenance


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """A draft with its changes, locks and facts, as `catalog.editing.models.Draft` keeps them."""

    id: UUID
    service_id: UUID
    scope: Scope
    state: DraftState
    version: int
    changes: Mapping[FieldKey, Change] = field(hash=False)
    locks: Mapping[str, Change] = field(hash=False)
    head: Mapping[str, Change] = field(hash=False)
    note: str
    comment: str
    created_by: str
    edited_by: str
    edited_at: dt.datetime
    submitted_by: str
    submitted_at: dt.datetime | None
    approved_by: str
    publish_at: dt.datetime | None

    @property
    def is_empty(self) -> bool:
        """It changes nothing."""
        return not (self.changes or self.locks or self.head)

    @property
    def size(self) -> int:
        """How many things it changes."""
        return len(self.changes) + len(self.locks) + len(self.head)

    def apply(self, rows: tuple[LayerRow, ...]) -> tuple[LayerRow, ...]:
        """Return the rows of a service as they would be once this draft is published."""
        own = {row.key: row for row in rows if self.scope.owns(row.provenance)}
        locked = {row.field: row.is_locked for row in own.values() if row.is_locked}
        for key, change in self.changes.items():
            if change.is_removed:
                own.pop(key, None)
            else:
                before = own.get(key)
                origin = Provenance(
                    layer=self.scope.layer,
                    area=self.scope.area,
                    author=change.edited_by,
                    changed_at=change.edited_at,
                    version=before.provenance.version + 1 if before else 1,
                )
                own[key] = LayerRow(key.field, key.language, change.value, origin, locked.get(key.field, False))
        for name, change in self.locks.items():
            own |= {key: replace(row, is_locked=bool(change.value)) for key, row in own.items() if key.field == name}
        return (*(row for row in rows if not self.scope.owns(row.provenance)), *own.values())


def draft_info(row: Draft) -> DraftInfo:
    """Return a stored draft as plain values."""
    return DraftInfo(
        id=row.id,
        service_id=row.service_id,
        scope=scope_from(row.layer, row.area),
        state=DraftState(row.state),
        version=row.version,
        changes={field_key(name): change for name, change in read_changes(row.changes).items()},
        locks=read_changes(row.locks),
        head=read_changes(row.head),
        note=row.note,
        comment=row.comment,
        created_by=row.created_by,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        approved_by=row.approved_by,
        publish_at=row.publish_at,
    )
