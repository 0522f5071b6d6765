"""What the registry knows of a tenant, as a document that another deployment can read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from tenants.lifecycle.manifest import WrongManifest
from tenants.lifecycle.models import Offboarding, OffboardingState
from tenants.names import SLUG_PATTERN
from tenants.registry.models import Domain, Life, Tenant, TenantKind


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
        found.tenant_id  # noqa: B018 -- a key that is none fails here
        for code in found.codes:
            dt.date.fromisoformat(code.valid_from)
        dt.datetime.fromisoformat(found.created_at_utc)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        message = f"settings/registry.json: {type(wrong).__name__} {wrong}"
        raise WrongManifest(message) from wrong
    is_right = (
        SLUG_PATTERN.fullmatch(found.slug)
        and found.kind in TenantKind.values
        and found.state.life in Life.values
        and all(len(code.ags) == 8 and len(code.ars) == 12 for code in found.codes)
    )
    if not is_right:
        message = f"settings/registry.json: {found.slug!r}, {found.kind!r}, {found.state.life!r}"
        raise WrongManifest(message)
    return found


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
