"""Where published shared values have links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from catalog.linkcheck.extracting import is_web_address, list_links
from catalog.resolution.decide import AuthorityRow
from catalog.resolution.values import FIELDS
from catalog.services.selectors import ServiceRecord, list_services

RESPONSIBILITY: Final = "responsibility"
# The shapes of values that may hold addresses.
LINKING_FIELDS: Final = tuple(name for name, spec in FIELDS.items() if spec.shape in {"rich", "online_service"})


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """A link in the shared catalogue."""

    url: str
    service_id: UUID
    layer: str
    area: str
    field: str
    language: str = ""

    @property
    def key(self) -> tuple[str, UUID, str, str, str, str]:
        """What names a place."""
        return (self.url, self.service_id, self.layer, self.area, self.field, self.language)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of its row."""
        names = ("url", "service_id", "layer", "area", "field", "language")
        return {name: getattr(self, name) for name in names}


def list_shared_places() -> list[SharedPlace]:
    """Return every link of every published service, in one query."""
    return [place for record in list_services(fields=LINKING_FIELDS) for place in _places_of(record)]


def _places_of(record: ServiceRecord) -> Iterator[SharedPlace]:
    for row in record.rows:
        origin = row.provenance
        for url in list_links(row.value):
            yield SharedPlace(url, record.id, origin.layer.value, origin.area, row.field, row.language)
    layer = record.head.layer.value
    for authority in record.authorities:
        for url in links_of_authority(authority):
            yield SharedPlace(url, record.id, layer, authority.area_prefix, RESPONSIBILITY)


def links_of_authority(authority: AuthorityRow | None) -> list[str]:
    """Return the addresses of who is responsible: the authority's, and the online service's."""
    if authority is None:
        return []
    online = authority.online_service or {}
    return [url for url in (authority.url, str(online.get("url") or "")) if is_web_address(url)]
