"""Every municipality one can look for in a region, and the portal that answers for it.

Built from the directory of sites and the official list of municipalities, both held in process: no query and no
tenant schema. Portals that are being set up or suspended do not appear; their towns are found in their district's
portal, if that is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from federation.umbrella.distance import Position, distance_km
from federation.umbrella.maplayout import NARROW, WIDE, District, MapLayout, Spot, lay_out
from federation.umbrella.matching import find, postcode_of, without_name
from tenants.provisioning.areas import list_areas
from tenants.registry.sites import Snapshot, TenantInfo, directory
from tenants.sorting import german_sort_key

DISTRICT: Final = "district"
MAX_FOUND: Final = 40
POSTCODE_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality. `portal` is its own one, or that of its district."""

    name: str
    sort_key: str
    portal: TenantInfo
    has_own_portal: bool
    postcodes: tuple[str, ...] = ()
    position: Position | None = None
    population: int = 0
    district_name: str = ""

    @property
    def is_district(self) -> bool:
        """Whether this is a district itself, not a town in one."""
        return self.has_own_portal and self.portal.kind == DISTRICT


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place and how far it is. Units: kilometres."""

    place: Place
    distance_km: float


@dataclass(frozen=True)
class RegionPlaces:
    """The open portals of a region in German order (`members`), and all places that they answer for (`places`)."""

    members: tuple[TenantInfo, ...]
    places: tuple[Place, ...]

    @cached_property
    def towns(self) -> tuple[Place, ...]:
        """Places where people live: all but the districts themselves."""
        return tuple(place for place in self.places if not place.is_district)

    @cached_property
    def district_members(self) -> tuple[TenantInfo, ...]:
        """The districts among the members."""
        return tuple(member for member in self.members if member.kind == DISTRICT)

    def find_member(self, slug: str) -> TenantInfo | None:
        """Return the open portal with this short name, or None."""
        return next((member for member in self.members if member.slug == slug), None)

    def towns_of(self, district: TenantInfo) -> tuple[Place, ...]:
        """Return the towns of a district, with and without a portal of their own."""
        return tuple(place for place in self.towns if district.id in {place.portal.district_id, place.portal.id})

    def search(self, query: str) -> list[Place]:
        """Find places by name or by (the beginning of) a postcode, best first."""
        digits = postcode_of(query)
        if digits:
            return self._by_postcode(digits)[:MAX_FOUND]
        matches = find(query, self.places, names=names_of)
        return [match.item for match in matches][:MAX_FOUND]

    def _by_postcode(self, digits: str) -> list[Place]:
        return [place for place in self.towns if any(code.startswith(digits) for code in place.postcodes)]

    def split_query(self, query: str) -> tuple[Place | None, str]:
        """Return the place that a query names among other words, and the other words: `Sperrmüll in Gladbeck`."""
        for place in sorted(self.places, key=lambda one: -len(one.name)):
            rest = without_name(query, place.name)
            if rest:
                return place, rest
        return None, query

    def nearest(self, position: Position, count: int = 5) -> list[NearPlace]:
        """Return the nearest places with their distance."""
        near = (
            NearPlace(place, distance_km(position, place.position))
            for place in self.towns
            if place.position is not None
        )
        return sorted(near, key=lambda one: one.distance_km)[:count]

    @cached_property
    def wide_map(self) -> MapLayout:
        """The map for screens with room."""
        return lay_out(self._spots, self._map_districts, WIDE)

    @cached_property
    def narrow_map(self) -> MapLayout:
        """The map for phones."""
        return lay_out(self._spots, self._map_districts, NARROW)

    @cached_property
    def _map_districts(self) -> tuple[District, ...]:
        return tuple(District(member.slug, member.name) for member in self.district_members if self.towns_of(member))

    @cached_property
    def _spots(self) -> tuple[Spot, ...]:
        slugs = {member.id: member.slug for member in self.district_members}
        return tuple(
            Spot(
                key=place.portal.slug,
                name=place.name,
                position=place.position,
                area=slugs.get(place.portal.district_id or place.portal.id, ""),
                is_small=not place.has_own_portal,
                weight=place.population,
            )
            for place in self.towns
            if place.position is not None
        )


def names_of(place: Place) -> Iterable[str]:
    """Return the names under which a place is looked for."""
    return (place.name, place.portal.official_name) if place.has_own_portal else (place.name,)


def build_places(snapshot: Snapshot, region_slug: str) -> RegionPlaces:
    """Return the places of a region as one snapshot of the directory knows them."""
    members = tuple(
        tenant for tenant in snapshot.tenants.values() if tenant.region_slug == region_slug and tenant.is_listed
    )
    districts = {member.id: member.name for member in members if member.kind == DISTRICT}
    own = [_own_place(member, districts) for member in members]
    places = sorted([*own, *_places_without_portal(members)], key=lambda place: place.sort_key)
    return RegionPlaces(members=tuple(sorted(members, key=lambda member: member.sort_key)), places=tuple(places))


def _own_place(tenant: TenantInfo, districts: Mapping[UUID, str]) -> Place:
    return Place(
        name=tenant.name,
        sort_key=tenant.sort_key,
        portal=tenant,
        has_own_portal=True,
        postcodes=tenant.postcodes,
        position=_position(tenant.latitude, tenant.longitude),
        population=tenant.population or 0,
        district_name=districts.get(tenant.district_id, "") if tenant.district_id else "",
    )


def _places_without_portal(members: Iterable[TenantInfo]) -> list[Place]:
    districts: Mapping[str, TenantInfo] = {
        member.ags[:5]: member for member in members if member.kind == DISTRICT and member.ags
    }
    with_portal = {member.ags for member in members}
    return [
        Place(
            name=area.name,
            sort_key=german_sort_key(area.name),
            portal=districts[area.district_ags],
            has_own_portal=False,
            postcodes=area.postcodes,
            position=_position(area.latitude, area.longitude),
            population=area.population or 0,
        )
        for area in list_areas().values()
        if area.district_ags in districts and area.ags not in with_portal
    ]


def _position(latitude: float | None, longitude: float | None) -> Position | None:
    return None if latitude is None or longitude is None else Position(latitude, longitude)


# One entry a region, replaced when the directory has a new snapshot: maps are drawn once, not per request.
_built: dict[str, tuple[Snapshot, RegionPlaces]] = {}


def get_places(region_slug: str) -> RegionPlaces:
    """Return the places of a region as they are now."""
    snapshot = directory.snapshot()
    known = _built.get(region_slug)
    if known is None or known[0] is not snapshot:
        known = (snapshot, build_places(snapshot, region_slug))
        _built[region_slug] = known
    return known[1]
