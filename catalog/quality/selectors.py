"""Read this tenant's scores, next steps, links and figures. Plain values leave, no querysets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from catalog.coverage.figures import Figures, figures_of
from catalog.coverage.selectors import DayPoint
from catalog.linkcheck.selectors import LinkState, get_link_states
from catalog.quality.models import CoverageDay, ServiceScore
from catalog.quality.scoring import WEIGHTS, Part, PartScore

BANDS: Final = 10
NEXT_STEPS: Final = 10
PAGE_SIZE: Final = 50
# The bands that a list can be narrowed down to: from, to.
LEVELS: Final[Mapping[str, tuple[int, int]]] = {"schwach": (0, 59), "mittel": (60, 79), "gut": (80, 100)}


@dataclass(frozen=True, slots=True)
class ScoredService:
    """A service and its score. `parts` are empty for a linked service."""

    service_id: UUID
    slug: str
    title: str
    decision: str
    score: int | None
    parts: tuple[PartScore, ...] = field(hash=False)
    mark: str
    counted_at: dt.datetime

    @property
    def next_steps(self) -> tuple[PartScore, ...]:
        """The parts that are not perfect, those with the most to win first."""
        return tuple(sorted((one for one in self.parts if one.points < 100), key=lambda one: -one.gain))

    def points(self, part: Part) -> int | None:
        """Return the points of one part."""
        return next((one.points for one in self.parts if one.part is part), None)


@dataclass(frozen=True, slots=True)
class ScoreQuery:
    """Which services a list shows. `weak` is a part that is not perfect, `level` one of LEVELS."""

    text: str = ""
    weak: str = ""
    level: str = ""
    order: str = "score"
    number: int = 1


@dataclass(frozen=True, slots=True)
class ScorePage:
    """One page of the list."""

    services: list[ScoredService]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class LinkUse:
    """A link of the town's pages that needs a look, and the places where it stands. `is_own`: the town wrote it."""

    state: LinkState
    service_id: UUID
    slug: str
    title: str
    field: str
    language: str
    layer: str

    @property
    def is_own(self) -> bool:
        """The town itself wrote the value that has it."""
        return not self.layer


def get_score(service_id: UUID) -> ScoredService | None:
    """Return the score of a service; None while it has none."""
    row = ServiceScore.objects.filter(service_id=service_id).first()
    return _scored(row) if row else None


def get_score_page(wanted: ScoreQuery) -> ScorePage:
    """Return one page of the services carried out here: two queries."""
    query = _matching(wanted)
    total = query.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, wanted.number), pages)
    order = ("sort_key",) if wanted.order == "name" else ("score", "sort_key")
    rows = query.order_by(*order)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return ScorePage([_scored(row) for row in rows], total, number, pages)


def iterate_scores(wanted: ScoreQuery) -> Iterator[ScoredService]:
    """Yield all services of a list, by name."""
    for row in _matching(wanted).order_by("sort_key"):
        yield _scored(row)


def list_next_steps() -> list[ScoredService]:
    """Return the services where one step wins the most."""
    rows = ServiceScore.objects.filter(score__isnull=False, best_gain__gt=0).order_by("-best_gain", "score", "sort_key")
    return [_scored(row) for row in rows[:NEXT_STEPS]]


def get_histogram() -> list[int]:
    """Return how many services have 0 to 9 points, 10 to 19, and so on; 100 counts among the last."""
    counts = dict(
        ServiceScore.objects.filter(score__isnull=False).values_list("score").annotate(Count("id")).order_by()
    )
    bands = [0] * BANDS
    for points, count in counts.items():
        bands[min(points // BANDS, BANDS - 1)] += count
    return bands


def get_part_averages() -> dict[Part, int]:
    """Return the mean points of each part over the services carried out here, the lowest first."""
    found: dict[str, list[int]] = {}
    for points in ServiceScore.objects.filter(score__isnull=False).values_list("points", flat=True):
        for name, value in points.items():
            found.setdefault(name, []).append(value)
    means = {Part(name): round(sum(values) / len(values)) for name, values in found.items() if name in WEIGHTS}
    return dict(sorted(means.items(), key=lambda one: one[1]))


def get_newest_day() -> DayPoint | None:
    """Return the newest figures; None before they are first counted."""
    row = CoverageDay.objects.order_by("-day").first()
    return DayPoint(row.day, figures_of(row)) if row else None


def get_figures() -> Figures:
    """Return the newest figures, zeros before they are first counted."""
    newest = get_newest_day()
    return newest.figures if newest else Figures()


def list_days(*, since: dt.date) -> list[DayPoint]:
    """Return the figures from day to day, the oldest first."""
    return [DayPoint(row.day, figures_of(row)) for row in CoverageDay.objects.filter(day__gte=since).order_by("day")]


def list_link_uses(*, is_all: bool = False) -> list[LinkUse]:
    """Return the broken links of the town's pages with their places, or all that are not known to work. Two queries."""
    names = ("service_id", "slug", "title", "links")
    rows = list(ServiceScore.objects.exclude(links=[]).order_by("sort_key").values_list(*names))
    states = get_link_states({link[0] for *_head, links in rows for link in links})
    return [
        LinkUse(state, service_id, slug, title, *link[1:])
        for service_id, slug, title, links in rows
        for link in links
        if (state := states.get(link[0])) and (state.is_broken or (is_all and state.is_ok is not True))
    ]


def _matching(wanted: ScoreQuery) -> QuerySet[ServiceScore]:
    query = ServiceScore.objects.filter(score__isnull=False)
    if wanted.weak in WEIGHTS:
        query = query.filter(**{f"points__{wanted.weak}__lt": 100})
    if wanted.level in LEVELS:
        query = query.filter(score__range=LEVELS[wanted.level])
    for word in wanted.text.split()[:8]:
        query = query.filter(title__icontains=word)
    return query


def _scored(row: ServiceScore) -> ScoredService:
    return ScoredService(
        service_id=row.service_id,
        slug=row.slug,
        title=row.title,
        decision=row.decision,
        score=row.score,
        parts=tuple(_parts(row.points, row.findings)),
        mark=row.mark,
        counted_at=row.counted_at,
    )


def _parts(points: Mapping[str, int], findings: Mapping[str, Any]) -> Iterator[PartScore]:
    """Yield the parts; one that an earlier release did not count is left out until the next count."""
    for part in Part:
        if part in points:
            yield PartScore(part, points[part], findings.get(part, {}))
