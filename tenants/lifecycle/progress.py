"""How far a long work is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# Called with a sentence for people and, where it is known, how much is done of how much.
Progress: TypeAlias = Callable[[str, int, int], None]


def silent(_step: str, _done: int = 0, _total: int = 0) -> None:
    """Tell nobody."""
