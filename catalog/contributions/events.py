"""Tell the rooms above that editors have decided on contributions; they let the towns draw their consequences."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID, UUID], object]
_listeners: list[Listener] = []


def on_decided(listener: Listener) -> Listener:
    """Register what is called with the ids of tenant and contribution, after the deciding transaction has committed."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_decided(tenant_id: UUID, contribution_id: UUID) -> None:
    """Call the listeners. Called twice for the same contribution nothing more may happen."""
    for listener in _listeners:
        listener(tenant_id, contribution_id)
