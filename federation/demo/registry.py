"""Operators, regions and tenants of the demo."""

from __future__ import annotations

from django.db import transaction

from federation.demo.files import Record, list_tenants, read
from shared_services.portal.theme_presets import PRESETS
from tenants.actors import Actor
from tenants.context import as_migration
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import Onboarded, onboard
from tenants.registry.generations import touch_registry
from tenants.registry.models import Operator, Region


def load_regions() -> list[Region]:
    """Create the operators and regions that are missing; those that exist stay as they are."""
    with as_migration(), transaction.atomic():
        for row in read("operators.yaml")["operators"]:
            Operator.objects.get_or_create(slug=row["slug"], defaults={key: row[key] for key in row if key != "slug"})
        operators = {operator.slug: operator for operator in Operator.objects.all()}
        regions = [_region(row, operators[row["operator"]]) for row in read("regions.yaml")["regions"]]
        if any(created for _region_row, created in regions):
            touch_registry()
        return [region for region, _created in regions]


def _region(row: Record, operator: Operator) -> tuple[Region, bool]:
    return Region.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "name": row["name"],
            "short_name": row["short_name"],
            "host": row["host"],
            "tenant_domain": row["tenant_domain"],
            "operator": operator,
            "area_prefixes": row["area_prefixes"],
            "theme": PRESETS[row["theme_preset"]].as_dict(),
            "contact": row["contact"],
            "texts": {name: row[name] for name in ("claim", "intro", "imprint_note")},
        },
    )


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
