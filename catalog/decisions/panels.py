"""What other apps show beside a service in the staff's editor, without this one knowing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog.decisions.town import TownService

Load = Callable[[TownService], Any]
_panels: dict[str, Load] = {}


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: its template reads `panel.data`."""

    template: str
    data: Any


def register_panel(template: str, load: Load) -> None:
    """Add a part. `load` runs inside the tenant; where it returns None the part is left out."""
    _panels[template] = load


def list_panels(service: TownService) -> list[Panel]:
    """Return the parts for a service, in the order of their registration."""
    loaded = ((template, load(service)) for template, load in _panels.items())
    return [Panel(template, data) for template, data in loaded if data is not None]
