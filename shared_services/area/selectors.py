"""A citizen's things: where there are some, by the references; what they are, by asking one town as its own role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from shared_services.area.kinds import AreaItem, Kind, list_kinds
from shared_services.area.models import AreaReference
from tenants.context import as_accounts, in_tenant
from tenants.patience import statements_within
from tenants.registry.sites import TenantInfo, directory
from tenants.rollout.serving import can_serve

log = structlog.get_logger(__name__)

# A town that takes longer shows as one line.
_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class TownEntry:
    """A town that has something of the person: what, in words, since when, and how much of it waits for them."""

    town: TenantInfo
    counts: tuple[str, ...]
    changed_at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Section:
    """All things of one kind at a town. `trouble` says why they can't be shown now."""

    kind: Kind
    items: tuple[AreaItem, ...]
    trouble: str = ""


def list_towns(account_id: UUID) -> list[TownEntry]:
    """Return the towns that have something of a person, those that wait for them first: one query, no town's schema."""
    with as_accounts():
        rows = list(
            AreaReference.objects.filter(account_id=account_id)
            .values("tenant_id", "kind")
            .annotate(number=Count("id"), newest=Max("changed_at"), waiting=Count("id", filter=Q(needs_attention=True)))
        )
    towns = directory.snapshot().tenants_by_id
    entries = [
        TownEntry(
            town=town,
            counts=tuple(
                kind.count(row["number"])
                for kind in list_kinds({row["kind"] for row in mine})
                for row in mine
                if row["kind"] == kind.code
            ),
            changed_at=max(row["newest"] for row in mine),
            waiting=sum(row["waiting"] for row in mine),
        )
        for tenant_id in {row["tenant_id"] for row in rows}
        # A town that has left since: its references go with it.
        if (town := towns.get(tenant_id)) is not None
        for mine in [[row for row in rows if row["tenant_id"] == tenant_id]]
    ]
    return sorted(entries, key=lambda one: (not one.waiting, one.town.sort_key))


def open_town(account_id: UUID, town: TenantInfo) -> list[Section]:
    """Return a person's things at a town, read as that town's role. Trouble of the town stands in the sections."""
    with as_accounts():
        found = AreaReference.objects.filter(account_id=account_id, tenant_id=town.id).values_list("kind", flat=True)
        kinds = list_kinds(set(found))
    closed = _why_closed(town)
    if closed:
        return [Section(kind, (), closed) for kind in kinds]
    with in_tenant(town.ref):
        return [_section(kind, account_id, town) for kind in kinds]


def list_sections_here(account_id: UUID, town: TenantInfo) -> list[Section]:
    """Return a person's things in the town of the running context: every kind that has any, references or not."""
    return [one for one in (_section(kind, account_id, town) for kind in list_kinds()) if one.items or one.trouble]


def _section(kind: Kind, account_id: UUID, town: TenantInfo) -> Section:
    try:
        with statements_within(_SECONDS):
            return Section(kind, tuple(kind.fetch(account_id)))
    except Exception as problem:  # noqa: BLE001 -- one town's trouble stays its own: a line, not an error page
        log.warning("area.town_in_trouble", tenant=town.slug, kind=kind.code, error=type(problem).__name__)
        return Section(kind, (), _("Das ist gerade nicht erreichbar. Versuchen Sie es in einigen Minuten noch einmal."))


def _why_closed(town: TenantInfo) -> str:
    if not town.is_open:
        return _("Das Portal von {town} ist zurzeit geschlossen. Ihre Daten sind weiter da.").format(town=town.name)
    if not can_serve(town.schema_version):
        return _("Das Portal von {town} wird gerade gewartet. Versuchen Sie es in einigen Minuten noch einmal.").format(
            town=town.name
        )
    return ""
