"""Which kinds of things a citizen may have at a town. The apps of towns say so: bookmarks, drafts, messages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AreaItem:
    """One thing as its owner sees it. `path` leads to it in the town's portal; empty: there is no page."""

    title: str
    path: str
    changed_at: datetime
    note: str = ""
    needs_attention: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing.

    `label` is its name in the plural, `count` says how many there are ("2 Merkzettel"), both in the reader's language.
    `fetch` returns a person's things, newest first, in the context of a town; `path` is the page of all of them.
    """

    code: str
    label: Callable[[], str]
    count: Callable[[int], str]
    fetch: Callable[[UUID], list[AreaItem]]
    path: str
    order: int = 0


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Say that there is such a kind. Raises: ValueError when another one has its code."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        message = f"two kinds of things are called {kind.code!r}"
        raise ValueError(message)
    return kind


def list_kinds(codes: Collection[str] | None = None) -> list[Kind]:
    """Return the kinds that there are, or those of them that are named, in the order in which pages show them."""
    return sorted(
        (kind for kind in _kinds.values() if codes is None or kind.code in codes),
        key=lambda kind: (kind.order, kind.code),
    )
