"""Read a tenant's own services, as citizens see them and as their editors do. Plain values leave, no querysets.

The address of a local service is its slug. If a shared service takes the same slug later, the address is the shared
one's from then on, because umbrella and search lead there in every town; the local one moves to `<slug>-<town>` by
itself, and back when the shared one goes. Nothing is written for it: a publication above has no fan-out over tenants.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.drafts import DraftInfo
from catalog.decisions.town import TownService, current_town, profile_of
from catalog.local.models import LocalService, LocalState, LocalValue
from catalog.resolution.decide import AdoptionRow, Decided, Decision
from catalog.resolution.resolve import resolve
from catalog.resolution.values import LANGUAGES, FieldKey, LayerRow, Provenance, ServiceHead
from catalog.services import selectors as shared
from catalog.services.selectors import ServiceRecord
from catalog.services.shortcodes import derive_short_code
from tenants.context import current_tenant_or_none
from tenants.errors import NotFound
from tenants.registry.memory import remembered
from tenants.registry.sites import TenantInfo

# What search shows and finds.
INDEXED: Final = ("title", "official_title", "teaser", "short_text", "full_text", "synonyms")
_OWN: Final = Decided(Decision.OVERRIDE, is_preset=False, row=AdoptionRow(Decision.OVERRIDE))


@dataclass(frozen=True, slots=True)
class LocalRecord:
    """A local service as its editors see it. `values` by field and language, with author, time and version."""

    id: UUID
    slug: str
    state: LocalState
    category_codes: tuple[str, ...]
    target_groups: tuple[str, ...]
    published_at: dt.datetime | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    prominence: int
    version: int
    successor_id: UUID | None
    changed_by: str
    changed_at: dt.datetime
    values: Mapping[FieldKey, LayerRow] = field(hash=False)
    editors: tuple[str, ...] = ()
    submitted_by: str = ""
    submitted_at: dt.datetime | None = None
    comment: str = ""

    @property
    def title(self) -> str:
        """The German title, or the name in the address while there is none."""
        row = self.values.get(FieldKey("title", "de"))
        return str(row.value) if row else self.slug

    @property
    def was_published(self) -> bool:
        """Citizens have seen it once: its address stays, and it is archived rather than deleted."""
        return self.published_at is not None

    def is_visible(self, now: dt.datetime) -> bool:
        """Whether citizens may see it at this time."""
        today = timezone.localdate(now)
        return (
            self.state is LocalState.PUBLISHED
            and (self.valid_from is None or self.valid_from <= today)
            and (self.valid_to is None or self.valid_to >= today)
        )


def get_own_service(slug: str) -> TownService | None:
    """Return the local service that citizens find under this name, or under its slug while that is a shared one's."""
    town = current_town()
    base = slug.removesuffix(f"-{town.slug}")
    now = timezone.now()
    # Addresses that visitors make up must not be remembered one by one.
    names = tuple(sorted({slug, base} & _published_slugs()))
    for record in sorted(_records(None, slugs=names) if names else (), key=lambda one: one.slug != slug):
        if record.is_visible(now):
            shown = _town_service(record, town, taken=shared.list_taken_slugs([record.slug]))
            if slug in {shown.slug, f"{record.slug}-{town.slug}", record.slug}:
                return shown
    return None


def list_own_services(fields: Collection[str]) -> list[TownService]:
    """Return the local services that citizens may see now, with some fields: one query, two where there are any."""
    now, town = timezone.now(), current_town()
    records = [record for record in _records(tuple(fields)) if record.is_visible(now)]
    taken = shared.list_taken_slugs([record.slug for record in records]) if records else frozenset()
    return [_town_service(record, town, taken=taken) for record in records]


def get_successor_slug(slug: str) -> str | None:
    """Return the slug of the shared service that a local one became; None if there is none, and outside of a tenant."""
    if current_tenant_or_none() is None:
        return None
    successor_id = LocalService.objects.filter(slug=slug).values_list("successor_id", flat=True).first()
    found = shared.list_services(fields=(), ids=[successor_id]) if successor_id else []
    return found[0].slug if found else None


def list_local_records() -> list[LocalRecord]:
    """Return all local services with their titles for their editors: drafts and archived ones too."""
    return _read(LocalService.objects.order_by("slug"), ("title",))


def get_local_record(service_id: UUID) -> LocalRecord:
    """Return a local service with all its values, in any state, in one query.

    Raises: NotFound.
    """
    found = _read(LocalService.objects.filter(id=service_id), None)
    if not found:
        raise NotFound(_("Diese Leistung gibt es nicht mehr. Gehen Sie zur Liste der eigenen Leistungen."))
    return found[0]


def preview_local(record: LocalRecord) -> TownService:
    """Return a local service as citizens see it or would see it, whatever its state."""
    return _town_service(record, current_town(), taken=shared.list_taken_slugs([record.slug]))


def with_drafts(record: LocalRecord, drafts: Iterable[DraftInfo]) -> LocalRecord:
    """Return a local service as it would be once these drafts are published; the same record where there are none."""
    written = {one.key: one for one in drafts}
    if not written:
        return record
    values = {key: row for key, row in record.values.items() if key not in written}
    town = current_town()
    for key, draft in written.items():
        if draft.value is not None:
            data = {"field": key.field, "language": key.language, "value": draft.value, "author": draft.edited_by}
            more = {"changed_at": draft.edited_at.isoformat(), "version": draft.ground.version + 1}
            values |= {one.key: one for one in _layer_rows([{**data, **more}], town)}
    return replace(record, values=values)


def describe_local(service_id: UUID) -> dict[str, object]:
    """Return all that search shows of a local service: the newest event alone is enough."""
    record = get_local_record(service_id)
    texts: dict[str, dict[str, object]] = {}
    for key, row in record.values.items():
        if key.field in INDEXED and key.language in LANGUAGES:
            texts.setdefault(key.language, {})[key.field] = row.value
    return {
        "service_id": str(record.id),
        "slug": record.slug,
        "state": record.state.value,
        "valid_from": record.valid_from.isoformat() if record.valid_from else None,
        "valid_to": record.valid_to.isoformat() if record.valid_to else None,
        "prominence": record.prominence,
        "texts": texts,
    }


def list_told_ids() -> list[UUID]:
    """Return the local services that search has heard of: all that were published once."""
    return list(LocalService.objects.filter(published_at__isnull=False).order_by("id").values_list("id", flat=True))


@remembered
def _published_slugs() -> frozenset[str]:
    return frozenset(LocalService.objects.filter(state=LocalState.PUBLISHED).values_list("slug", flat=True))


@remembered
def _records(fields: tuple[str, ...] | None, *, slugs: tuple[str, ...] = ()) -> list[LocalRecord]:
    query = LocalService.objects.filter(state=LocalState.PUBLISHED).order_by("slug")
    return _read(query.filter(slug__in=slugs) if slugs else query, fields)


def _read(query: QuerySet[LocalService], fields: Collection[str] | None) -> list[LocalRecord]:
    values = LocalValue.objects.filter(service=OuterRef("pk"))
    if fields is not None:
        values = values.filter(field__in=list(fields))
    names = ("field", "language", "value", "author", "changed_at", "version")
    data = values.values(data=JSONObject(**{name: name for name in names}))
    town = current_town()
    return [_record(row, town) for row in query.annotate(value_data=ArraySubquery(data))]


def _record(row: Any, town: TenantInfo) -> LocalRecord:
    return LocalRecord(
        id=row.id,
        slug=row.slug,
        state=LocalState(row.state),
        category_codes=tuple(row.category_codes),
        target_groups=tuple(row.target_groups),
        published_at=row.published_at,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        prominence=row.prominence,
        version=row.version,
        successor_id=row.successor_id,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        values={one.key: one for one in _layer_rows(row.value_data or (), town)},
        editors=tuple(row.editors or ()),
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        comment=row.comment,
    )


def _layer_rows(data: Iterable[Mapping[str, Any]], town: TenantInfo) -> Iterable[LayerRow]:
    for one in data:
        provenance = Provenance(
            layer=profile_of(town).layer,
            area=town.ars,
            owner=town.name,
            author=one["author"],
            changed_at=dt.datetime.fromisoformat(one["changed_at"]),
            version=one["version"],
        )
        yield LayerRow(one["field"], one["language"], one["value"], provenance)


def _town_service(record: LocalRecord, town: TenantInfo, *, taken: Collection[str]) -> TownService:
    slug = f"{record.slug}-{town.slug}" if record.slug in taken else record.slug
    head = ServiceHead(record.id, slug, profile_of(town).layer, town.ars)
    return TownService(
        record=ServiceRecord(
            head=head,
            version=record.version,
            published_at=record.published_at,
            category_codes=record.category_codes,
            target_groups=record.target_groups,
            leika_key=None,
            prominence=record.prominence,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            rows=(),
            # Derived, not stored: it leads to the page wherever its address has moved.
            short_code=derive_short_code(record.id) if record.was_published else "",
        ),
        decided=_OWN,
        effective=resolve(head, record.values.values()),
        own_rows=record.values,
        is_local=True,
    )
