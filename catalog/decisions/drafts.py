"""Drafts of this town's texts, as plain values."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from catalog.decisions.homes import Live, Place
from catalog.decisions.models import OPEN_STATES, Cause, DraftState, ValueDraft
from catalog.decisions.writers import Written, has_written
from catalog.resolution.diff import ThreeWay, three_way
from catalog.resolution.values import FieldKey, Json
from tenants.actors import ANONYMOUS, Actor


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """A draft, as `models.ValueDraft` keeps it. `ground`: what stood there when it was written."""

    id: UUID
    place: Place
    state: DraftState
    value: Json = field(hash=False)
    version: int
    cause: Cause
    ground: Live = field(hash=False)
    editors: tuple[str, ...]
    note: str
    comment: str
    edited_by: str
    edited_at: dt.datetime
    submitted_by: str
    submitted_at: dt.datetime | None
    closed_by: str
    closed_at: dt.datetime | None

    @property
    def key(self) -> FieldKey:
        """Which field in which language."""
        return self.place.key

    @property
    def is_waiting(self) -> bool:
        """It was handed in and waits for a second person."""
        return self.state is DraftState.IN_REVIEW

    @property
    def written(self) -> Written:
        """Whose words these are."""
        return Written(self.edited_by, self.editors)

    def has_moved(self, live: Live) -> bool:
        """Whether something else stands there now, of the town's own or above it, than its authors saw."""
        return not self.ground.is_same_ground(live)

    def joined_with(self, live: Live) -> ThreeWay:
        """Return the draft with what has changed below it since it was written."""
        ground = self.ground
        if ground.version != live.version:
            joined = three_way(ground.value, self.value, live.value)
            is_done = not (ground.version and live.version) or ground.above == live.above or not joined.is_clean
            return joined if is_done else three_way(ground.above_value, joined.merged, live.above_value)
        return three_way(ground.above_value, self.value, live.above_value)


@dataclass(frozen=True, slots=True)
class DraftMarks:
    """Which services have how many open drafts. `to_approve`: those waiting on which the actor has not written."""

    writing: Counter[UUID]
    waiting: Counter[UUID]
    to_approve: int = 0

    def of(self, service_id: UUID) -> int:
        """Return how many drafts a service has."""
        return self.writing[service_id] + self.waiting[service_id]


NO_DRAFTS: Final = DraftMarks(Counter(), Counter())


def list_drafts_of(service_id: UUID) -> dict[FieldKey, DraftInfo]:
    """Return the open drafts of a service by field and language, in one query."""
    rows = ValueDraft.objects.filter(service_id=service_id, state__in=OPEN_STATES).order_by("field", "language")
    return {one.key: one for one in map(draft_info, rows)}


def get_draft(place: Place) -> DraftInfo | None:
    """Return the open draft of a field, if there is one."""
    named = {"service_id": place.service_id, "field": place.key.field, "language": place.key.language}
    row = ValueDraft.objects.filter(**named, state__in=OPEN_STATES).first()
    return draft_info(row) if row else None


def list_discarded(place: Place) -> list[DraftInfo]:
    """Return the drafts of a field that were discarded, the newest first: what was in them is not lost."""
    named = {"service_id": place.service_id, "field": place.key.field, "language": place.key.language}
    rows = ValueDraft.objects.filter(**named, state=DraftState.DISCARDED)
    return [draft_info(row) for row in rows.order_by("-closed_at", "-id")[:20]]


def mark_drafts(actor: Actor = ANONYMOUS, *, service_ids: Collection[UUID] | None = None) -> DraftMarks:
    """Return where drafts are open, of all services or of some, in one query; and how many of them the actor may read.

    Publishing what one has written oneself is not counted, whether four eyes are wanted or not.
    """
    rows = ValueDraft.objects.filter(state__in=OPEN_STATES)
    if service_ids is not None:
        rows = rows.filter(service_id__in=list(service_ids))
    writing: Counter[UUID] = Counter()
    waiting: Counter[UUID] = Counter()
    to_approve = 0
    for service_id, state, editors in rows.values_list("service_id", "state", "editors"):
        (waiting if state == DraftState.IN_REVIEW else writing)[service_id] += 1
        to_approve += state == DraftState.IN_REVIEW and not has_written(actor, editors)
    return DraftMarks(writing, waiting, to_approve)


def draft_info(row: ValueDraft) -> DraftInfo:
    """Return a stored draft as plain values."""
    return DraftInfo(
        id=row.id,
        place=Place(row.service_id, FieldKey(row.field, row.language)),
        state=DraftState(row.state),
        value=row.value,
        version=row.version,
        cause=Cause(row.cause),
        ground=Live(row.own_version, row.own_value, row.above, row.above_value),
        editors=tuple(row.editors),
        note=row.note,
        comment=row.comment,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )
