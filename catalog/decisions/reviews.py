"""Own values below which something has changed: derived on reading, so a publication has nothing to hand out.

A review is there as long as what the town saw from above when it wrote differs from what is there now, or while a lock
from above keeps an own value from holding. It is answered in `answers`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.above import as_pinned, digest_of, has_moved
from catalog.decisions.models import Adoption, Override
from catalog.decisions.town import current_town
from catalog.resolution.decide import Decision
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import FIELDS, SOURCE_LANGUAGE, FieldKey, FieldSpec, Json, Layer, Provenance
from catalog.services import selectors as shared
from catalog.services.pinned import list_pinned_rows
from catalog.services.selectors import ServiceRecord
from catalog.services.versions import VersionInfo, list_versions
from tenants.errors import NotFound
from tenants.registry.sites import TenantInfo
from tenants.sorting import german_sort_key

# A review that nobody answers for so long is asked for again, and after twice that time urgently.
REMIND_AFTER: Final = dt.timedelta(days=14)


class ReviewKind(StrEnum):
    """Why there is something to look at. LOCKED: the field is locked above, the own value rests."""

    CHANGED = "changed"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Review:
    """An own value and what changed above it.

    `base` is what the author saw from above, `theirs` the town's own value, `new` what is above now. `is_base_known` is
    false for values from before bases were kept. `origin` is whose the new value is, None where nobody says anything
    any more. `own_version` and `above` are what an answer has to carry back.
    """

    service_id: UUID
    slug: str
    title: str
    spec: FieldSpec
    language: str
    kind: ReviewKind
    base: Json
    is_base_known: bool
    theirs: Json
    own_version: int
    own_author: str
    own_changed_at: dt.datetime
    new: Json
    origin: Provenance | None
    above: str

    @property
    def key(self) -> FieldKey:
        """Which field in which language."""
        return FieldKey(self.spec.name, self.language)

    @property
    def changed_at(self) -> dt.datetime:
        """When it changed above, as far as anybody knows."""
        return (self.origin.changed_at if self.origin else None) or self.own_changed_at

    def is_overdue(self, now: dt.datetime) -> bool:
        """Whether it has waited for so long that it is asked for again."""
        return now - max(self.changed_at, self.own_changed_at) >= REMIND_AFTER


def list_reviews() -> list[Review]:
    """Return all of the town, the oldest change of each service first, services in German order of their titles.

    Two queries, and one more if the town stays with earlier versions.
    """
    rows = list(_holding())
    return sorted(_derive(rows), key=lambda one: (german_sort_key(one.title), one.changed_at, one.key))


def count_reviews() -> int:
    """Return how many reviews wait."""
    return len(list_reviews())


def list_reviews_of(service_id: UUID) -> dict[FieldKey, Review]:
    """Return those of one service by field and language."""
    return {one.key: one for one in _derive(list(_holding().filter(service_id=service_id)))}


def get_review(service_id: UUID, field: str, language: str) -> Review:
    """Return one. Raises: NotFound, also for one that is answered already."""
    found = list_reviews_of(service_id).get(FieldKey(field, language))
    if found is None:
        raise NotFound(_("Hier ist nichts zu prüfen: Es hat sich nichts geändert, oder jemand hat schon entschieden."))
    return found


def list_notes(review: Review) -> list[VersionInfo]:
    """Return the published versions that changed this field for the town since it wrote, the newest first."""
    town = current_town()
    return [
        one
        for one in list_versions(review.service_id)
        if one.published_at > review.own_changed_at and _touches(one, review.key, town)
    ]


def list_overdue(reviews: Iterable[Review]) -> list[Review]:
    """Return those that have waited too long."""
    now = timezone.now()
    return [one for one in reviews if one.is_overdue(now)]


def review_of(row: Override, record: ServiceRecord, *, town: TenantInfo, own_title: Json = None) -> Review | None:
    """Return the review of an own value, given the service as the town sees it; None where nothing waits."""
    effective = record.resolve_in(ars=town.ars, region=town.region_slug)
    above = effective.values[FieldKey(row.field, row.language)]
    if above.locked_by is None and not has_moved(row, above):
        return None
    return Review(
        service_id=record.id,
        slug=record.slug,
        title=str(own_title or effective.shown("title", SOURCE_LANGUAGE).value or record.slug),
        spec=FIELDS[row.field],
        language=row.language,
        kind=ReviewKind.CHANGED if above.locked_by is None else ReviewKind.LOCKED,
        base=row.base_value,
        is_base_known=bool(row.base_layer) or row.base_version is None,
        theirs=row.value,
        own_version=row.version,
        own_author=row.author,
        own_changed_at=row.changed_at,
        new=above.value,
        origin=above.locked_by or above.provenance,
        above=digest_of(above),
    )


def _holding() -> QuerySet[Override]:
    """Own values that hold: of services that the town adapts."""
    adapted = Adoption.objects.filter(decision=Decision.OVERRIDE, is_preset=False)
    pinned = adapted.filter(service_id=OuterRef("service_id")).values("pinned_version")[:1]
    return Override.objects.filter(service_id__in=adapted.values("service_id")).annotate(pinned=Subquery(pinned))


def _derive(rows: list[Override]) -> list[Review]:
    if not rows:
        return []
    town = current_town()
    fields = tuple(sorted({row.field for row in rows if row.field in FIELDS} | {"title"}))
    ids = {row.service_id for row in rows}
    pinned = {row.service_id: number for row in rows if (number := getattr(row, "pinned", None)) is not None}
    earlier = list_pinned_rows(pinned, fields)
    records = {
        record.id: as_pinned(record, earlier.get(record.id), town)
        for record in shared.list_services(fields=fields, ids=ids)
    }
    known = [(row, records[row.service_id]) for row in rows if row.service_id in records and row.field in FIELDS]
    titles = {row.service_id: row.value for row in rows if (row.field, row.language) == ("title", SOURCE_LANGUAGE)}
    found = (review_of(row, record, town=town, own_title=titles.get(record.id)) for row, record in known)
    return [one for one in found if one is not None]


def _touches(version: VersionInfo, key: FieldKey, town: TenantInfo) -> bool:
    return any(
        (field, language) == (key.field, key.language)
        and area_covers(Layer(layer), area, ars=town.ars, region=town.region_slug)
        for layer, area, field, language in version.changed
    )
