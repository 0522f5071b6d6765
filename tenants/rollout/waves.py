"""Who goes first: named tenants, pilot towns, then growing shares of the rest."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tenants.registry.models import Life


@dataclass(frozen=True)
class Candidate:
    """A tenant that a rollout changes."""

    slug: str
    life: str


def deal_waves(
    candidates: Sequence[Candidate], *, first: Collection[str] = (), pilots_first: bool, shares: Sequence[int] = (100,)
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the waves of the trial and those after it as lists of slugs, none empty.

    `first` is a wave of its own, so are pilot towns and those still being set up; `shares` are cumulative percentages
    of the rest (10, 50: three waves of 10, 40 and 50 percent).
    """
    named: list[Candidate] = []
    pilots: list[Candidate] = []
    rest: list[Candidate] = []
    chosen = frozenset(first)
    for one in candidates:
        is_pilot = pilots_first and one.life in {Life.PILOT, Life.SETUP}
        (named if one.slug in chosen else pilots if is_pilot else rest).append(one)
    waves: list[list[Candidate]] = []
    begun = 0
    for share in sorted({*(min(max(share, 1), 100) for share in shares), 100}):
        end = math.ceil(len(rest) * share / 100)
        waves.append(rest[begun:end])
        begun = max(begun, end)
    return _slugs([named, pilots]), _slugs(waves)


def _slugs(waves: Sequence[Sequence[Candidate]]) -> list[list[str]]:
    return [[one.slug for one in wave] for wave in waves if wave]
