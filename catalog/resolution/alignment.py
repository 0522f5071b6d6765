"""Where two texts differ, and where the changes of two sides to one text meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from catalog.resolution.tokens import Block, Token

# Longer texts leave frequent words out of the search for what is alike; else a page of the same word takes minutes.
_LONG: Final = 400
_SHORT_GAP: Final = 2
Tokens = tuple[Token, ...]


class Origin(StrEnum):
    """Who changed a piece against the base. AGREED: both did, alike. CONFLICT: both did, differently."""

    UNCHANGED = "unchanged"
    TOWN = "town"
    ABOVE = "above"
    AGREED = "agreed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Change:
    """`base[start:end]` became `tokens`."""

    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def size(self) -> int:
        return max(self.end - self.start, len(self.tokens))


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of the base, and what it is on each side."""

    base: tuple[Token, ...]
    theirs: tuple[Token, ...]
    new: tuple[Token, ...]

    @property
    def origin(self) -> Origin:
        return origin_of(self.base, self.theirs, self.new)


def origin_of(base: object, theirs: object, new: object) -> Origin:
    """Return who changed a value."""
    if theirs == new:
        return Origin.UNCHANGED if base == theirs else Origin.AGREED
    if theirs == base:
        return Origin.ABOVE
    return Origin.TOWN if new == base else Origin.CONFLICT


def list_hunks(base: Sequence[Token], theirs: Sequence[Token], new: Sequence[Token]) -> Iterator[Hunk]:
    """Return the base in stretches that each side changed or left; changes that touch are one stretch."""
    changes = (list_changes(base, theirs), list_changes(base, new))
    sides = (tuple(theirs), tuple(new))
    place, at = 0, (0, 0)
    for start, end in _stretches([*changes[0], *changes[1]]):
        if start > place:
            at, hunk = _cut(base[place:start], sides, at)
            yield hunk
        at, hunk = _cut(base[start:end], sides, at, grown=[_growth(one, start, end) for one in changes])
        yield hunk
        place = end
    if place < len(base):
        yield _cut(base[place:], sides, at)[1]


def _cut(
    base: Sequence[Token], sides: tuple[Tokens, Tokens], at: tuple[int, int], *, grown: Sequence[int] = (0, 0)
) -> tuple[tuple[int, int], Hunk]:
    """Return the hunk of this stretch of the base, and where each side goes on."""
    ends = (at[0] + len(base) + grown[0], at[1] + len(base) + grown[1])
    return ends, Hunk(tuple(base), sides[0][at[0] : ends[0]], sides[1][at[1] : ends[1]])


def _growth(changes: Sequence[Change], start: int, end: int) -> int:
    inside = [one for one in changes if start <= one.start and one.end <= end]
    return sum(len(one.tokens) - (one.end - one.start) for one in inside)


def _stretches(changes: Sequence[Change]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for one in sorted(changes, key=lambda change: (change.start, change.end)):
        if found and one.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.end))
        else:
            found.append((one.start, one.end))
    return found


def list_changes(base: Sequence[Token], side: Sequence[Token]) -> list[Change]:
    """Return what a side changed, in order; never two changes that touch."""
    head = _shared_head(base, side)
    tail = _shared_head(base[head:][::-1], side[head:][::-1])
    middle = (base[head : len(base) - tail], side[head : len(side) - tail])
    matcher = SequenceMatcher(None, *middle, autojunk=max(map(len, middle)) > _LONG)
    found: list[Change] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        change = Change(head + start, head + end, tuple(middle[1][first:last]))
        if found and _belong_together(base, found[-1], change):
            before = found.pop()
            alike = tuple(base[before.end : change.start])
            change = Change(before.start, change.end, before.tokens + alike + change.tokens)
        found.append(change)
    floor = 0
    for number, change in enumerate(found):
        found[number] = _from_block(base, change, floor)
        floor = found[number].end + 1
    return found


def _shared_head(one: Sequence[Token], other: Sequence[Token]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _belong_together(base: Sequence[Token], before: Change, change: Change) -> bool:
    """Whether a word or two between larger changes is alike by chance."""
    gap = base[before.end : change.start]
    has_block = any(isinstance(one, Block) for one in gap)
    return not has_block and len(gap) <= _SHORT_GAP and len(gap) < min(before.size, change.size)


def _from_block(base: Sequence[Token], change: Change, floor: int) -> Change:
    """Return a paragraph that came or went as one, from its beginning: the same edit, only told from there."""
    gone = base[change.start : change.end]
    if bool(gone) == bool(change.tokens):
        return change
    moving = list(gone or change.tokens)
    start = change.start
    while start > floor and not isinstance(moving[0], Block) and moving[-1] == base[start - 1]:
        moving.insert(0, moving.pop())
        start -= 1
    if not isinstance(moving[0], Block):
        return change
    return Change(start, start + len(gone), () if gone else tuple(moving))
