"""Figures for Prometheus: of all processes of this machine together, whichever of them is asked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from federation.observability.metricsfiles import prepare_folder
from federation.settings.environment import DATA_DIR, MODE, text

_BASE: Final = Path(text("VERBUND_METRICS_DIR", str(DATA_DIR / "metrics")))
if MODE != "test":
    # prometheus_client reads this once, on import: figures then live in files that every process can read.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(prepare_folder(_BASE))

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, Metric, generate_latest  # noqa: E402
from prometheus_client.exposition import CONTENT_TYPE_LATEST  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# Never by tenant: a thousand of them would make a thousand times as many series. The access lines carry the tenant.
REQUESTS: Final = Counter("verbund_requests", "Requests answered, without cached pages.", ["site", "route", "status"])
REQUEST_SECONDS: Final = Histogram(
    "verbund_request_seconds",
    "Time to answer, without cached pages.",
    ["site", "route", "status_class"],
    buckets=_BUCKETS,
)
CACHED: Final = Counter("verbund_cached_answers", "Pages answered from the page cache before Django was asked.")
TASKS: Final = Counter("verbund_tasks", "Background tasks finished.", ["task", "state"])
TASK_SECONDS: Final = Histogram("verbund_task_seconds", "Time a background task took.", ["task"], buckets=_BUCKETS)
CONNECTIONS: Final = Counter("verbund_database_connections_opened", "Connections made to the database.")
RECYCLED: Final = Counter(
    "verbund_database_connections_recycled", "Connections closed because their session had seen enough tenants."
)
WAITED: Final = Counter("verbund_database_waits", "Times a thread waited for a connection from the pool.")
WAIT_SECONDS: Final = Counter("verbund_database_wait_seconds", "Time that threads waited for one, together.")


class _AllProcesses:
    """Reads the files of every process of every server of this machine."""

    def collect(self) -> Iterable[Metric]:
        files = [str(path) for path in _BASE.glob("*/*.db")]
        collected: Iterable[Metric] = MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call]
        return collected


def render() -> bytes:
    """Return all figures in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    registry.register(_AllProcesses())
    return generate_latest(registry)
