"""Made-up towns, as many as are needed. The official list stays as it is; only this process knows them."""

from __future__ import annotations

from tenants.provisioning.areas import Area, ars_from_ags, list_areas
from tenants.provisioning.requests import OnboardingRequest
from tenants.registry.models import TenantKind

REGION = "messland"
# Keys of districts that North Rhine-Westphalia does not have, a hundred towns each.
_FIRST_DISTRICT, _TOWNS_PER_DISTRICT = 900, 100


def request_for(number: int) -> OnboardingRequest:
    """Enter a made-up town into this process's list of areas and return the wish to onboard it, open at once."""
    district, place = divmod(number, _TOWNS_PER_DISTRICT)
    ags = f"05{_FIRST_DISTRICT + district:03d}{place + 1:03d}"
    area = Area(
        ags=ags,
        ars=ars_from_ags(ags),
        name=f"Messstadt {number}",
        official_name=f"Stadt Messstadt {number}",
        kind=TenantKind.TOWN,
        state_code="05",
        district_ags=ags[:5],
        latitude=51.5,
        longitude=7.0,
        population=30_000,
        postcodes=("45964",),
    )
    list_areas()[ags] = area
    return OnboardingRequest(
        slug=area.slug, ags=ags, region_slug=REGION, admin_email=f"verwaltung@messstadt-{number}.example", life="live"
    )
