"""What pages and search show of the town's offices. The app that knows them lies above and registers here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfficePerson:
    """Whom to ask. `note` says what for."""

    name: str
    href: str
    role: str = ""
    phone: str = ""
    email: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """An office with its place, the ways to reach it, and whether it is open."""

    name: str
    href: str
    address: str = ""
    phone: str = ""
    email: str = ""
    today: str = ""
    hours: tuple[tuple[str, str], ...] = ()
    access: str = ""
    people: tuple[OfficePerson, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeHit:
    """An office or a person found by its name."""

    title: str
    href: str
    hint: str = ""


class OfficeBook(Protocol):
    """The contract of whoever knows the offices of the current tenant. Both ask the tenant's own tables."""

    def find_office(self, service_id: UUID, unit: str) -> Office | None:
        """Return the office that does a service here: the one that names the service, else the one of that name."""

    def search_offices(self, query: str) -> list[OfficeHit]:
        """Return offices and people whose names or services fit a query."""


class _Nobody:
    def find_office(self, service_id: UUID, unit: str) -> Office | None:
        return None

    def search_offices(self, query: str) -> list[OfficeHit]:
        return []


_books: list[OfficeBook] = [_Nobody()]


def register_office_book(make: Callable[[], OfficeBook]) -> None:
    """Name who knows the offices; the last one counts. For `AppConfig.ready`."""
    _books.append(make())


def office_book() -> OfficeBook:
    """Return who knows the offices."""
    return _books[-1]
