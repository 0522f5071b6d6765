"""Read the shared catalogue. All return plain values, and published services only unless said otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.presets.selectors import presets_of_service, read_presets
from catalog.resolution.decide import AuthorityRow
from catalog.resolution.resolve import applies_in, resolve
from catalog.resolution.values import EffectiveService, Layer, LayerRow, Provenance, ServiceHead
from catalog.services.models import Category, FormerSlug, LayerValue, Responsibility, Service, State
from catalog.services.responsibilities import COLUMNS, authority_row
from tenants.errors import NotFound
from tenants.registry.memory import remembered_catalogue


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service with what the shared layers say about it everywhere. `rows` may be limited to some fields."""

    head: ServiceHead
    version: int
    published_at: dt.datetime | None
    category_codes: tuple[str, ...]
    target_groups: tuple[str, ...]
    leika_key: str | None
    prominence: int
    valid_from: dt.date | None
    valid_to: dt.date | None
    rows: tuple[LayerRow, ...] = field(repr=False)
    authorities: tuple[AuthorityRow, ...] = ()
    short_code: str = ""
    approved_at: dt.date | None = None

    @property
    def id(self) -> UUID:
        """The stable id."""
        return self.head.id

    @property
    def slug(self) -> str:
        """The name in addresses."""
        return self.head.slug

    def is_released(self, now: dt.datetime) -> bool:
        """Whether the time has come at which a published service is published."""
        return self.published_at is None or self.published_at <= now

    def is_visible(self, now: dt.datetime) -> bool:
        """Whether a published service may be seen at this time; the same as `published_condition` of the state."""
        today = timezone.localdate(now)
        return (
            self.is_released(now)
            and (self.valid_from is None or self.valid_from <= today)
            and (self.valid_to is None or self.valid_to >= today)
        )

    def resolve_in(self, *, ars: str, region: str, own_rows: Iterable[LayerRow] = ()) -> EffectiveService:
        """Return what holds at a place, from the shared rows that speak for it and the place's own rows."""
        return resolve(self.head, [*(row for row in self.rows if applies_in(row, ars=ars, region=region)), *own_rows])


@dataclass(frozen=True, slots=True)
class CategoryInfo:
    """A topic. `labels`: language → label and description."""

    code: str
    icon: str
    labels: Mapping[str, Mapping[str, str]] = field(hash=False)

    def label(self, language: str) -> str:
        """Return the shared label; German stands in."""
        return (self.labels.get(language) or self.labels["de"])["label"]

    def description(self, language: str) -> str:
        """Return the shared description; German stands in."""
        return (self.labels.get(language) or self.labels["de"]).get("description", "")


def get_service(slug: str) -> ServiceRecord:
    """Return a published service with all fields, layers and responsibilities, in one query.

    Raises: NotFound, also for a service that is not published (yet, or any more).
    """
    return _one(_published().filter(slug=slug))


def get_released_service(slug: str) -> ServiceRecord:
    """Return a published service whatever its validity: a town may stay with a version that is valid still.

    The caller looks at `is_visible` of the version that holds. Raises: NotFound.
    """
    return _one(_released().filter(slug=slug))


def get_service_by_id(service_id: UUID) -> ServiceRecord:
    """Return a published service whatever its validity: who decides on it may do so before and after.

    Raises: NotFound.
    """
    return _one(_released().filter(id=service_id))


def get_service_in_any_state(slug: str) -> ServiceRecord:
    """Return a service for its editors, published or not. Raises: NotFound."""
    return _one(Service.objects.filter(slug=slug))


def list_layer_rows(service_id: UUID) -> list[LayerRow]:
    """Return what all shared layers say about a service, in one query."""
    names = ("layer", "area", "field", "language", "value", "is_locked", "author", "changed_at", "version")
    rows = LayerValue.objects.filter(service_id=service_id).values(*names)
    return [layer_row({**row, "changed_at": row["changed_at"].isoformat()}) for row in rows]


def list_services(
    *,
    fields: Collection[str] = ("title", "teaser"),
    category: str = "",
    ids: Collection[UUID] | None = None,
    is_any_validity: bool = False,
) -> list[ServiceRecord]:
    """Return published services with some of their fields, in one query; of one topic or with these ids if named.

    `is_any_validity`: those too that are not valid yet or no more; see `get_released_service`.
    """
    if ids is None:
        now = timezone.now()
        return [
            record
            for record in _all_published(tuple(fields))
            if (record.is_released(now) if is_any_validity else record.is_visible(now))
            and (not category or category in record.category_codes)
        ]
    query = (_released() if is_any_validity else _published()).filter(id__in=ids)
    if category:
        query = query.filter(category_codes__contains=[category])
    return [_record(row) for row in _with_rows(query, fields).order_by("slug")]


@remembered_catalogue
def _all_published(fields: tuple[str, ...]) -> tuple[ServiceRecord, ...]:
    """Return what is in the state "published", visible yet or not."""
    query = Service.objects.filter(state=State.PUBLISHED)
    return tuple(_record(row) for row in _with_rows(query, fields).order_by("slug"))


def list_service_ids() -> dict[str, UUID]:
    """Return the id of every published service by its slug."""
    return dict(_published().values_list("slug", "id"))


def list_taken_slugs(slugs: Collection[str]) -> frozenset[str]:
    """Return those of the slugs under which a published service is to be seen now, in one query at most."""
    wanted = frozenset(slugs)
    return frozenset(one.slug for one in list_services(fields=()) if one.slug in wanted)


def list_known_slugs(slugs: Collection[str]) -> frozenset[str]:
    """Return those of the slugs that a service of any state has or had, in two queries."""
    now = Service.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    before = FormerSlug.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    return frozenset([*now, *before])


@remembered_catalogue
def list_categories() -> list[CategoryInfo]:
    """Return the shared topics in their order, in one query."""
    return [CategoryInfo(row.code, row.icon, row.labels) for row in Category.objects.order_by("order", "code")]


def list_services_for_index(ids: Collection[UUID] | None = None) -> list[ServiceRecord]:
    """Return services of any state with what search indexes; all of them or these."""
    query = Service.objects.all() if ids is None else Service.objects.filter(id__in=ids)
    fields = ("title", "official_title", "teaser", "short_text", "full_text", "synonyms")
    return [_record(row) for row in _with_rows(query, fields).order_by("slug")]


def published_condition(prefix: str = "") -> Q:
    """Return the condition under which a service may be seen now; `prefix` leads to it from another model."""
    today = timezone.localdate()
    return (
        released_condition(prefix)
        & (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": today}))
        & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": today}))
    )


def released_condition(prefix: str = "") -> Q:
    """Return the condition under which a service is published, valid today or not."""
    return Q(**{f"{prefix}state": State.PUBLISHED}) & (
        Q(**{f"{prefix}published_at__isnull": True}) | Q(**{f"{prefix}published_at__lte": timezone.now()})
    )


def no_such_service() -> NotFound:
    """Return the error for a service that is not to be seen."""
    return NotFound(_("Diese Leistung gibt es nicht. Suchen Sie nach einem anderen Wort oder wählen Sie ein Thema."))


def _published() -> QuerySet[Service]:
    return Service.objects.filter(published_condition())


def _released() -> QuerySet[Service]:
    return Service.objects.filter(released_condition())


def _one(query: QuerySet[Service]) -> ServiceRecord:
    row = _with_rows(query, None).first()
    if row is None:
        raise no_such_service()
    return _record(row)


def _with_rows(query: QuerySet[Service], fields: Collection[str] | None) -> QuerySet[Any]:
    values = LayerValue.objects.filter(service=OuterRef("pk"))
    if fields is not None:
        values = values.filter(field__in=list(fields))
    names = ("layer", "area", "field", "language", "value", "is_locked", "author", "changed_at", "version")
    responsible = Responsibility.objects.filter(service=OuterRef("pk"))
    return query.annotate(
        row_data=ArraySubquery(values.values(data=JSONObject(**{name: name for name in names}))),
        authority_data=ArraySubquery(responsible.values(data=JSONObject(**{name: name for name in COLUMNS}))),
        preset_data=presets_of_service(),
    )


def _record(row: Any) -> ServiceRecord:
    presets = read_presets(row.preset_data, category_codes=row.category_codes)
    return ServiceRecord(
        head=ServiceHead(row.id, row.slug, Layer(row.layer), row.area, presets),
        version=row.version,
        published_at=row.published_at,
        category_codes=tuple(row.category_codes),
        target_groups=tuple(row.target_groups),
        leika_key=row.leika_key,
        prominence=row.prominence,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        rows=tuple(layer_row(data) for data in row.row_data or ()),
        authorities=tuple(authority_row(data) for data in row.authority_data or ()),
        short_code=row.short_code or "",
        approved_at=row.approved_at,
    )


def record_from(
    service: Service, *, head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], version: int
) -> ServiceRecord:
    """Return the record of a service as an earlier version had it: its columns and values as plain data."""
    facts = held_facts(head) or HeldFacts(
        service.valid_from,
        service.valid_to,
        tuple(authority_row(data) for data in service.responsibilities.values(*COLUMNS)),
    )
    return ServiceRecord(
        head=ServiceHead(service.id, head["slug"], Layer(head["layer"]), head["area"]),
        version=version,
        published_at=service.published_at,
        category_codes=tuple(head["category_codes"]),
        target_groups=tuple(head["target_groups"]),
        leika_key=head["leika_key"],
        prominence=head["prominence"],
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        rows=tuple(layer_row(data) for data in rows),
        authorities=facts.authorities,
        short_code=service.short_code or "",
        approved_at=service.approved_at,
    )


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """What a version says beside its values that a town which stays with it keeps."""

    valid_from: dt.date | None
    valid_to: dt.date | None
    authorities: tuple[AuthorityRow, ...]


def held_facts(head: Mapping[str, Any]) -> HeldFacts | None:
    """Return them from the head of a version; None for one that was kept before they were part of it."""
    if "responsibilities" not in head:
        return None
    first, last = (dt.date.fromisoformat(head[name]) if head[name] else None for name in ("valid_from", "valid_to"))
    return HeldFacts(first, last, tuple(map(authority_row, head["responsibilities"])))


def layer_row(data: Mapping[str, Any]) -> LayerRow:
    """Return a stored value from plain data, as a query or a kept version has it."""
    provenance = Provenance(
        layer=Layer(data["layer"]),
        area=data["area"],
        author=data["author"],
        changed_at=dt.datetime.fromisoformat(data["changed_at"]),
        version=data["version"],
    )
    return LayerRow(data["field"], data["language"], data["value"], provenance, is_locked=data["is_locked"])
