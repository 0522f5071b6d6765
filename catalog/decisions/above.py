"""What a town finds above its own values: the newest version, or the one it stays with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from catalog.decisions.models import Override
from catalog.resolution.values import EffectiveValue, FieldKey, LayerRow
from catalog.services.pinned import HeldVersion, as_held, list_pinned_rows
from catalog.services.selectors import ServiceRecord
from tenants.registry.sites import TenantInfo


def as_pinned(record: ServiceRecord, pinned: Sequence[LayerRow] | None, town: TenantInfo) -> ServiceRecord:
    """Return the values of a service as a town sees them that stays with an earlier version, given its rows.

    None, or a service that is not pinned, is the newest.
    """
    held = None if pinned is None else HeldVersion(tuple(pinned))
    return as_held(record, held, ars=town.ars, region=town.region_slug)


def resolve_above(
    service: ServiceRecord, key: FieldKey, *, town: TenantInfo, pinned_version: int | None
) -> EffectiveValue:
    """Return what holds above the town's own value. One query if the town stays with a version."""
    rows = None
    if pinned_version is not None:
        rows = list_pinned_rows({service.id: pinned_version}, [key.field]).get(service.id)
    seen = as_pinned(service, rows, town)
    return seen.resolve_in(ars=town.ars, region=town.region_slug).values[key]


def note_base(row: Override, above: EffectiveValue) -> None:
    """Keep what the author saw from above: a later change there is compared with it."""
    origin = above.provenance
    row.base_version = origin.version if origin else None
    row.base_layer, row.base_area = (origin.layer.value, origin.area) if origin else ("", "")
    row.base_value = above.value


def has_moved(row: Override, above: EffectiveValue) -> bool:
    """Whether there is something else above now than the author saw; the town's own words taken up there are not.

    Rows from before base values were kept know the version only.
    """
    if row.value == above.value and above.provenance is not None:
        return False
    if row.base_layer or row.base_version is None:
        return bool(row.base_value != above.value)
    return above.provenance is None or above.provenance.version != row.base_version


def without_own(effective: EffectiveValue) -> EffectiveValue:
    """Return what holds above the town's own value, from what holds with it."""
    live = [entry.row for entry in effective.stack if not entry.is_shadowed and not entry.row.provenance.owner]
    last = live[-1] if live else None
    return replace(effective, value=last.value if last else None, provenance=last.provenance if last else None)


def digest_of(above: EffectiveValue) -> str:
    """Return a short sign of what is above: forms carry it back, so that a change meanwhile is noticed."""
    origin, lock = above.provenance, above.locked_by
    facts = [above.value, origin and [origin.layer, origin.area], lock and [lock.layer, lock.area]]
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
