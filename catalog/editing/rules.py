"""By which rules a draft is published: those of every region that it speaks for."""

from __future__ import annotations

from catalog.editing.models import EditingRules
from catalog.editing.places import Scope, list_towns_in
from catalog.resolution.values import Layer


def wants_four_eyes(scope: Scope) -> bool:
    """Return whether some region whose towns lie in the scope wants that nobody publishes what is their own.

    As the editors' role.
    """
    regions = {one.region_slug for one in list_towns_in(scope)}
    if scope.layer is Layer.REGION:
        regions.add(scope.area)
    return EditingRules.objects.filter(region_slug__in=regions, four_eyes=True).exists()
