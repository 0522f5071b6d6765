"""One service in all towns of a region side by side: what it costs, how long it takes. Reads projections only.

Query budget: decisions, and versions where some town stays with an earlier one (the service itself is the caller's).
The number of tenants is no matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.resolution.values import FIGURES, EffectiveValue, LayerRow, Provenance
from catalog.search.models import DecisionProjection
from catalog.search.selectors import list_offers, profile_of_tenant
from catalog.services.pinned import HeldVersion, as_held, list_versions_held
from catalog.services.selectors import ServiceRecord
from tenants.registry.sites import TenantInfo


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most. Euro cents, or days. `unit` is what an amount is for ("pro Jahr")."""

    low: int
    high: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TownFigures:
    """What holds in one town that does the service itself; None where nobody says.

    `own` names the figures that are the town's own, `held` those that are of the version `held_version`, with which it
    stays while the catalogue has gone on.
    """

    tenant: TenantInfo
    fee: dict[str, Any] | None
    deadline: dict[str, Any] | None
    processing_time: dict[str, Any] | None
    fee_span: Span | None
    time_span: Span | None
    own: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    held_version: int | None = None


def compare_towns(record: ServiceRecord, *, region: str) -> list[TownFigures]:
    """Return the figures of every open town of the region that does the service itself, in German order."""
    rows = {row.tenant_id: row for row in DecisionProjection.objects.filter(service_id=record.id)}
    slim = replace(record, rows=tuple(row for row in record.rows if row.field in FIGURES))
    offers = [offer for offer in list_offers(record, rows.values(), region=region) if offer.decided.is_own]
    towns = {offer.tenant.id for offer in offers}
    numbers = {row.pinned_version for row in rows.values() if row.tenant_id in towns}
    earlier = {number for number in numbers if number is not None and number < record.version}
    versions = list_versions_held(record.id, earlier, FIGURES)
    return [_figures(slim, offer.tenant, rows.get(offer.tenant.id), versions=versions) for offer in offers]


def usual_unit(figures: Iterable[TownFigures]) -> str:
    """Return what most towns charge for; only amounts for the same thing can stand in one chart."""
    units = Counter(one.fee_span.unit for one in figures if one.fee_span is not None)
    return units.most_common(1)[0][0] if units else ""


def _figures(
    record: ServiceRecord, tenant: TenantInfo, row: DecisionProjection | None, *, versions: Mapping[int, HeldVersion]
) -> TownFigures:
    origin = Provenance(layer=profile_of_tenant(tenant).layer, area=tenant.ars, owner=tenant.name)
    rows = [LayerRow(name, "", value, origin) for name, value in (_own_figures(row) if row else {}).items()]
    number = row.pinned_version if row is not None and row.pinned_version in versions else None
    seen = as_held(record, versions[number] if number else None, ars=tenant.ars, region=tenant.region_slug)
    effective = seen.resolve_in(ars=tenant.ars, region=tenant.region_slug, own_rows=rows)
    values: dict[str, Any] = {}
    for name in FIGURES:
        value = effective.get(name).value
        values[name] = value if isinstance(value, dict) else None
    own = frozenset(name for name in FIGURES if _is_own(effective.get(name)))
    # What is locked above follows the newest version even so.
    free = frozenset(name for name in FIGURES if values[name] and effective.get(name).locked_by is None)
    return TownFigures(
        tenant=tenant,
        fee=values["fee"],
        deadline=values["deadline"],
        processing_time=values["processing_time"],
        fee_span=fee_span(values["fee"]),
        time_span=_time_span(values["processing_time"]),
        own=own,
        held=free - own if number else frozenset(),
        held_version=number,
    )


def _own_figures(row: DecisionProjection) -> dict[str, Any]:
    """Return the town's own figures. An earlier release told those of a held version among them."""
    if row.pinned_version is None:
        return dict(row.figures)
    own = {one["field"] for one in row.own_fields}
    return {name: value for name, value in row.figures.items() if name in own}


def _is_own(value: EffectiveValue) -> bool:
    return value.provenance is not None and bool(value.provenance.owner)


def fee_span(fee: object) -> Span | None:
    """Return from what to what a fee goes; None where nobody says."""
    if not isinstance(fee, dict):
        return None
    if fee["kind"] == "free":
        return Span(0, 0, str(fee.get("unit") or ""))
    if fee["kind"] == "table":
        amounts = [int(row["amount_cents"]) for row in fee["rows"]]
        units = {str(row.get("unit") or fee.get("unit") or "") for row in fee["rows"]}
        return Span(min(amounts), max(amounts), units.pop() if len(units) == 1 else "")
    low, high = ("amount_cents",) * 2 if fee["kind"] == "fixed" else ("min_cents", "max_cents")
    return Span(int(fee[low]), int(fee[high]), str(fee.get("unit") or ""))


def _time_span(time: dict[str, Any] | None) -> Span | None:
    if time is None or time.get("min_days") is None or time.get("max_days") is None:
        return None
    return Span(int(time["min_days"]), int(time["max_days"]))
