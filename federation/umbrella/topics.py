"""Services of a region by topic, with who does what the towns do not: those of district, state and federation."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.resolution.decide import find_authority
from catalog.resolution.values import Layer
from catalog.services.fields import LAYER_NAMES
from catalog.services.selectors import CategoryInfo, ServiceRecord, list_categories
from federation.umbrella.selectors import ServiceLine, line_of, list_offered_records
from tenants.errors import NotFound
from tenants.registry.sites import RegionInfo


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by its shared name. `count`: services of the region in it."""

    code: str
    label: str
    description: str
    count: int


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A service in a topic. `done_by`: who does it where that is no town of the region."""

    line: ServiceLine
    done_by: str


def list_topics(region: RegionInfo, *, language: str) -> list[Topic]:
    """Return the topics in which the region has services; two queries."""
    counts: dict[str, int] = {}
    for record in list_offered_records(region):
        for code in record.category_codes:
            counts[code] = counts.get(code, 0) + 1
    return [_topic(one, counts[one.code], language) for one in list_categories() if one.code in counts]


def get_topic(region: RegionInfo, code: str, *, language: str) -> tuple[Topic, list[TopicLine]]:
    """Return a topic with its services in German order; two queries.

    Raises: NotFound for one that does not exist or has no service here.
    """
    info = next((one for one in list_categories() if one.code == code), None)
    records = [one for one in list_offered_records(region) if code in one.category_codes]
    if info is None or not records:
        raise NotFound(_("Dieses Thema gibt es nicht. Wählen Sie ein Thema aus der Übersicht."))
    lines = [TopicLine(line_of(one, region=region, language=language), _done_by(one)) for one in records]
    return _topic(info, len(lines), language), sorted(lines, key=lambda one: one.line.sort_key)


def _topic(info: CategoryInfo, count: int, language: str) -> Topic:
    return Topic(info.code, info.label(language), info.description(language), count)


def _done_by(record: ServiceRecord) -> str:
    """Return the authority that is responsible everywhere, else the level; "" for what towns do themselves."""
    if record.head.layer is Layer.MUNICIPALITY:
        return ""
    everywhere = find_authority(record.authorities, ars="")
    named = everywhere.name if everywhere is not None and not everywhere.is_nobody else ""
    return named or str(LAYER_NAMES[record.head.layer])
