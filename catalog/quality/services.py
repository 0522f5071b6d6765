"""Count scores and figures of this tenant, and ask for checks of links. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.coverage.figures import Figures
from catalog.coverage.handlers import COUNTED
from catalog.decisions.localsource import list_local_services
from catalog.decisions.selectors import list_town_services
from catalog.decisions.town import TownService
from catalog.linkcheck.handlers import ASKED, NAMED
from catalog.linkcheck.selectors import get_link_states, list_broken_urls
from catalog.quality.counting import Surroundings, count_service, links_of, mark_of
from catalog.quality.models import CoverageDay, ServiceScore
from catalog.quality.policies import can_ask_for_link_check, can_count_quality
from catalog.resolution.decide import Decision
from catalog.resolution.values import FIELDS
from catalog.services.versions import list_last_changes
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_projector, current_tenant
from tenants.errors import NotFound
from tenants.outbox.services import publish
from tenants.registry.generations import CATALOGUE
from tenants.registry.selectors import get_generations
from tenants.staff.policies import require

_BATCH: Final = 100
_COLUMNS: Final = tuple(one.name for one in ServiceScore._meta.concrete_fields if one.name not in {"id", "service_id"})


def count_quality(*, actor: Actor, is_full: bool = False) -> int:
    """Count the scores of what has changed since the last time, or of all, and the figures of today.

    Return how many services were counted. What has changed: the shared version, the decision, an own value, a link.

    Effects: tells the region's figures and the addresses of the town's own links through the outbox.
    Raises: NotAllowed.
    """
    require(can_count_quality, actor)
    with as_projector():
        # Before anything is read: what changes meanwhile is counted the next time.
        generations = get_generations()
    with transaction.atomic():
        everything = [*list_town_services(fields=()), *list_local_services(())]
        listed = {one.id: one for one in everything if one.decided.is_listed}
        ServiceScore.objects.exclude(service_id__in=listed).delete()
        due = set(listed) if is_full else _list_due(listed)
        for batch in _batches(due):
            _count(batch)
        _count_day(everything, generations)
    return len(due)


def ask_for_link_check(*, actor: Actor, url: str) -> None:
    """Let a link of this town's pages be checked next.

    Raises: NotAllowed; NotFound for an address that no page of the town has.
    """
    require(can_ask_for_link_check, actor)
    with transaction.atomic():
        if not ServiceScore.objects.filter(links__contains=[[url]]).exists():
            raise NotFound(_("Dieser Link steht auf keiner Ihrer Seiten mehr. Laden Sie die Liste neu."))
        publish(kind=ASKED, data={"url": url})
        record(actor=actor, action="catalog.link.asked", subject="link", data={"url": url})


def _list_due(listed: Mapping[UUID, TownService]) -> set[UUID]:
    """Return what may differ from its row. What the town writes itself carries no mark: it is looked at each time."""
    broken = list_broken_urls()
    names = ("service_id", "mark", "links", "findings", "decision")
    rows = {row["service_id"]: row for row in ServiceScore.objects.values(*names)}
    return {
        service_id
        for service_id, service in listed.items()
        if (row := rows.get(service_id)) is None
        or row["mark"] != mark_of(service)
        or service.decided.uses_overrides
        or service.is_local
        or ({link[0] for link in row["links"]} & broken) != set(row["findings"].get("links", {}).get("broken", ()))
    }


def _batches(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


def _count(ids: Collection[UUID]) -> None:
    fields = tuple(FIELDS)
    local = [service for service in list_local_services(fields) if service.id in ids]
    services = [*list_town_services(fields=fields, ids=ids), *local]
    links = {service.id: links_of(service) for service in services}
    states = get_link_states({link[0] for found in links.values() for link in found})
    around = Surroundings(
        today=timezone.localdate(),
        links={url: state.is_ok for url, state in states.items()},
        published_on=list_last_changes(),
    )
    rows = [count_service(service, links[service.id], around) for service in services]
    now = timezone.now()
    for row in rows:
        row.counted_at = now
    ServiceScore.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["service_id"], update_fields=list(_COLUMNS)
    )
    own = sorted({link[0] for found in links.values() for link in found if not link[3]})
    if own:
        publish(kind=NAMED, data={"urls": own})


def _count_day(everything: Collection[TownService], generations: Mapping[str, int]) -> None:
    today, figures = timezone.localdate(), _figures(everything)
    CoverageDay.objects.update_or_create(day=today, defaults=figures.as_dict())
    data = {
        "day": today.isoformat(),
        "counted_at": timezone.now().isoformat(),
        "tenant_generation": generations.get(current_tenant().role, 0),
        "catalogue_generation": generations.get(CATALOGUE, 0),
        "figures": figures.as_dict(),
    }
    publish(kind=COUNTED, data=data)


def _figures(everything: Collection[TownService]) -> Figures:
    kinds = [service.decided.kind for service in everything]
    names = ("score", "is_online", "is_english", "is_easy", "links")
    rows = list(ServiceScore.objects.values(*names))
    scores = [row["score"] for row in rows if row["score"] is not None]
    broken = list_broken_urls()
    return Figures(
        services=sum(service.decided.is_listed for service in everything),
        adopted=kinds.count(Decision.ADOPT),
        overridden=kinds.count(Decision.OVERRIDE),
        linked=kinds.count(Decision.LINK),
        not_offered=kinds.count(Decision.NOT_OFFERED),
        online=sum(row["is_online"] for row in rows),
        english=sum(row["is_english"] for row in rows),
        easy=sum(row["is_easy"] for row in rows),
        scored=len(scores),
        score_total=sum(scores),
        broken_links=len({link[0] for row in rows for link in row["links"]} & broken),
    )
