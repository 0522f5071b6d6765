"""Services from A to Z: the shared ones of the region, and those that only one town has, with the town named.

A few own services of towns stand on the page itself, all of them under their letters. Where there are more each letter
has pages of its own, so the page is as long beside a thousand towns as beside ten.

Query budget: services, the towns' own, names in use; one more on the page of a letter, which counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final
from uuid import UUID

from catalog.search.local import LocalPage, list_first_local, list_local_of_letter, shown_slugs
from federation.umbrella.choice import portal_url
from federation.umbrella.places import get_places
from federation.umbrella.selectors import ServiceLine, list_all_services
from tenants.registry.sites import RegionInfo

OTHER: Final = "#"
LETTERS: Final = (*ascii_uppercase, OTHER)
# As many of the towns' own services stand on the page with all letters.
MOST_INLINE: Final = 100
PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class TownLine:
    """A service that only one town has, and the way to its page there."""

    title: str
    teaser: str
    town: str
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """What begins with one letter. `local`: only in single towns."""

    letter: str
    lines: tuple[ServiceLine, ...]
    local: tuple[TownLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The page with all letters. `has_more`: the towns' own services stand on the pages of the letters."""

    sections: tuple[Section, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class LetterPage:
    """The page of one letter; the shared services stand on the first of `pages`."""

    section: Section
    number: int
    pages: int
    total: int


def letter_of(sort_key: str) -> str:
    """Return the letter under which a title stands."""
    first = sort_key[:1].upper()
    return first if first in ascii_uppercase and first else OTHER


def list_alphabet(region: RegionInfo, *, language: str) -> Alphabet:
    """Return all letters with what begins with them; letters without anything are left out."""
    shared = _by_letter(list_all_services(region, language=language))
    found = list_first_local(language, _member_ids(region), limit=MOST_INLINE + 1)
    has_more = len(found.lines) > MOST_INLINE
    local: dict[str, list[TownLine]] = {}
    for letter, line in () if has_more else _town_lines(found, region):
        local.setdefault(letter, []).append(line)
    sections = (Section(one, tuple(shared.get(one, ())), tuple(local.get(one, ()))) for one in LETTERS)
    return Alphabet(tuple(one for one in sections if one.lines or one.local), has_more)


def get_letter_page(region: RegionInfo, letter: str, *, language: str, number: int) -> LetterPage:
    """Return a page of a letter; the last one for a number beyond."""
    shared = _by_letter(list_all_services(region, language=language)).get(letter, [])
    window = ((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
    found = list_local_of_letter(letter, language, _member_ids(region), window=window)
    total = found.total or 0
    pages = max(1, -(-total // PAGE_SIZE))
    if number > pages:
        return get_letter_page(region, letter, language=language, number=pages)
    local = tuple(line for _letter, line in _town_lines(found, region))
    return LetterPage(Section(letter, tuple(shared) if number == 1 else (), local), number, pages, total)


def _by_letter(lines: Iterable[ServiceLine]) -> dict[str, list[ServiceLine]]:
    found: dict[str, list[ServiceLine]] = {}
    for line in lines:
        found.setdefault(letter_of(line.sort_key), []).append(line)
    return found


def _member_ids(region: RegionInfo) -> list[UUID]:
    return [member.id for member in get_places(region.slug).members]


def _town_lines(found: LocalPage, region: RegionInfo) -> list[tuple[str, TownLine]]:
    towns = {member.id: member for member in get_places(region.slug).members}
    slugs = shown_slugs(found.lines, towns)
    return [
        (
            letter_of(one.sort_key),
            TownLine(
                one.title or one.slug,
                one.teaser,
                towns[one.tenant_id].name,
                portal_url(towns[one.tenant_id], f"/leistungen/{slugs[one.service_id]}/"),
            ),
        )
        for one in found.lines
    ]
