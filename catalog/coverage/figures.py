"""The figures of one day, of a town or of a region: how many services there are, and how well they are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import models


class DayFigures(models.Model):
    """The columns. `services`: what citizens find in lists, carried out here or linked; all others count among these.

    `score_total` is the sum over the `scored` services: means of means would be wrong for a region.
    """

    services = models.PositiveIntegerField(default=0)
    adopted = models.PositiveIntegerField(default=0)
    overridden = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)
    not_offered = models.PositiveIntegerField(default=0)
    online = models.PositiveIntegerField(default=0)
    english = models.PositiveIntegerField(default=0)
    easy = models.PositiveIntegerField(default=0)
    scored = models.PositiveIntegerField(default=0)
    score_total = models.PositiveIntegerField(default=0)
    broken_links = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Figures:
    """The same as a value."""

    services: int = 0
    adopted: int = 0
    overridden: int = 0
    linked: int = 0
    not_offered: int = 0
    online: int = 0
    english: int = 0
    easy: int = 0
    scored: int = 0
    score_total: int = 0
    broken_links: int = 0

    @property
    def score(self) -> int | None:
        """The mean score, 0 to 100; None while nothing is scored."""
        return round(self.score_total / self.scored) if self.scored else None

    @property
    def own(self) -> int:
        """Services carried out here."""
        return self.adopted + self.overridden

    def as_dict(self) -> dict[str, int]:
        """Return the figures by name."""
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(one.name for one in fields(Figures))


def figures_of(row: DayFigures) -> Figures:
    """Return the figures of a row."""
    return Figures(**{name: getattr(row, name) for name in NAMES})


def figures_from(data: Mapping[str, Any]) -> Figures:
    """Return the figures that an event holds; what it lacks is 0."""
    return Figures(**{name: int(data.get(name, 0)) for name in NAMES})


def sum_figures(parts: Iterable[Figures]) -> Figures:
    """Return the sum of several towns' figures."""
    rows = list(parts)
    return Figures(**{name: sum(getattr(one, name) for one in rows) for name in NAMES})
