"""Decide on many services at once, and take it back. The number of queries does not grow with the number of services.

What is left out is named: services on which somebody else has decided meanwhile, that are gone, or that refuse it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.bulk_plan import BulkAction, BulkWish, Outcome, Planned, plan_bulk
from catalog.decisions.history import note_decisions
from catalog.decisions.models import Adoption, BulkChange, DecisionCause, Override
from catalog.decisions.policies import can_decide_on_many, can_undo_bulk
from catalog.decisions.projection import describe_many_for_projection
from catalog.decisions.selectors import list_town_services
from catalog.decisions.services import EVENT
from catalog.decisions.states import FACTS, DecisionState, facts_of, put_state, state_from, state_of, stored_preset
from catalog.decisions.town import TownService, current_town, profile_of
from catalog.resolution.decide import Decision, decide
from catalog.resolution.values import FieldKey
from catalog.services.selectors import list_services_for_index
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.outbox.services import publish_many
from tenants.registry.generations import touch_tenant
from tenants.staff.policies import require

MAX_SERVICES: Final = 5000
_COLUMNS: Final = (*FACTS, "pinned_version", "is_preset", "decided_by", "decided_at", "version")


@dataclass(frozen=True, slots=True)
class BulkInfo:
    """A decision on many services as it was made. `left_out`: service, title and reason of what was not written.

    `entries`: service, slug, title, what held before (`before`) and since when it is compared (`version`).
    """

    id: UUID
    action: BulkAction
    facts: Mapping[str, Any]
    changed: int
    same: int
    left_out: tuple[Mapping[str, Any], ...]
    author: str
    created_at: dt.datetime
    undone_at: dt.datetime | None
    undone_by: str
    kept: tuple[Mapping[str, Any], ...] = ()
    entries: tuple[Mapping[str, Any], ...] = ()


def preview_bulk(*, actor: Actor, wish: BulkWish, selection: Mapping[UUID, int]) -> list[Planned]:
    """Return what a decision would do to each service, without storing anything. Four queries, five with missing ones.

    Raises: NotAllowed; InvalidInput for too many services or none.
    """
    require(can_decide_on_many, actor)
    _require_some(selection)
    adoptions = list(Adoption.objects.filter(service_id__in=selection))
    return _plan(wish, selection, services=_services(selection), adoptions=adoptions)


def decide_many(*, actor: Actor, wish: BulkWish, selection: Mapping[UUID, int]) -> BulkInfo:
    """Decide on many services in one transaction, and return what was done and what was left out.

    `selection`: for each service the version of its decision that the editor saw, 0 for none. Own values are kept
    whatever is decided; they hold with "override" only.

    Raises: NotAllowed; InvalidInput for too many services or none; Conflict when there is nothing left to change.
    """
    require(can_decide_on_many, actor)
    _require_some(selection)
    with transaction.atomic():
        services = _services(selection)
        adoptions = _lock(services)
        planned = _plan(wish, selection, services=services, adoptions=adoptions)
        changed = [one for one in planned if one.outcome is Outcome.CHANGED]
        if not changed:
            raise Conflict(
                _("Hier gibt es nichts zu ändern: die Entscheidungen stehen schon so, oder sie sind nicht möglich."),
                code="nothing_to_change",
            )
        rows = _write(changed, adoptions, actor=actor, cause=DecisionCause.BULK)
        bulk = _keep(wish, planned, rows, actor=actor)
        _forget_unused(adoptions, rows)
        data = {"action": wish.action.value, "changed": len(changed), "left_out": len(planned) - len(changed)}
        _tell([one.service_id for one in changed], actor=actor, action="catalog.bulk.decided", bulk=bulk, data=data)
        return _info(bulk)


def undo_bulk(*, actor: Actor, bulk_id: UUID) -> BulkInfo:
    """Give each service of a bulk decision back what it had before, unless somebody has decided on it since.

    Those are named in `kept` of the result.

    Raises: NotAllowed; NotFound; Conflict when it was undone already, or when nothing is left to be put back.
    """
    require(can_undo_bulk, actor)
    with transaction.atomic():
        bulk = BulkChange.objects.select_for_update().filter(id=bulk_id).first()
        if bulk is None:
            raise NotFound(_("Diese gemeinsame Entscheidung gibt es nicht."))
        if bulk.undone_at is not None:
            raise Conflict(_("Diese Entscheidung ist schon rückgängig gemacht."), code="undone")
        ids = [UUID(one["service"]) for one in bulk.entries]
        adoptions = list(Adoption.objects.select_for_update().filter(service_id__in=ids).order_by("service_id"))
        back, kept = _split(bulk.entries, adoptions)
        if not back:
            raise Conflict(
                _("Über jede dieser Leistungen ist inzwischen neu entschieden: es gibt nichts zurückzunehmen."),
                code="nothing_to_change",
            )
        _write(back, adoptions, actor=actor, cause=DecisionCause.UNDONE)
        bulk.undone_at, bulk.undone_by = timezone.now(), actor.name
        bulk.summary = {**bulk.summary, "kept": kept}
        bulk.save(update_fields=["summary", "undone_at", "undone_by"])
        data = {"changed": len(back), "left_out": len(kept)}
        _tell([one.service_id for one in back], actor=actor, action="catalog.bulk.undone", bulk=bulk, data=data)
        return _info(bulk)


def preview_undo(bulk_id: UUID) -> tuple[list[Planned], list[Mapping[str, Any]]]:
    """Return what undoing would put back, and the entries it would leave alone. Two queries. Raises: NotFound."""
    bulk = _find(bulk_id)
    ids = [UUID(one["service"]) for one in bulk.entries]
    return _split(bulk.entries, list(Adoption.objects.filter(service_id__in=ids)))


def list_bulk_changes(*, limit: int = 50) -> list[BulkInfo]:
    """Return the newest bulk decisions of this tenant, without their entries, in one query."""
    return [_info(row, with_entries=False) for row in BulkChange.objects.order_by("-id").defer("entries")[:limit]]


def get_bulk_change(bulk_id: UUID) -> BulkInfo:
    """Return one bulk decision. Raises: NotFound."""
    return _info(_find(bulk_id))


def _find(bulk_id: UUID) -> BulkChange:
    row = BulkChange.objects.filter(id=bulk_id).first()
    if row is None:
        raise NotFound(_("Diese gemeinsame Entscheidung gibt es nicht."))
    return row


def _require_some(selection: Mapping[UUID, int]) -> None:
    if not selection:
        message = _("Wählen Sie mindestens eine Leistung aus.")
        raise InvalidInput(message, data={"fields": {"selection": [message]}})
    if len(selection) > MAX_SERVICES:
        message = _("Wählen Sie höchstens {limit} Leistungen auf einmal aus.").format(limit=MAX_SERVICES)
        raise InvalidInput(message, data={"fields": {"selection": [message]}})


def _services(selection: Mapping[UUID, int]) -> list[TownService]:
    return list_town_services(fields=("title",), ids=list(selection))


def _lock(services: Iterable[TownService]) -> list[Adoption]:
    """Lock the decisions on these services, in one order for everybody; missing rows are made with version 0."""
    profile, now = profile_of(current_town()), timezone.now()
    fresh = [
        Adoption(
            service_id=one.id,
            decision=stored_preset(decide(one.record.head, profile, None).kind),
            decided_at=now,
            version=0,
        )
        for one in sorted(services, key=lambda one: one.id)
    ]
    Adoption.objects.bulk_create(fresh, ignore_conflicts=True)
    ids = [one.service_id for one in fresh]
    return list(Adoption.objects.select_for_update().filter(service_id__in=ids).order_by("service_id"))


def _plan(
    wish: BulkWish, selection: Mapping[UUID, int], *, services: Sequence[TownService], adoptions: Iterable[Adoption]
) -> list[Planned]:
    own: dict[UUID, tuple[FieldKey, ...]] = {}
    for service_id, name, language in Override.objects.filter(service_id__in=selection).values_list(
        "service_id", "field", "language"
    ):
        own[service_id] = (*own.get(service_id, ()), FieldKey(name, language))
    planned = plan_bulk(wish, selection, services=services, adoptions=adoptions, own=own, town=current_town())
    return _named(planned)


def _named(planned: list[Planned]) -> list[Planned]:
    """Give services that are gone the title they had."""
    gone = [one.service_id for one in planned if one.outcome is Outcome.GONE]
    if not gone:
        return planned
    town = current_town()
    titles = {}
    for former in list_services_for_index(gone):
        if former.published_at is not None:
            effective = former.resolve_in(ars=town.ars, region=town.region_slug)
            titles[former.id] = str(effective.shown("title", "de").value or former.slug)
    return [replace(one, title=titles.get(one.service_id, one.title)) for one in planned]


def _write(
    changed: Iterable[Planned], adoptions: Iterable[Adoption], *, actor: Actor, cause: DecisionCause
) -> list[Adoption]:
    """Store new states in one statement, and note them in another. Return the rows as they are then."""
    locked = {row.service_id: row for row in adoptions}
    noted = []
    for one in changed:
        row = locked[one.service_id]
        before = state_of(row)
        put_state(row, one.then, preset=one.preset, actor=actor)
        noted.append((before, row))
    rows = [row for _before, row in noted]
    Adoption.objects.bulk_create(rows, update_conflicts=True, unique_fields=["service_id"], update_fields=_COLUMNS)
    note_decisions(noted, cause=cause)
    return rows


def _keep(wish: BulkWish, planned: Iterable[Planned], rows: Iterable[Adoption], *, actor: Actor) -> BulkChange:
    versions = {row.service_id: row.version for row in rows}
    entries, left_out, same = [], [], 0
    for one in planned:
        named = {"service": str(one.service_id), "slug": one.slug, "title": one.title}
        if one.outcome is Outcome.CHANGED:
            state = {"before": facts_of(one.now), "preset": one.preset.value, "version": versions[one.service_id]}
            entries.append({**named, **state})
        elif one.outcome is Outcome.SAME:
            same += 1
        else:
            left_out.append({**named, "reason": one.reason})
    facts = facts_of(DecisionState(wish.row))
    summary = {
        "action": wish.action.value,
        "facts": facts,
        "changed": len(entries),
        "same": same,
        "left_out": left_out,
    }
    return BulkChange.objects.create(summary=summary, entries=entries, author=actor.name, created_at=timezone.now())


def _forget_unused(adoptions: Iterable[Adoption], written: Iterable[Adoption]) -> None:
    """Delete the rows that were made only to be locked."""
    used = {row.service_id for row in written}
    unused = [row.id for row in adoptions if row.version == 0 and row.service_id not in used]
    if unused:
        Adoption.objects.filter(id__in=unused).delete()


def _split(
    entries: Iterable[Mapping[str, Any]], adoptions: Iterable[Adoption]
) -> tuple[list[Planned], list[Mapping[str, Any]]]:
    """Part what still stands as the bulk decision left it from what somebody has decided on since."""
    rows = {row.service_id: row for row in adoptions}
    back: list[Planned] = []
    kept: list[Mapping[str, Any]] = []
    for entry in entries:
        row = rows.get(UUID(entry["service"]))
        if row is None or row.version != entry["version"]:
            kept.append({**{name: entry[name] for name in ("service", "slug", "title")}, "reason": "stale"})
            continue
        back.append(
            Planned(
                service_id=row.service_id,
                slug=entry["slug"],
                title=entry["title"],
                outcome=Outcome.CHANGED,
                now=state_of(row),
                then=state_from(entry["before"]),
                preset=Decision(entry["preset"]),
            )
        )
    return back, kept


def _tell(
    service_ids: Sequence[UUID], *, actor: Actor, action: str, bulk: BulkChange, data: Mapping[str, object]
) -> None:
    record(actor=actor, action=action, subject=f"bulk:{bulk.id}", data=data)
    publish_many(kind=EVENT, data=describe_many_for_projection(service_ids))
    touch_tenant()


def _info(row: BulkChange, *, with_entries: bool = True) -> BulkInfo:
    summary = row.summary
    return BulkInfo(
        id=row.id,
        action=BulkAction(summary["action"]),
        facts=summary["facts"],
        changed=summary["changed"],
        same=summary["same"],
        left_out=tuple(summary["left_out"]),
        author=row.author,
        created_at=row.created_at,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        kept=tuple(summary.get("kept", ())),
        entries=tuple(row.entries) if with_entries else (),
    )
