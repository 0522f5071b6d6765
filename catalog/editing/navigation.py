"""The side navigation of the editors' work area: apps hang their pages into it when they are ready.

    register(EditingPage(key="matrix", label=gettext_lazy("Matrix"), path="/redaktion/matrix/", icon="grid", order=40))

The frame asks `list_pages` for each page; it must not query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from tenants.actors import Actor
from tenants.editors.policies import can_enter_editing

AREA: Final = "/redaktion/"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditingPage:
    """An entry. `path` is the German address, `order` grows downwards; `is_exact`: not marked on pages below it."""

    key: str
    label: str | Promise
    path: str
    icon: str
    order: int
    is_exact: bool = False
    is_shown: Callable[[Actor], bool] = can_enter_editing


_pages: dict[str, EditingPage] = {}


def register(page: EditingPage) -> None:
    """Add an entry.

    Raises: ValueError for a second one with the same key.
    """
    if _pages.setdefault(page.key, page) != page:
        message = f"the navigation has an entry {page.key!r} already"
        raise ValueError(message)


def list_pages(actor: Actor) -> list[EditingPage]:
    """Return the entries that the actor sees, from the top."""
    return sorted((page for page in _pages.values() if page.is_shown(actor)), key=lambda page: (page.order, page.key))
