"""Put a change into a held draft, or take it out: numbers, what somebody else wrote meanwhile, and the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.decisions.validation import locked_conflict
from catalog.editing.changes import Change, Part, read_changes, write_change
from catalog.editing.draft_rows import where_of
from catalog.editing.errors import stale_change
from catalog.editing.models import Draft
from catalog.editing.places import Scope, rows_above
from catalog.resolution.resolve import resolve
from catalog.resolution.values import FIELDS, FieldKey, Json, ServiceHead
from catalog.services.selectors import list_layer_rows
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a draft a change stands, the number that the editor saw there, and in which draft."""

    part: Part
    name: str
    expected: int | None = None
    expected_draft: UUID | None = None

    def stored(self, draft: Draft) -> dict[str, dict[str, Any]]:
        """Return the changes of this part of the draft, as they are stored."""
        column: dict[str, dict[str, Any]] = getattr(draft, self.part)
        return column

    def change(self, draft: Draft) -> Change | None:
        """Return the change that stands here now."""
        stored = self.stored(draft)
        return read_changes({self.name: stored[self.name]})[self.name] if self.name in stored else None

    def is_stale(self, draft: Draft, before: Change | None) -> bool:
        """Whether the editor saw something else there."""
        if self.expected is None:
            return False
        is_other = self.expected_draft is not None and self.expected_draft != draft.id
        return (is_other and self.expected > 0) or self.expected != (before.version if before else 0)


def put(
    draft: Draft,
    place: Place,
    change: Change,
    *,
    actor: Actor,
    is_same: bool = False,
    stale: Callable[[Change | None, Json], Conflict] = stale_change,
) -> None:
    """Write a change into the draft, or drop it when it is what is published.

    Raises: Conflict, as `stale` words it, when the editor saw something else there.
    """
    stored = place.stored(draft)
    before = place.change(draft)
    if before is not None and _says_the_same(before, change):
        return
    if place.is_stale(draft, before):
        raise stale(before, change.value)
    if is_same:
        drop(draft, place, actor=actor)
        return
    stored[place.name] = write_change(change.follows(before))
    _save(draft, change)
    # Autosaving writes every few seconds: the trail names a field when somebody begins on it.
    if before is None or not before.is_by(actor):
        _record(draft, place, actor=actor, action="catalog.draft.edited")


def _says_the_same(before: Change, change: Change) -> bool:
    return (before.value, before.is_removed, before.base_version, before.base) == (
        change.value,
        change.is_removed,
        change.base_version,
        change.base,
    )


def drop(draft: Draft, place: Place, *, actor: Actor) -> None:
    """Take a change out of the draft; the audit trail keeps what it said."""
    taken = place.stored(draft).pop(place.name, None)
    if taken is not None:
        _save(draft, fresh(draft, actor, None))
        _record(draft, place, actor=actor, action="catalog.draft.change_dropped", data={"value": taken["value"]})


def _record(draft: Draft, place: Place, *, actor: Actor, action: str, data: Mapping[str, object] | None = None) -> None:
    where = {**where_of(draft), "part": place.part, "name": place.name, **(data or {})}
    record(actor=actor, action=action, subject=f"service:{draft.service_id}", data=where)


def _save(draft: Draft, change: Change) -> None:
    draft.version = change.version
    draft.edited_by, draft.edited_by_id, draft.edited_at = change.edited_by, change.edited_by_id, change.edited_at
    draft.save()


def fresh(
    draft: Draft,
    actor: Actor,
    value: Json,
    *,
    base_version: int = 0,
    is_removed: bool = False,
    base: tuple[Json, ...] = (),
) -> Change:
    """Return a change that the actor makes now, with the draft's next number."""
    return Change(
        value=value,
        version=draft.version + 1,
        edited_by=actor.name,
        edited_by_id=actor.id,
        edited_at=timezone.now(),
        base_version=base_version,
        is_removed=is_removed,
        base=base,
    )


def require_unlocked(service_id: UUID, scope: Scope, key: FieldKey) -> None:
    """Raises: Conflict for a field that a layer above has locked."""
    above = resolve(ServiceHead(service_id, "", scope.layer), rows_above(list_layer_rows(service_id), scope))
    lock = above.values[key].locked_by
    if lock is not None:
        raise locked_conflict(key.field, lock)


def any_language(field: str) -> str:
    """Return a language that a field has, for what holds in every one."""
    return FIELDS[field].languages[0] if field in FIELDS else ""
