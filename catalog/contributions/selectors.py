"""Read contributions: for the editors of the layer they were offered to, and for the town that gave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from catalog.contributions.models import DECIDED, WAITING, InboxEntry, InboxState, Kind
from catalog.contributions.policies import require_see
from catalog.resolution.values import FieldKey, Json
from tenants.actors import Actor
from tenants.context import as_editor, as_projector
from tenants.registry.sites import TenantInfo, directory


@dataclass(frozen=True, slots=True)
class ContributionInfo:
    """A contribution as the editors see it. `given` is what the town gave, `values` what would be published now."""

    id: UUID
    kind: Kind
    title: str
    tenant_id: UUID
    giver: TenantInfo | None
    service_id: UUID
    target_layer: str
    target_area: str
    note: str
    offered_at: dt.datetime
    state: InboxState
    version: int
    reason: str
    decided_by: str
    decided_at: dt.datetime | None
    result_service_id: UUID | None
    settled_at: dt.datetime | None
    edited_by: str
    facts: Mapping[str, Any] = field(hash=False)
    given: Mapping[FieldKey, Json] = field(hash=False)
    values: Mapping[FieldKey, Json] = field(hash=False)

    @property
    def giver_name(self) -> str:
        """The name of the town that gave it, as in an imprint."""
        return self.giver.official_name if self.giver else ""

    @property
    def is_waiting(self) -> bool:
        """Nobody has decided yet."""
        return self.state in WAITING

    @property
    def is_edited(self) -> bool:
        """An editor has changed what the town gave."""
        return self.given != self.values


@dataclass(frozen=True, slots=True)
class Answer:
    """What the editors say on a town's contribution, for the town. `values`: what is, or would be, published."""

    state: InboxState
    reason: str
    decided_at: dt.datetime | None
    result_service_id: UUID | None
    values: Mapping[FieldKey, Json] = field(default_factory=dict, hash=False)


def list_contributions(*, actor: Actor, states: Collection[str] = ()) -> list[ContributionInfo]:
    """Return what was offered to the actor's layers, the newest first; in these states if any are named. One query."""
    with as_editor():
        query = _of_actor(actor)
        if states:
            query = query.filter(state__in=states)
        towns = _towns()
        return [_info(row, towns) for row in query.order_by("-offered_at", "-id")]


def count_waiting(actor: Actor) -> int:
    """Return how many contributions wait for the actor, as the editors' role."""
    return _of_actor(actor).filter(state__in=WAITING).count()


def get_contribution(contribution_id: UUID, *, actor: Actor) -> ContributionInfo:
    """Return one contribution. Raises: NotFound, also for one that was offered to another layer."""
    with as_editor():
        entry = require_see(actor, InboxEntry.objects.filter(id=contribution_id).first())
        return _info(entry, _towns())


def list_answers() -> dict[UUID, Answer]:
    """Return what the editors say on the contributions of the running context's town: the database shows no other."""
    rows = InboxEntry.objects.values_list("id", "state", "reason", "decided_at", "result_service_id")
    return {
        row_id: Answer(InboxState(state), reason, decided_at, result)
        for row_id, state, reason, decided_at, result in rows
    }


def get_answer(contribution_id: UUID) -> Answer | None:
    """Return what the editors say on one contribution of the town of the running context."""
    row = InboxEntry.objects.filter(id=contribution_id).first()
    if row is None:
        return None
    values = values_of(row.edited if row.edited is not None else row.payload["values"])
    return Answer(InboxState(row.state), row.reason, row.decided_at, row.result_service_id, values)


def list_unsettled(*, limit: int = 200) -> list[tuple[UUID, UUID]]:
    """Return tenant and id of decided contributions whose town has not drawn its consequences yet, oldest first."""
    with as_projector():
        rows = InboxEntry.objects.filter(settled_at__isnull=True, decided_at__isnull=False, state__in=DECIDED)
        return list(rows.order_by("decided_at").values_list("tenant_id", "id")[:limit])


def values_of(rows: Iterable[Mapping[str, Any]]) -> dict[FieldKey, Json]:
    """Return the values of a payload by field and language."""
    return {FieldKey(row["field"], row["language"]): row["value"] for row in rows}


def _of_actor(actor: Actor) -> QuerySet[InboxEntry]:
    if actor.kind == "system":
        return InboxEntry.objects.all()
    own = Q(pk__in=[])
    for layer, area in actor.scopes:
        own |= Q(target_layer=layer, target_area=area)
    return InboxEntry.objects.filter(own)


def _towns() -> dict[UUID, TenantInfo]:
    return {one.id: one for one in directory.snapshot().tenants.values()}


def _info(row: InboxEntry, towns: Mapping[UUID, TenantInfo]) -> ContributionInfo:
    given = values_of(row.payload["values"])
    return ContributionInfo(
        id=row.id,
        kind=Kind(row.kind),
        title=row.title,
        tenant_id=row.tenant_id,
        giver=towns.get(row.tenant_id),
        service_id=row.service_id,
        target_layer=row.target_layer,
        target_area=row.target_area,
        note=row.note,
        offered_at=row.offered_at,
        state=InboxState(row.state),
        version=row.version,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        result_service_id=row.result_service_id,
        settled_at=row.settled_at,
        edited_by=row.edited_by,
        facts=row.payload["facts"],
        given=given,
        values=values_of(row.edited) if row.edited is not None else given,
    )
