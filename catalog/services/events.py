"""Tell the rooms above of a change to the shared catalogue, within its transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

Listener = Callable[[Sequence[UUID]], object]
_listeners: list[Listener] = []


def on_services_changed(listener: Listener) -> Listener:
    """Register what is called with the ids of changed services, inside the writing transaction and as its role."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_services_changed(service_ids: Sequence[UUID]) -> None:
    """Call the listeners; nothing happens for an empty list."""
    if service_ids:
        for listener in _listeners:
            listener(service_ids)
