"""What a tenant does with a service: its own decision, or the preset that follows from its level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Layer, ServiceHead


class Decision(StrEnum):
    """A tenant's answer to a service. NOBODY is never stored: it follows from the level or the place."""

    ADOPT = "adopt"
    OVERRIDE = "override"
    LINK = "link"
    NOT_OFFERED = "not_offered"
    NOBODY = "nobody"


STORED_DECISIONS: Final = (Decision.ADOPT, Decision.OVERRIDE, Decision.LINK, Decision.NOT_OFFERED)

# The levels that a kind of tenant carries out itself. An independent city is its own district.
_OWN_LEVELS: Final[Mapping[str, frozenset[Layer]]] = {
    "town": frozenset({Layer.MUNICIPALITY}),
    "independent_city": frozenset({Layer.MUNICIPALITY, Layer.DISTRICT}),
    "district": frozenset({Layer.DISTRICT}),
}


@dataclass(frozen=True, slots=True)
class TenantProfile:
    """What a decision needs to know of a tenant. `kind`: town, independent_city or district."""

    kind: str
    ars: str
    region: str = ""

    @property
    def own_levels(self) -> frozenset[Layer]:
        """The levels whose services it carries out itself."""
        return _OWN_LEVELS[self.kind]

    @property
    def layer(self) -> Layer:
        """The layer on which its own values stand."""
        return Layer.DISTRICT if self.kind == "district" else Layer.MUNICIPALITY


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """A tenant's stored decision."""

    decision: Decision
    link_url: str = ""
    link_authority: str = ""
    reason: str = ""
    alternative: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What holds. `row` carries links, reasons and who decided; `is_preset` when nobody has decided yet."""

    kind: Decision
    is_preset: bool
    row: AdoptionRow

    @property
    def is_own(self) -> bool:
        """The tenant carries the service out itself."""
        return self.kind in {Decision.ADOPT, Decision.OVERRIDE}

    @property
    def is_listed(self) -> bool:
        """Lists and categories show the service."""
        return self.is_own or self.kind is Decision.LINK

    @property
    def uses_overrides(self) -> bool:
        """The tenant's own values hold. With any other decision they are kept, but rest."""
        return self.kind is Decision.OVERRIDE


def decide(service: ServiceHead, tenant: TenantProfile, adoption: AdoptionRow | None) -> Decided:
    """Return what the tenant does with a service. A stored decision wins; without one its level decides.

    Preset: what its own level carries out is adopted, what a level above carries out is linked; what a level below
    carries out, or what belongs to another place, is nobody's here.
    """
    if adoption is not None:
        return Decided(adoption.decision, is_preset=False, row=adoption)
    kind = _preset(service, tenant)
    return Decided(kind, is_preset=True, row=AdoptionRow(kind))


def _preset(service: ServiceHead, tenant: TenantProfile) -> Decision:
    if not area_covers(service.layer, service.area, ars=tenant.ars, region=tenant.region):
        return Decision.NOBODY
    if service.layer in tenant.own_levels:
        return Decision.ADOPT
    highest = min(level.rank for level in tenant.own_levels)
    return Decision.LINK if service.layer.rank < highest else Decision.NOBODY


COMPETENT: Final = "competent"


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """Who does a service in an area, in a role.

    `is_own`: the tenant of that place does it itself, in its `unit`. `is_nobody`: nobody does it there, for sure.
    Without a `name` the name of the tenant stands.
    """

    area_prefix: str
    role: str = COMPETENT
    is_own: bool = False
    unit: str = ""
    name: str = ""
    url: str = ""
    is_nobody: bool = False


def find_authority(rows: Iterable[AuthorityRow], *, ars: str, role: str = COMPETENT) -> AuthorityRow | None:
    """Return who does a service at a place: the row with the longest matching prefix, or None when nothing is known."""
    matching = [row for row in rows if row.role == role and ars.startswith(row.area_prefix)]
    return max(matching, key=lambda row: len(row.area_prefix), default=None)
