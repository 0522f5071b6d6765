"""Write the sums of the regions."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from catalog.coverage.figures import sum_figures
from catalog.coverage.models import RegionCoverage
from catalog.coverage.selectors import list_town_lines
from catalog.services.policies import refuse
from tenants.actors import Actor
from tenants.context import as_projector
from tenants.registry.sites import directory


def sum_regions(*, actor: Actor) -> int:
    """Write today's sum of every region from its towns' newest figures, and return how many regions there are.

    Raises: NotAllowed.
    """
    if actor.kind != "system":
        raise refuse()
    today = timezone.localdate()
    regions = list(directory.snapshot().regions)
    for region in regions:
        with as_projector(), transaction.atomic():
            told = [line.figures for line in list_town_lines(region) if line.figures is not None]
            values = {"towns": len(told), **sum_figures(told).as_dict()}
            RegionCoverage.objects.update_or_create(region=region, day=today, defaults=values)
    return len(regions)
