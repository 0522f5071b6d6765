"""Services that only this tenant has: lists and pages show them beside the shared ones.

The app that keeps them (`catalog.local`) stands above this one and says here how they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from catalog.decisions.town import TownService
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class LocalSource:
    """How local services are read: one by the name in its address, all with some fields, and what became of one.

    `get` and `listing` return what citizens may see now. `successor` returns the slug of the shared service that a
    local one of this slug has become. `retell` tells search all of them once more and returns their number.
    """

    get: Callable[[str], TownService | None]
    listing: Callable[[Collection[str]], list[TownService]]
    successor: Callable[[str], str | None]
    retell: Callable[[Actor], int]


_sources: list[LocalSource] = []


def register_local_source(source: LocalSource) -> None:
    """Say how local services are read; there is one way."""
    _sources[:] = [source]


def get_local_service(slug: str) -> TownService | None:
    """Return the tenant's own service with this name in its address, if there is one to be seen."""
    return _sources[0].get(slug) if _sources else None


def list_local_services(fields: Collection[str]) -> list[TownService]:
    """Return the tenant's own services that may be seen now, with some of their fields."""
    return _sources[0].listing(fields) if _sources else []


def get_local_successor(slug: str) -> str | None:
    """Return the slug of the shared service that the tenant's own service of this slug has become."""
    return _sources[0].successor(slug) if _sources else None


def retell_local(actor: Actor) -> int:
    """Let the tenant tell search its own services once more, and return their number."""
    return _sources[0].retell(actor) if _sources else 0
