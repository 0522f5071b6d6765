"""How well a service is described in one place, 0 to 100, and what would make it better. Pure functions.

Seven parts, each 0 to 100 with a weight; docs/municipal/quality.md explains them to editors. A field that was left
empty on purpose counts as answered: somebody has thought about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from catalog.quality.readability import measure
from catalog.resolution.values import EASY_LANGUAGE, FIELDS, SOURCE_LANGUAGE, EffectiveService


class Part(StrEnum):
    """What is looked at, in the order in which editors read it."""

    COMPLETENESS = "completeness"
    PLAIN_LANGUAGE = "plain_language"
    FEE = "fee"
    FRESHNESS = "freshness"
    APPROVAL = "approval"
    LINKS = "links"
    TRANSLATIONS = "translations"


WEIGHTS: Final[Mapping[Part, int]] = {
    Part.COMPLETENESS: 30,
    Part.PLAIN_LANGUAGE: 20,
    Part.FEE: 10,
    Part.FRESHNESS: 10,
    Part.APPROVAL: 5,
    Part.LINKS: 15,
    Part.TRANSLATIONS: 10,
}
# The essential modules. Source: XZuFi text modules 02, 05, 06, 07, 08, 09, 11, 22 and the structured ones.
ESSENTIAL: Final = (
    "title",
    "teaser",
    "short_text",
    "full_text",
    "prerequisites",
    "required_documents",
    "procedure",
    "fee",
    "processing_time",
    "competent_office",
    "legal_basis",
)
# What people read; laws speak their own language.
READ_ALOUD: Final = ("teaser", "short_text", "full_text", "prerequisites", "required_documents", "procedure", "notes")
TRANSLATED: Final = ("title", "teaser", "short_text", "required_documents", "procedure")
FRESH_DAYS: Final = 365
STALE_DAYS: Final = 730
# School years of the Wiener Sachtextformel: general writing for everybody, and a text for lawyers.
EASY_YEAR: Final = 8.0
HARD_YEAR: Final = 14.0
_EASY_SHARE: Final = 0.3
_HELD_POINTS: Final = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the texts.

    `links`: address -> whether it works, None while that is unknown. `changed_on`, `approved_on`: when the service was
    last changed or published, and last found right in substance. `has_authority`: somebody responsible is named in the
    catalogue.
    `held_version`: the one that the town stays with, `missed`: how many newer ones there are.
    """

    links: Mapping[str, bool | None] = field(default_factory=dict, hash=False)
    changed_on: dt.date | None = None
    approved_on: dt.date | None = None
    has_authority: bool = False
    held_version: int | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part. `data`: what was found, for `wording`; `field` and `language` there say where to go on."""

    part: Part
    points: int
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def weight(self) -> int:
        """How much the part counts."""
        return WEIGHTS[self.part]

    @property
    def gain(self) -> float:
        """How many points the service would win if this part were perfect."""
        return self.weight * (100 - self.points) / 100


@dataclass(frozen=True, slots=True)
class Score:
    """A service's score and its parts."""

    total: int
    parts: tuple[PartScore, ...]

    def part(self, wanted: Part) -> PartScore:
        """Return one part."""
        return next(one for one in self.parts if one.part is wanted)

    @property
    def next_steps(self) -> tuple[PartScore, ...]:
        """The parts that are not perfect, those with the most to win first."""
        return tuple(sorted((one for one in self.parts if one.points < 100), key=lambda one: -one.gain))


def score(effective: EffectiveService, facts: Facts, today: dt.date) -> Score:
    """Return how well a service is described as it holds in one place."""
    parts = (
        _completeness(effective, facts),
        _plain_language(effective),
        _fee(effective),
        _freshness(facts, today),
        _age(Part.APPROVAL, facts.approved_on, today),
        _links(facts),
        _translations(effective),
    )
    total = round(sum(one.weight * one.points for one in parts) / sum(one.weight for one in parts))
    return Score(total, parts)


def _completeness(effective: EffectiveService, facts: Facts) -> PartScore:
    missing = [name for name in ESSENTIAL if not _is_answered(effective, name)]
    if "competent_office" in missing and (facts.has_authority or _is_answered(effective, "contact_point")):
        missing.remove("competent_office")
    data: dict[str, Any] = {"missing": missing}
    if missing:
        data |= {"field": missing[0], "language": _own_language(missing[0])}
    return PartScore(Part.COMPLETENESS, round(100 * (1 - len(missing) / len(ESSENTIAL))), data)


def _plain_language(effective: EffectiveService) -> PartScore:
    """Weigh the formula with 60 %, long sentences with 25 %, passive voice with 15 %."""
    texts = {name: str(value) for name in READ_ALOUD if (value := effective.get(name, SOURCE_LANGUAGE).value)}
    figures = measure("\n".join(texts.values()))
    if figures is None:
        return PartScore(Part.PLAIN_LANGUAGE, 0, {"empty": True, "field": "short_text", "language": SOURCE_LANGUAGE})
    formula = _between(figures.school_year, best=EASY_YEAR, worst=HARD_YEAR)
    long_share, passive_share = (
        count / figures.sentences for count in (figures.long_sentences, figures.passive_sentences)
    )
    points = (
        60 * formula
        + 25 * _between(long_share, best=0.05, worst=0.4)
        + 15 * _between(passive_share, best=0.1, worst=0.5)
    )
    hardest = max(texts, key=lambda name: _hardness(texts[name]))
    data = {
        "school_year": figures.school_year,
        "lix": figures.lix,
        "sentences": figures.sentences,
        "long": figures.long_sentences,
        "passive": figures.passive_sentences,
        "field": hardest,
        "language": SOURCE_LANGUAGE,
    }
    return PartScore(Part.PLAIN_LANGUAGE, round(points), data)


def _hardness(text: str) -> float:
    """Weigh by length, too: three words of a list say little about how a service reads."""
    figures = measure(text)
    return figures.school_year * min(figures.words, 40) if figures else 0.0


def _fee(effective: EffectiveService) -> PartScore:
    """Give half for an invented amount: its note says so to citizens, and somebody has to replace it."""
    value = effective.get("fee")
    place = {"field": "fee", "language": ""}
    if value.is_tombstone:
        return PartScore(Part.FEE, 100, {"state": "blank"})
    if not isinstance(value.value, dict):
        return PartScore(Part.FEE, 0, {"state": "missing", **place})
    if value.value.get("sample"):
        return PartScore(Part.FEE, 50, {"state": "sample", **place})
    return PartScore(Part.FEE, 100, {"state": "known"})


def _freshness(facts: Facts, today: dt.date) -> PartScore:
    """Give half at most where the town stays with an earlier version: what it shows is known to be older."""
    found = _age(Part.FRESHNESS, max(filter(None, (facts.changed_on, facts.approved_on)), default=None), today)
    if not facts.missed:
        return found
    data = {**found.data, "held": facts.held_version, "missed": facts.missed}
    return PartScore(Part.FRESHNESS, min(found.points, _HELD_POINTS), data)


def _age(part: Part, day: dt.date | None, today: dt.date) -> PartScore:
    if day is None:
        return PartScore(part, 0, {"day": None})
    days = (today - day).days
    return PartScore(part, round(100 * _between(days, best=FRESH_DAYS, worst=STALE_DAYS)), {"day": day.isoformat()})


def _links(facts: Facts) -> PartScore:
    broken = [url for url, is_ok in facts.links.items() if is_ok is False]
    waiting = sum(is_ok is None for is_ok in facts.links.values())
    data = {"links": len(facts.links), "broken": broken, "unknown": waiting}
    if not broken:
        return PartScore(Part.LINKS, 100, data)
    # One dead end is one too many, however many links there are.
    return PartScore(Part.LINKS, min(50, round(100 * (1 - len(broken) / len(facts.links)))), data)


def _translations(effective: EffectiveService) -> PartScore:
    english = _missing_in("en", TRANSLATED, effective)
    easy_fields = [name for name in TRANSLATED if FIELDS[name].is_easy]
    easy = _missing_in(EASY_LANGUAGE, easy_fields, effective)
    points = 100 * ((1 - _EASY_SHARE) * _share(english, TRANSLATED) + _EASY_SHARE * _share(easy, easy_fields))
    data: dict[str, Any] = {"english": english, "easy": easy}
    if english:
        data |= {"field": english[0], "language": "en"}
    elif easy:
        data |= {"field": easy[0], "language": EASY_LANGUAGE}
    return PartScore(Part.TRANSLATIONS, round(points), data)


def _missing_in(language: str, names: Sequence[str], effective: EffectiveService) -> list[str]:
    """Return the fields that have a German text and nothing, not even on purpose, in this language."""
    return [
        name
        for name in names
        if not effective.get(name, SOURCE_LANGUAGE).is_empty and effective.get(name, language).provenance is None
    ]


def _share(missing: Sequence[str], names: Sequence[str]) -> float:
    return 1 - len(missing) / len(names)


def _is_answered(effective: EffectiveService, name: str) -> bool:
    value = effective.get(name, _own_language(name))
    return value.is_tombstone or not value.is_empty


def _own_language(name: str) -> str:
    return SOURCE_LANGUAGE if FIELDS[name].has_languages else ""


def _between(value: float, *, best: float, worst: float) -> float:
    """Return 1 at `best` or beyond, 0 at `worst` or beyond, and what lies between in a straight line."""
    return max(0.0, min(1.0, (worst - value) / (worst - best)))
