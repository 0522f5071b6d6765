"""What towns say of links through the outbox. Every handler gives the same result when run twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol

from django.utils import timezone

from catalog.linkcheck.extracting import is_web_address
from catalog.linkcheck.services import hasten, note_addresses

# The addresses on a town's pages: {"urls": [...]}.
NAMED: Final = "catalog.links"
# Somebody wants an address checked now: {"url": ...}.
ASKED: Final = "catalog.link_asked"


class Event(Protocol):
    """What a handler needs of an outbox event."""

    data: Any


def note_named(event: Event) -> None:
    """Keep the addresses: new ones are checked soon, known ones are still in use."""
    note_addresses(_usable(event.data["urls"]), now=timezone.now())


def note_asked(event: Event) -> None:
    """Put an address that is known at the head of the queue."""
    for url in _usable([event.data["url"]]):
        hasten(url, now=timezone.now())


def _usable(urls: Iterable[object]) -> list[str]:
    return [url for url in map(str, urls) if is_web_address(url)]
