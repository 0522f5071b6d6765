"""What the registry knows of a tenant, as a document that another deployment can read."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from uuid import UUID

from tenants.lifecycle.manifest import WrongManifest
from tenants.lifecycle.models import Offboarding, OffboardingState
from tenants.names import SLUG_PATTERN
from tenants.registry.models import Domain, Life, Tenant, TenantKind

_POSTCODE: Final = re.compile(r"[0-9]{5}")
_AGS: Final = re.compile(r"[0-9]{8}")
_ARS: Final = re.compile(r"[0-9]{12}")
# What the column holds.
_MOST_PEOPLE: Final = 2**31 - 1


@dataclass(frozen=True)
class Code:
    """An official key while it is valid (ISO dates; `valid_to` may be empty)."""

    ags: str
    ars: str
    valid_from: str
    valid_to: str = ""


@dataclass(frozen=True)
class LifeNow:
    """A state of life with what it remembers."""

    life: str
    life_before: str = ""
    suspended_reason: str = ""


@dataclass(frozen=True)
class Registration:
    """A tenant's entry in the registry. Region, operator and district are named as other deployments know them."""

    id: str
    slug: str
    name: str
    official_name: str
    sort_key: str
    kind: str
    state: LifeNow
    is_training: bool
    region: str
    operator: str
    district_ags: str
    state_code: str
    latitude: float | None
    longitude: float | None
    population: int | None
    postcodes: tuple[str, ...]
    created_at_utc: str
    primary_host: str
    other_hosts: tuple[str, ...]
    codes: tuple[Code, ...]

    def as_bytes(self) -> bytes:
        """Return the document."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @property
    def tenant_id(self) -> UUID:
        """The tenant's id where it came from."""
        return UUID(self.id)

    @property
    def ags(self) -> str:
        """The key that is valid, or the last that was."""
        return self.codes[-1].ags if self.codes else ""


def life_of(tenant: Tenant) -> LifeNow:
    """Return a tenant's state of life; of one that is being removed, the state from before."""
    if tenant.life == Life.OFFBOARDING:
        leaving = Offboarding.objects.filter(tenant_id=tenant.id).exclude(state=OffboardingState.CANCELLED)
        return LifeNow(**leaving.latest("begun_at").before)
    return LifeNow(tenant.life, tenant.life_before, tenant.suspended_reason)


def describe(tenant: Tenant) -> Registration:
    """Return a tenant's entry."""
    codes = tenant.codes.order_by("valid_from")
    hosts = Domain.objects.filter(tenant=tenant).order_by("-is_primary", "domain")
    district = tenant.district.codes.order_by("valid_from").last() if tenant.district else None
    return Registration(
        id=str(tenant.id),
        slug=tenant.slug,
        name=tenant.name,
        official_name=tenant.official_name,
        sort_key=tenant.sort_key,
        kind=tenant.kind,
        state=life_of(tenant),
        is_training=tenant.is_training,
        region=tenant.region.slug,
        operator=tenant.operator.slug,
        district_ags=district.ags if district else "",
        state_code=tenant.state_code,
        latitude=tenant.latitude,
        longitude=tenant.longitude,
        population=tenant.population,
        postcodes=tuple(tenant.postcodes),
        created_at_utc=tenant.created_at.astimezone(dt.UTC).isoformat(),
        primary_host=next((one.domain for one in hosts if one.is_primary), ""),
        other_hosts=tuple(one.domain for one in hosts if not one.is_primary),
        codes=tuple(
            Code(one.ags, one.ars, one.valid_from.isoformat(), one.valid_to.isoformat() if one.valid_to else "")
            for one in codes
        ),
    )


def without_suspension(state: LifeNow) -> LifeNow:
    """Return the state that a copy begins in: nobody has suspended the copy, and why is no business of it."""
    life = state.life_before or str(Life.LIVE) if state.life == Life.SUSPENDED else state.life
    return replace(state, life=life, suspended_reason="")


def parse(data: bytes) -> Registration:
    """Read a document from an archive.

    Raises: WrongManifest for what is no such document.
    """
    try:
        found = _parsed(json.loads(data))
        wrong_parts = [name for name, is_right in _checks(found) if not is_right]
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        message = f"settings/registry.json: {type(wrong).__name__} {wrong}"
        raise WrongManifest(message) from wrong
    if wrong_parts:
        message = f"settings/registry.json: {', '.join(wrong_parts)}"
        raise WrongManifest(message)
    return found


def _checks(found: Registration) -> Iterator[tuple[str, bool]]:
    """Yield each thing that is asked of an entry, and whether it is so. Raises: ValueError for what is no day or id."""
    yield "id", bool(found.tenant_id)
    yield "slug", SLUG_PATTERN.fullmatch(found.slug) is not None
    yield "kind", found.kind in TenantKind.values
    for name in ("name", "official_name", "sort_key", "state_code"):
        yield name, _fits(name, getattr(found, name))
    # A departure has a state of its own, which no archive holds.
    lives = set(Life.values) - {Life.OFFBOARDING}
    yield "state", found.state.life in lives and found.state.life_before in {"", *lives}
    yield "suspended_reason", _fits("suspended_reason", found.state.suspended_reason)
    yield "postcodes", all(_POSTCODE.fullmatch(one) for one in found.postcodes)
    yield "population", found.population is None or 0 <= found.population <= _MOST_PEOPLE
    yield "created_at_utc", dt.datetime.fromisoformat(found.created_at_utc).tzinfo is not None
    yield "codes", all(_is_code(code) for code in found.codes)
    # A district is that of its key: without one every town would be its own.
    yield "codes of a district", found.kind != TenantKind.DISTRICT or bool(found.codes)


def _fits(field: str, value: str) -> bool:
    longest = getattr(Tenant._meta.get_field(field), "max_length", 0)
    return len(value) <= longest and "\0" not in value


def _is_code(code: Code) -> bool:
    begins = dt.date.fromisoformat(code.valid_from)
    is_in_order = not code.valid_to or dt.date.fromisoformat(code.valid_to) >= begins
    return bool(is_in_order and _AGS.fullmatch(code.ags) and _ARS.fullmatch(code.ars))


def _parsed(row: Mapping[str, Any]) -> Registration:
    texts = ("id", "slug", "name", "official_name", "sort_key", "kind", "region", "operator")
    more = ("district_ags", "state_code", "created_at_utc", "primary_host")
    return Registration(
        **{name: str(row[name]) for name in (*texts, *more)},
        state=LifeNow(**{name: str(value) for name, value in row["state"].items()}),
        is_training=bool(row["is_training"]),
        latitude=_number(row["latitude"]),
        longitude=_number(row["longitude"]),
        population=None if row["population"] is None else int(row["population"]),
        postcodes=tuple(str(one) for one in row["postcodes"]),
        other_hosts=tuple(str(one) for one in row["other_hosts"]),
        codes=tuple(Code(**{name: str(value) for name, value in code.items()}) for code in row["codes"]),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
