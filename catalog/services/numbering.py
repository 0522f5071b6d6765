"""Numbers of values: they go on counting when a layer takes a value back and says something again later.

Towns keep the number that they wrote against (ADR 0012), and so do drafts: a number that came twice would hide a change
from them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from catalog.services.models import ServiceVersion
from catalog.services.versions import Changed

_NAMES: Final = ("layer", "area", "field", "language")


def list_last_numbers(service_id: UUID, places: Collection[Changed]) -> dict[Changed, int]:
    """Return the highest number that a value at each of these places ever had in a published version; 0 for none.

    One query for any number of places, none for no place; only versions in which one of them changed are read.
    """
    found = dict.fromkeys(places, 0)
    if not found:
        return found
    changed = reduce(or_, (Q(changed__contains=[list(place)]) for place in found))
    for rows in ServiceVersion.objects.filter(changed, service_id=service_id).values_list("rows", flat=True):
        for row in rows:
            place = (row["layer"], row["area"], row["field"], row["language"])
            if place in found:
                found[place] = max(found[place], row["version"])
    return found
