"""What changed between values: words marked, and the changes of two sides joined. Pure, as all of resolution.

Compares words, not letters, and keeps blocks of markup whole (see `tokens`). What two sides changed at the same place
or right beside each other is a conflict: nobody's words are joined by guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from catalog.resolution.alignment import Hunk, Origin, list_changes, list_hunks, origin_of
from catalog.resolution.tokens import Block, Mark, Token, Word, is_rich, plain, render, tokenize
from catalog.resolution.values import Json

# Around what both sides wrote, in the draft of a merge. A value that still holds them is not finished.
OPEN, BETWEEN, CLOSE = "⟦", "‖", "⟧"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the three texts, as words; of a list or a structured value one entry, `name` says which."""

    origin: Origin
    base: str
    theirs: str
    new: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """The changes of the town (`theirs`) and from above (`new`) against the `base`, joined.

    `merged` holds when there is no conflict, and then None is a value: left empty on purpose. `draft` is what an
    editor starts from: the merge, in which each conflict of a text shows both sides between ⟦ ‖ ⟧; of other values the
    town's.
    """

    segments: tuple[Segment, ...]
    merged: Json
    draft: Json

    @property
    def conflicts(self) -> tuple[Segment, ...]:
        """What an editor has to settle."""
        return tuple(one for one in self.segments if one.origin is Origin.CONFLICT)

    @property
    def is_clean(self) -> bool:
        """`merged` holds."""
        return not self.conflicts


@dataclass(frozen=True, slots=True)
class Columns:
    """Three texts beside each other: the sides with their changes marked against the base."""

    base: Markup
    theirs: Markup
    new: Markup


def mark_words(before: Json, after: Json) -> Markup:
    """Return `after` with what came in <ins> and what `before` had in <del>, word by word.

    Takes rich text, plain text, words, or any value as it is rendered for a page; None is nothing. The blocks are those
    of `after`, with those that went among them. All text is escaped.
    """
    old = tokenize(_text(before))
    shown: list[Token] = []
    fresh = tokenize(_text(after))
    place = 0
    moved = 0
    for change in list_changes(old, fresh):
        at = change.start + moved
        shown += fresh[place:at]
        shown += _both(old[change.start : change.end], change.tokens)
        place = at + len(change.tokens)
        moved += len(change.tokens) - (change.end - change.start)
    shown += fresh[place:]
    return _as_markup(shown)


def three_columns(base: Json, theirs: Json, new: Json) -> Columns:
    """Return three values beside each other, words marked; where both sides changed the base, in <mark> too."""
    columns: tuple[list[Token], list[Token], list[Token]] = ([], [], [])
    for hunk in list_hunks(*(tokenize(_text(one)) for one in (base, theirs, new))):
        is_conflict = hunk.origin is Origin.CONFLICT
        columns[0].extend(_marked(hunk.base, "mark") if is_conflict else hunk.base)
        for column, side in ((columns[1], hunk.theirs), (columns[2], hunk.new)):
            shown = side if side == hunk.base else _both(hunk.base, side)
            column.extend(_marked(shown, "mark") if is_conflict else shown)
    return Columns(*(_as_markup(tokens) for tokens in columns))


def three_way(base: Json, theirs: Json, new: Json) -> ThreeWay:
    """Join what a town wrote (`theirs`) with what holds above now (`new`); both began from `base`.

    Texts are joined word by word, lists of words as sets, structured values by their parts. Values of different kinds
    (a text and "left empty on purpose") are joined only when one side left the base as it was.
    """
    origin = origin_of(base, theirs, new)
    if origin is not Origin.CONFLICT:
        value = new if origin is Origin.ABOVE else theirs
        return ThreeWay((_segment(origin, (base, theirs, new)),), value, value)
    if isinstance(theirs, str) and isinstance(new, str):
        return _join_texts(base if isinstance(base, str) else "", theirs, new)
    if isinstance(theirs, list) and isinstance(new, list):
        return _join_words(base if isinstance(base, list) else [], theirs, new)
    if isinstance(theirs, dict) and isinstance(new, dict) and isinstance(base, dict):
        return _join_parts(base, theirs, new)
    return ThreeWay((_segment(origin, (base, theirs, new)),), None, new if theirs is None else theirs)


def is_unfinished(value: Json) -> bool:
    """Whether a merged text still holds the signs of a conflict."""
    return isinstance(value, str) and any(sign in value for sign in (OPEN, BETWEEN, CLOSE))


def _join_texts(base: str, theirs: str, new: str) -> ThreeWay:
    hunks = list(list_hunks(tokenize(base), tokenize(theirs), tokenize(new)))
    segments = tuple(Segment(one.origin, plain(one.base), plain(one.theirs), plain(one.new)) for one in hunks)
    joined = [token for hunk in hunks for token in _joined(hunk)]
    draft = render(joined) if is_rich(theirs) or is_rich(new) else plain(joined)
    has_conflict = any(one.origin is Origin.CONFLICT for one in hunks)
    return ThreeWay(segments, None if has_conflict else draft, draft)


def _joined(hunk: Hunk) -> Sequence[Token]:
    if hunk.origin is Origin.CONFLICT:
        return _side_by_side(hunk)
    if hunk.origin is Origin.UNCHANGED:
        return [_spaced_as_changed(*three) for three in zip(hunk.base, hunk.theirs, hunk.new, strict=True)]
    return hunk.new if hunk.origin is Origin.ABOVE else hunk.theirs


def _side_by_side(hunk: Hunk) -> list[Token]:
    shared = bool(hunk.theirs[:1] == hunk.new[:1] and hunk.theirs and isinstance(hunk.theirs[0], Block))
    signs = [Word(text, spaced=True) for text in (OPEN, BETWEEN, CLOSE)]
    own, above = (_apart(side[shared:]) for side in (hunk.theirs, hunk.new))
    return [*hunk.theirs[:shared], signs[0], *own, signs[1], *above, signs[2]]


def _spaced_as_changed(base: Token, theirs: Token, new: Token) -> Token:
    """Return the same word as the side has it that moved it; spaces are no conflict."""
    if isinstance(base, Word) and isinstance(theirs, Word) and theirs.spaced != base.spaced:
        return theirs
    return new


def _join_words(base: list[Json], theirs: list[Json], new: list[Json]) -> ThreeWay:
    """Join lists of words: what either side added is there, what either side took away is not."""
    segments: list[Segment] = []
    merged: list[Json] = []
    for word in dict.fromkeys([*base, *theirs, *new]):
        held = (word in base, word in theirs, word in new)
        origin = origin_of(*held)
        shown = [str(word) if has else "" for has in held]
        segments.append(Segment(origin, shown[0], shown[1], shown[2], name=str(word)))
        if held[2] if origin is Origin.ABOVE else held[1]:
            merged.append(word)
    return ThreeWay(tuple(segments), merged, merged)


def _join_parts(base: dict[str, Json], theirs: dict[str, Json], new: dict[str, Json]) -> ThreeWay:
    segments: list[Segment] = []
    draft: dict[str, Json] = {}
    for name in dict.fromkeys([*base, *theirs, *new]):
        sides = (base.get(name), theirs.get(name), new.get(name))
        origin = origin_of(*sides)
        segments.append(_segment(origin, sides, name=name))
        value = sides[2] if origin is Origin.ABOVE else sides[1]
        if value is not None:
            draft[name] = value
    is_clean = all(one.origin is not Origin.CONFLICT for one in segments)
    return ThreeWay(tuple(segments), draft if is_clean else None, draft)


def _segment(origin: Origin, sides: tuple[Json, Json, Json], *, name: str = "") -> Segment:
    base, theirs, new = map(_text, sides)
    return Segment(origin, base, theirs, new, name=name)


def _text(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(one)}" for name, one in value.items())
    return str(value)


def _both(old: Sequence[Token], fresh: Sequence[Token]) -> list[Token]:
    shown = _marked(old, "del")
    added = _marked(fresh, "ins")
    return [*shown, *(_apart(added) if shown else added)]


def _marked(tokens: Sequence[Token], tag: str) -> list[Token]:
    """Mark words. A beginning of a block that comes or goes alone is shown by its sign."""
    mark: Mark = (tag, "")
    shown: list[Token] = []
    for number, token in enumerate(tokens):
        if isinstance(token, Word):
            shown.append(replace(token, marks=(mark, *token.marks)))
            continue
        shown.append(token)
        is_alone = number + 1 == len(tokens) or isinstance(tokens[number + 1], Block)
        if is_alone and tag != "mark":
            shown.append(Word("¶", (mark,)))
    return shown


def _apart(tokens: Sequence[Token]) -> list[Token]:
    """Put a space before the first word."""
    first = tokens[0] if tokens else None
    return [replace(first, spaced=True), *tokens[1:]] if isinstance(first, Word) else list(tokens)


def _as_markup(tokens: Sequence[Token]) -> Markup:
    return Markup(render(_with_addresses(tokens)))  # noqa: S704 -- rendering escapes


def _with_addresses(tokens: Sequence[Token]) -> Iterator[Token]:
    """Write the address behind a link that came or went: its words may be the same."""
    for number, token in enumerate(tokens):
        yield token
        if not isinstance(token, Word):
            continue
        after = tokens[number + 1] if number + 1 < len(tokens) else None
        address = next((href for tag, href in token.marks if tag == "a"), "")
        is_changed = any(tag in {"ins", "del"} for tag, _href in token.marks)
        if address and is_changed and not (isinstance(after, Word) and after.marks == token.marks):
            outside = tuple(mark for mark in token.marks if mark[0] in {"ins", "del", "mark"})
            yield Word(f"({address})", outside, spaced=True)
