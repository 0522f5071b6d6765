"""Operators, regions and tenants of the demo."""

from __future__ import annotations

from federation.demo.files import Record, list_tenants, read
from federation.regions import load_regions
from tenants.actors import Actor
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import Onboarded, onboard


def load_demo_regions(actor: Actor) -> int:
    """Create the operators and regions that are missing; those that exist stay as they are."""
    return load_regions(actor=actor, data={**read("operators.yaml"), **read("regions.yaml")})


def onboard_tenants(actor: Actor) -> list[Onboarded]:
    """Bring every tenant of the demo on board; those that exist are only completed."""
    return [onboard(actor=actor, request=_request(row)) for row in list_tenants()]


def _request(row: Record) -> OnboardingRequest:
    return OnboardingRequest(
        slug=row["slug"],
        ags=row["ags"],
        region_slug=row["region"],
        host=row["host"],
        other_hosts=tuple(row["redirect_hosts"]),
        official_name=row["official_name"],
        life=row["life"],
    )
