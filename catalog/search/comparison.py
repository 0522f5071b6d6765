"""One service in all towns of a region side by side: what it costs, how long it takes. Reads projections only.

Query budget: decisions (the service itself is the caller's). The number of tenants is no matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalog.resolution.values import FIGURES, LayerRow, Provenance
from catalog.search.models import DecisionProjection
from catalog.search.selectors import list_offers, profile_of_tenant
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
    """What holds in one town that does the service itself; None where nobody says. `is_own`: the town's own value."""

    tenant: TenantInfo
    fee: dict[str, Any] | None
    fee_is_own: bool
    deadline: dict[str, Any] | None
    processing_time: dict[str, Any] | None
    fee_span: Span | None
    time_span: Span | None


def compare_towns(record: ServiceRecord, *, region: str) -> list[TownFigures]:
    """Return the figures of every open town of the region that does the service itself, in German order."""
    rows = {row.tenant_id: row for row in DecisionProjection.objects.filter(service_id=record.id)}
    slim = replace(record, rows=tuple(row for row in record.rows if row.field in FIGURES))
    offers = list_offers(record, rows.values(), region=region)
    return [_figures(slim, offer.tenant, rows.get(offer.tenant.id)) for offer in offers if offer.decided.is_own]


def usual_unit(figures: Iterable[TownFigures]) -> str:
    """Return what most towns charge for; only amounts for the same thing can stand in one chart."""
    units = Counter(one.fee_span.unit for one in figures if one.fee_span is not None)
    return units.most_common(1)[0][0] if units else ""


def _figures(record: ServiceRecord, tenant: TenantInfo, row: DecisionProjection | None) -> TownFigures:
    origin = Provenance(layer=profile_of_tenant(tenant).layer, area=tenant.ars, owner=tenant.name)
    own = [LayerRow(name, "", value, origin) for name, value in (row.figures if row else {}).items()]
    effective = record.resolve_in(ars=tenant.ars, region=tenant.region_slug, own_rows=own)
    values: dict[str, Any] = {}
    for name in FIGURES:
        value = effective.get(name).value
        values[name] = value if isinstance(value, dict) else None
    provenance = effective.get("fee").provenance
    return TownFigures(
        tenant=tenant,
        fee=values["fee"],
        fee_is_own=provenance is not None and bool(provenance.owner),
        deadline=values["deadline"],
        processing_time=values["processing_time"],
        fee_span=fee_span(values["fee"]),
        time_span=_time_span(values["processing_time"]),
    )


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
