"""Published versions of a service: kept whole, so that a town may stay with one and a reader may see what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.services.addresses import keep_addresses
from catalog.services.models import LayerValue, Responsibility, Service, ServiceVersion
from catalog.services.responsibilities import COLUMNS
from catalog.services.selectors import ServiceRecord, record_from
from tenants.errors import NotFound

HEAD: Final = (
    "slug",
    "layer",
    "area",
    "leika_key",
    "leika_source",
    "typing",
    "ozg_maturity",
    "category_codes",
    "target_groups",
    "prominence",
)
DATES: Final = ("valid_from", "valid_to", "leika_verified_at")
RESPONSIBILITIES: Final = "responsibilities"
ROW: Final = ("layer", "area", "field", "language", "value", "is_locked", "author", "changed_at", "version")
Changed = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A published version, without its texts. `changed`: layer, area, field and language of what differs.

    `facts`: which parts of the head differ, such as `responsibilities`; see `HEAD`.
    """

    number: int
    published_at: dt.datetime
    author: str
    note: str
    changed: tuple[Changed, ...]
    facts: tuple[str, ...] = ()


def keep_versions(service_ids: Sequence[UUID], *, author: str, note: str = "") -> None:
    """Keep services as they stand now as their next version, in the running transaction, as a role that may edit.

    `Service.version` becomes the number. A service that is the same as its last version keeps that one. A new name
    leaves the old one as a way to it, and every service gets its short code.
    """
    services = {row.id: row for row in Service.objects.select_for_update().filter(id__in=service_ids).order_by("id")}
    values: dict[UUID, list[dict[str, Any]]] = {service_id: [] for service_id in services}
    for row in LayerValue.objects.filter(service_id__in=services).order_by("layer", "area", "field", "language"):
        values[row.service_id].append(_row(row))
    responsible = _responsible(services)
    last = {
        row.service_id: row
        for row in ServiceVersion.objects.filter(service_id__in=services)
        .order_by("service_id", "-number")
        .distinct("service_id")
    }
    keep_addresses(list(services.values()), former={row.service_id: row.head["slug"] for row in last.values()})
    fresh = []
    for service_id, service in services.items():
        head = _head(service, responsible[service_id])
        before = last.get(service_id)
        changed = _changed(before.rows if before else [], values[service_id])
        if before is not None and not changed and not _changed_facts(before.head, head):
            continue
        service.version = before.number + 1 if before else max(service.version, 1)
        fresh.append(
            ServiceVersion(
                service=service,
                number=service.version,
                published_at=timezone.now(),
                author=author,
                note=note,
                head=head,
                rows=values[service_id],
                changed=changed,
            )
        )
    ServiceVersion.objects.bulk_create(fresh)
    Service.objects.bulk_update([row.service for row in fresh], ["version"])


def hold_services(service_ids: Sequence[UUID]) -> None:
    """Let nobody else publish these services until the running transaction ends."""
    list(Service.objects.select_for_update().filter(id__in=service_ids).order_by("id").values_list("id"))


def list_edited_places(service_ids: Sequence[UUID], *, loader: str) -> dict[UUID, frozenset[Changed]]:
    """Return, for services of which somebody else than the loader has published a version, every place they ever had.

    The versions from before there were any have no author; they are the loader's.
    """
    kept = ServiceVersion.objects.filter(service_id__in=service_ids)
    edited = set(kept.exclude(author__in=[loader, ""]).values_list("service_id", flat=True))
    places: dict[UUID, set[Changed]] = {service_id: set() for service_id in edited}
    for service_id, rows in kept.filter(service_id__in=edited).values_list("service_id", "rows"):
        places[service_id].update(_place(row) for row in rows)
    return {service_id: frozenset(found) for service_id, found in places.items()}


def list_versions(service_id: UUID) -> list[VersionInfo]:
    """Return the published versions of a service, the newest first, in one query."""
    rows = list(ServiceVersion.objects.filter(service_id=service_id).order_by("-number").defer("rows"))
    return [_info(row, before) for row, before in zip_longest(rows, rows[1:])]


def list_versions_after(service_id: UUID, number: int) -> list[VersionInfo]:
    """Return what a town that stays with version `number` misses, the newest first."""
    return [one for one in list_versions(service_id) if one.number > number]


def list_last_changes() -> dict[UUID, dt.datetime]:
    """Return when the newest version of each service was published, in one query."""
    return dict(ServiceVersion.objects.values_list("service_id").annotate(last=Max("published_at")))


def get_version(service_id: UUID, number: int) -> ServiceRecord:
    """Return a service as it was published, with all its fields, its validity, and who was responsible.

    Raises: NotFound.
    """
    row = ServiceVersion.objects.select_related("service").filter(service_id=service_id, number=number).first()
    if row is None:
        raise NotFound(_("Diese Fassung gibt es nicht."))
    return record_from(row.service, head=row.head, rows=row.rows, version=row.number)


def _responsible(service_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {service_id: [] for service_id in service_ids}
    rows = Responsibility.objects.filter(service_id__in=service_ids).order_by("area_prefix", "role")
    for row in rows.values("service_id", *COLUMNS):
        found[row.pop("service_id")].append(row)
    return found


def _head(service: Service, responsible: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    dates = {name: getattr(service, name) for name in DATES}
    return {
        **{name: getattr(service, name) for name in HEAD},
        **{name: date.isoformat() if date else None for name, date in dates.items()},
        RESPONSIBILITIES: list(responsible),
    }


def _changed_facts(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts of a head that differ; one that an earlier release did not keep is no difference."""
    return tuple(name for name, value in now.items() if name in before and before[name] != value)


def _row(row: LayerValue) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ROW} | {"changed_at": row.changed_at.isoformat()}


def _changed(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[Changed]:
    """Return where value or lock differ, values that came or went included."""
    old, new = ({_place(row): (row["value"], row["is_locked"]) for row in rows} for rows in (before, now))
    return sorted(place for place in old.keys() | new.keys() if old.get(place) != new.get(place))


def _place(row: Mapping[str, Any]) -> Changed:
    return (row["layer"], row["area"], row["field"], row["language"])


def _info(row: ServiceVersion, before: ServiceVersion | None) -> VersionInfo:
    changed = tuple((layer, area, field, language) for layer, area, field, language in row.changed)
    facts = _changed_facts(before.head, row.head) if before is not None else ()
    return VersionInfo(row.number, row.published_at, row.author, row.note, changed, facts)
