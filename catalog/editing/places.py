"""Whose catalogue an editor writes: a layer and its area, the towns it speaks for, and what stands above and below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext as _

from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Layer, LayerRow, Provenance
from tenants.editors.scopes import name_scope
from tenants.errors import NotFound
from tenants.registry.sites import TenantInfo, directory


@dataclass(frozen=True, slots=True)
class Scope:
    """A shared layer and its area: "", a state "05", a region's slug, a district "05562"."""

    layer: Layer
    area: str

    @property
    def key(self) -> str:
        """The scope in an address: `region:emscher-lippe`."""
        return f"{self.layer.value}:{self.area}"

    @property
    def pair(self) -> tuple[str, str]:
        """The scope as accounts name it."""
        return (self.layer.value, self.area)

    def owns(self, origin: Provenance) -> bool:
        """Whether a row stands exactly here."""
        return origin.layer is self.layer and origin.area == self.area and not origin.owner

    @property
    def name(self) -> str:
        """The scope in words: `Kreis Recklinghausen`."""
        region = directory.snapshot().regions.get(self.area) if self.layer is Layer.REGION else None
        return name_scope(self.pair, region_name=region.name if region else "")


def scope_from(layer: str, area: str) -> Scope:
    """Return the scope of a layer's name and an area. Raises: NotFound for a layer that editors don't have."""
    if layer not in {one.value for one in Layer} - {Layer.MUNICIPALITY.value}:
        raise NotFound(_("Diese Ebene gibt es nicht."))
    return Scope(Layer(layer), area)


def scope_from_key(key: str) -> Scope:
    """Return the scope that an address names. Raises: NotFound."""
    layer, _colon, area = key.partition(":")
    return scope_from(layer, area)


def list_towns_in(scope: Scope) -> list[TenantInfo]:
    """Return the tenants that a scope speaks for, training copies left out, in German order: no query."""
    return [
        one
        for one in directory.snapshot().tenants.values()
        if not one.is_training and area_covers(scope.layer, scope.area, ars=one.ars, region=one.region_slug)
    ]


def is_within(scope: Scope, area: str) -> bool:
    """Whether an area holds no town outside a scope. `area`: "" (everywhere), a prefix of the ARS, a region's slug."""
    if scope.layer is Layer.FEDERATION or area == scope.area:
        return True
    if not area.isdigit():
        return False
    if scope.layer is not Layer.REGION:
        return area.startswith(scope.area)
    covered = [one for one in directory.snapshot().tenants.values() if one.ars.startswith(area)]
    return bool(covered) and all(one.region_slug == scope.area for one in covered)


def place_of(scope: Scope) -> tuple[str, str]:
    """Return the ARS prefix and the region that all towns of a scope have in common."""
    towns = list_towns_in(scope)
    regions = {one.region_slug for one in towns}
    region = scope.area if scope.layer is Layer.REGION else (min(regions) if len(regions) == 1 else "")
    ars = scope.area if scope.area.isdigit() else _common_prefix([one.ars for one in towns])
    return ars, region


def rows_above(rows: Iterable[LayerRow], scope: Scope) -> list[LayerRow]:
    """Return the rows of higher layers that hold in the whole scope."""
    ars, region = place_of(scope)
    return [row for row in rows if _rank(row.provenance) < _scope_rank(scope) and _covers(row, ars, region)]


def rows_of(rows: Iterable[LayerRow], scope: Scope) -> list[LayerRow]:
    """Return the scope's own rows."""
    return [row for row in rows if scope.owns(row.provenance)]


def rows_below(rows: Iterable[LayerRow], scope: Scope) -> list[LayerRow]:
    """Return the rows of lower shared layers that hold in some town of the scope."""
    towns = list_towns_in(scope)
    return [
        row
        for row in rows
        if _rank(row.provenance) > _scope_rank(scope)
        and any(_covers(row, town.ars, town.region_slug) for town in towns)
    ]


def _covers(row: LayerRow, ars: str, region: str) -> bool:
    return area_covers(row.provenance.layer, row.provenance.area, ars=ars, region=region)


def _rank(origin: Provenance) -> tuple[int, int]:
    return (origin.layer.rank, len(origin.area))


def _scope_rank(scope: Scope) -> tuple[int, int]:
    return (scope.layer.rank, len(scope.area))


def _common_prefix(keys: Sequence[str]) -> str:
    """Return the digits with which all keys begin."""
    same = takewhile(lambda digits: len(set(digits)) == 1, zip(*keys, strict=False))
    return "".join(digits[0] for digits in same)
