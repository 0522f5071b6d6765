"""How a rollout goes about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Options:
    """Limits and patience. Times in seconds, apart from those named otherwise.

    `lock_seconds` is how long a statement waits for somebody else's lock: everybody who comes after it in the queue
    waits as long, so it is short and tried again. `max_failures`: with this many tenants in quarantine it pauses.
    `index_wait_seconds` is how long a concurrent index waits for transactions at its table before others get a turn.
    `pause_after_wave`: pause after each of the first waves, so that somebody can look. `trial_waves`: so many of the
    first are a trial (named tenants and pilots): with one of theirs in quarantine it pauses before the next.
    """

    lock_seconds: float = 2.0
    statement_seconds: float = 30.0
    data_seconds: float = 600.0
    index_seconds: float = 3600.0
    index_wait_seconds: float = 60.0
    attempts: int = 8
    backoff_seconds: float = 0.5
    backoff_most_seconds: float = 60.0
    max_failures: int = 5
    pause_after_wave: bool = False
    trial_waves: int = 0
    in_background: bool = False

    def backoff(self, attempts: int) -> float:
        """Return how long to wait after this many failures: twice as long each time, up to the most."""
        return float(min(self.backoff_seconds * 2 ** max(attempts - 1, 0), self.backoff_most_seconds))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)
