"""From a service as it holds in this town to the row of its score. Reads nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from catalog.decisions.town import TownService
from catalog.linkcheck.extracting import is_web_address, list_links
from catalog.linkcheck.places import LINKING_FIELDS, RESPONSIBILITY, links_of_authority
from catalog.quality.models import ServiceScore
from catalog.quality.scoring import Facts, Score, score
from catalog.resolution.decide import Decision
from catalog.resolution.values import EASY_LANGUAGE
from tenants.sorting import german_sort_key

DECISION: Final = "decision"
Link = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the services. `links`: address -> whether it works."""

    today: dt.date
    links: Mapping[str, bool | None]
    published_on: Mapping[UUID, dt.datetime]


def mark_of(service: TownService) -> str:
    """Return a mark that changes with the shared version and with the decision, whatever fields were read."""
    record = service.record
    parts = (record.version, record.approved_at, service.decided.kind.value, service.decision_version, service.slug)
    return sha256(repr(parts).encode()).hexdigest()


def links_of(service: TownService) -> list[Link]:
    """Return the links on a service's page here: address, field, language, and the layer (empty: the town's own)."""
    if service.decided.kind is Decision.LINK:
        url = service.decided.row.link_url
        return [(url, DECISION, "", "")] if is_web_address(url) else _responsible(service)
    found: list[Link] = []
    for key, value in service.effective.values.items():
        if key.field in LINKING_FIELDS and value.provenance is not None:
            is_own = service.is_local or bool(value.provenance.owner)
            layer = "" if is_own else value.provenance.layer.value
            found += [(url, key.field, key.language, layer) for url in list_links(value.value)]
    return [*found, *_responsible(service)]


def _responsible(service: TownService) -> list[Link]:
    layer = service.record.head.layer.value
    found = [url for one in (service.authority, service.online_authority) for url in links_of_authority(one)]
    return [(url, RESPONSIBILITY, "", layer) for url in dict.fromkeys(found)]


def count_service(service: TownService, links: Collection[Link], around: Surroundings) -> ServiceScore:
    """Return the unsaved row of a service. Linked services get no score: others describe them."""
    counted = score_service(service, links, around) if service.decided.is_own else None
    best = counted.next_steps[0] if counted and counted.next_steps else None
    effective = service.effective
    title = service.title("de")[:300]
    return ServiceScore(
        service_id=service.id,
        slug=service.slug[:120],
        title=title,
        sort_key=german_sort_key(title),
        decision=service.decided.kind.value,
        score=counted.total if counted else None,
        points={one.part.value: one.points for one in counted.parts} if counted else {},
        findings={one.part.value: dict(one.data) for one in counted.parts} if counted else {},
        is_online=service.decided.is_own and service.online_service is not None,
        is_english=not effective.get("title", "en").is_empty,
        is_easy=not effective.get("short_text", EASY_LANGUAGE).is_empty,
        best_part=best.part.value if best else "",
        best_gain=best.gain if best else 0,
        links=[list(link) for link in links],
        mark=mark_of(service),
    )


def score_service(service: TownService, links: Collection[Link], around: Surroundings) -> Score:
    """Return the score of a service that is carried out here."""
    published = around.published_on.get(service.id) or service.record.published_at
    published_on = published.date() if published else None
    facts = Facts(
        links={url: around.links.get(url) for url, *_place in links},
        changed_on=max(filter(None, (_changed_on(service), published_on)), default=None),
        # What a town alone has it approves by publishing it.
        approved_on=published_on if service.is_local else service.record.approved_at,
        has_authority=service.authority is not None,
        held_version=service.pinned_version,
        missed=max(service.record.version - (service.pinned_version or service.record.version), 0),
    )
    return score(service.effective, facts, around.today)


def _changed_on(service: TownService) -> dt.date | None:
    values = (value.provenance for value in service.effective.values.values())
    days = [origin.changed_at.date() for origin in values if origin is not None and origin.changed_at is not None]
    return max(days, default=None)
