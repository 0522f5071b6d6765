"""Read the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from tenants.actors import Actor
from tenants.audit.hashing import first_key, time_of_key
from tenants.audit.models import AuditAnchor, AuditChain, AuditCheck, AuditEntry
from tenants.audit.sealing import unsealed
from tenants.context import current_tenant
from tenants.staff.policies import can_read_audit, require

PAGE_SIZE: Final = 50
_BATCH: Final = 1000
# Whoever acted before that is found by narrowing down the days first.
_LOOKED_AT_FOR_ACTORS: Final = 2000
# How far back the page looks for entries that wait for their seal; usually it takes seconds.
_LOOK_BACK: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which entries: days (both included), who acted, what the action begins with, what the subject begins with.

    `who` is the key of an account or, for whoever has none, the kind of actor: a name would stand in addresses.
    `before` goes on behind an entry that was the last of a page.
    """

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    who: UUID | str = ""
    group: str = ""
    subject: str = ""
    before: UUID | None = None
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One entry as it leaves this app."""

    id: UUID
    at: dt.datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    subject: str
    data: Mapping[str, Any]
    tenant_id: UUID | None


@dataclass(frozen=True, slots=True)
class ActorInfo:
    """Somebody who acts in a trail: `who` as in `EntryQuery`."""

    who: UUID | str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries, the newest first. `next_before` leads on; None on the last page."""

    entries: list[EntryInfo]
    next_before: UUID | None


@dataclass(frozen=True, slots=True)
class ChainState:
    """How it stands with the chain of this tenant; None for what has not come about yet.

    `fault` is empty while the newest look found every entry whole; else its kind, see `verifying.Fault`.
    """

    begun_at: dt.datetime | None
    checked_at: dt.datetime | None
    checked_number: int
    fault: str
    anchored_on: dt.date | None
    anchored_number: int
    waiting: int
    waiting_since: dt.datetime | None


def list_entries(*, tenant_id: UUID, limit: int = 50) -> list[AuditEntry]:
    """Return the newest entries about a tenant; inside the tenant the database shows its own rows only."""
    return list(AuditEntry.objects.filter(tenant_id=tenant_id).order_by("-id")[:limit])


def list_subjects(*, action: str) -> list[str]:
    """Return the subjects of all entries of one action that the running context may see."""
    return list(AuditEntry.objects.filter(action=action).values_list("subject", flat=True))


def list_of_action(action: str, *, since: dt.datetime) -> list[EntryInfo]:
    """Return the entries of one action since a moment, oldest first, that the running context may see."""
    rows = AuditEntry.objects.filter(id__gte=first_key(since), action=action).order_by("id")
    return [_info(row) for row in rows]


def list_own_of_action(action: str, *, since: dt.datetime) -> list[EntryInfo]:
    """Return this tenant's own entries of one action since a moment. For tasks: no policy asks."""
    rows = AuditEntry.objects.filter(tenant_id=current_tenant().id, id__gte=first_key(since), action=action)
    return [_info(row) for row in rows.order_by("id")]


def list_recent(*, tenant_ids: Collection[UUID], prefix: str = "", limit: int = 20) -> list[AuditEntry]:
    """Return the newest entries about several tenants; only actions that begin with `prefix`, if one is named."""
    query = AuditEntry.objects.filter(tenant_id__in=tenant_ids, action__startswith=prefix)
    return list(query.order_by("-id")[:limit])


def get_own_page(*, actor: Actor, wanted: EntryQuery) -> EntryPage:
    """Return a page of this tenant's own trail. Raises: NotAllowed without the right to read it."""
    require(can_read_audit, actor)
    return _page(_own(), wanted)


def iterate_own(*, actor: Actor, wanted: EntryQuery) -> Iterator[EntryInfo]:
    """Return all entries of this tenant's own trail that fit, read in batches. Raises: NotAllowed at once."""
    require(can_read_audit, actor)
    return _iterate(_own(), wanted)


def list_own_actors(*, actor: Actor, wanted: EntryQuery) -> list[ActorInfo]:
    """Return who acted in this tenant's own trail, see `_list_actors`. Raises: NotAllowed, as above."""
    require(can_read_audit, actor)
    return _list_actors(_own(), wanted)


def list_actors_about(tenant_ids: Collection[UUID], *, prefix: str, wanted: EntryQuery) -> list[ActorInfo]:
    """Return who did something to tenants, as `get_page_about`."""
    return _list_actors(AuditEntry.objects.filter(tenant_id__in=tenant_ids, action__startswith=prefix), wanted)


def get_page_about(tenant_ids: Collection[UUID], *, prefix: str, wanted: EntryQuery) -> EntryPage:
    """Return a page of what was done to tenants, of actions that begin with `prefix`. The caller says whose they are.

    For operators: what a town's staff do stays their town's business.
    """
    return _page(AuditEntry.objects.filter(tenant_id__in=tenant_ids, action__startswith=prefix), wanted)


def get_own_chain_state(*, actor: Actor) -> ChainState:
    """Return how it stands with this tenant's chain. Raises: NotAllowed without the right to read the trail."""
    require(can_read_audit, actor)
    role = current_tenant().role
    chain = AuditChain.objects.filter(owner_role=role, ended_at__isnull=True).first()
    chain_ids = [chain.id] if chain else []
    check = AuditCheck.objects.filter(chain_id__in=chain_ids).order_by("-id").first()
    anchor = AuditAnchor.objects.filter(chain_id__in=chain_ids).order_by("-number").first()
    waiting = unsealed(role=role, since=first_key(timezone.now() - _LOOK_BACK)).filter(tenant_id=current_tenant().id)
    keys = list(waiting.values_list("id", flat=True))
    return ChainState(
        begun_at=chain.begun_at if chain else None,
        checked_at=check.checked_at if check else None,
        checked_number=check.number if check else 0,
        fault=check.fault if check else "",
        anchored_on=anchor.day if anchor else None,
        anchored_number=anchor.number if anchor else 0,
        waiting=len(keys),
        waiting_since=time_of_key(keys[0]) if keys else None,
    )


def _own() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(tenant_id=current_tenant().id)


def _page(query: QuerySet[AuditEntry], wanted: EntryQuery) -> EntryPage:
    rows = list(_narrowed(query, wanted).order_by("-id")[: wanted.size + 1])
    entries = [_info(row) for row in rows[: wanted.size]]
    return EntryPage(entries, entries[-1].id if len(rows) > wanted.size else None)


def _list_actors(query: QuerySet[AuditEntry], wanted: EntryQuery) -> list[ActorInfo]:
    """Return who acted in the newest entries of the days that are wanted, by name; and who is wanted, in any case.

    A person who has had several names here is called by the newest.
    """
    days = EntryQuery(first_day=wanted.first_day, last_day=wanted.last_day)
    newest = _narrowed(query, days).order_by("-id")
    rows = list(newest.values_list("actor_id", "actor_kind", "actor_name")[:_LOOKED_AT_FOR_ACTORS])
    if wanted.who:
        rows += _narrowed(query, EntryQuery(who=wanted.who)).values_list("actor_id", "actor_kind", "actor_name")[:1]
    found: dict[UUID | str, ActorInfo] = {}
    for key, kind, name in rows:
        found.setdefault(key or kind, ActorInfo(key or kind, kind, name if key else ""))
    return sorted(found.values(), key=lambda one: (not one.name, one.name.casefold(), one.kind))


def _iterate(query: QuerySet[AuditEntry], wanted: EntryQuery) -> Iterator[EntryInfo]:
    page = EntryPage([], None)
    while True:
        page = _page(query, replace(wanted, size=_BATCH, before=page.next_before or wanted.before))
        yield from page.entries
        if page.next_before is None:
            return


def _narrowed(query: QuerySet[AuditEntry], wanted: EntryQuery) -> QuerySet[AuditEntry]:
    """Narrow down by keys where it can be done: a key holds its entry's time, and there is an index."""
    if wanted.first_day:
        query = query.filter(id__gte=first_key(_midnight(wanted.first_day)))
    if wanted.last_day:
        query = query.filter(id__lt=first_key(_midnight(wanted.last_day + dt.timedelta(days=1))))
    if wanted.before:
        query = query.filter(id__lt=wanted.before)
    if isinstance(wanted.who, UUID):
        query = query.filter(actor_id=wanted.who)
    elif wanted.who:
        query = query.filter(actor_id__isnull=True, actor_kind=wanted.who)
    if wanted.group:
        query = query.filter(Q(action=wanted.group) | Q(action__startswith=f"{wanted.group}."))
    if wanted.subject:
        query = query.filter(subject__startswith=wanted.subject)
    return query


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _info(row: AuditEntry) -> EntryInfo:
    return EntryInfo(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        action=row.action,
        subject=row.subject,
        data=row.data,
        tenant_id=row.tenant_id,
    )
