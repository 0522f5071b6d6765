"""The score beside a service in the staff's editor."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalog.decisions.town import TownService
from catalog.quality.counting import mark_of
from catalog.quality.selectors import get_score
from catalog.quality.wording import PartText, describe_part


@dataclass(frozen=True, slots=True)
class Box:
    """What the part of the page shows. `score` is None until it is first counted; `is_older`: a change came since."""

    score: int | None
    parts: list[PartText]
    is_older: bool


def get_box(service: TownService) -> Box | None:
    """Return the box of a service that is carried out here, in one query; None for others."""
    if not service.decided.is_own:
        return None
    found = get_score(service.id)
    if found is None or found.score is None:
        return Box(None, [], is_older=False)
    parts = [describe_part(one, slug=service.slug) for one in sorted(found.parts, key=lambda one: -one.gain)]
    return Box(found.score, parts, is_older=_is_older(service, found.mark, found.counted_at))


def _is_older(service: TownService, mark: str, counted_at: dt.datetime) -> bool:
    changes = (row.provenance.changed_at for row in service.own_rows.values())
    return mark != mark_of(service) or any(change is not None and change > counted_at for change in changes)
