"""Where a rollout's process can be broken, and how: it, or the database under it, is killed at the n-th passing.

Only processes of these tests arm anything; the product knows nothing of it.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import psycopg
from django.conf import settings

from tenants.rollout import claims, executing, planning, settling, worker

How = Literal["kill", "database", "cut"]
# name → where it is, whether it breaks before or after the call, and how often one worker alone passes it at least
# (with the tenants and the release of `deployment`).
POINTS: Final[dict[str, tuple[Any, str, Literal["before", "after"], int]]] = {
    "claimed": (claims, "lock_tenant", "before", 30),
    "tables changed": (executing, "run_schema_step", "after", 12),
    "rows changed": (executing, "run_data_step", "after", 18),
    "step noted": (claims, "advance", "after", 24),
    "step committed": (worker.Worker, "_tell", "before", 30),
    "index begins": (executing, "run_index_statements", "before", 6),
    "index is there": (executing, "run_index_statements", "after", 6),
    "index noted": (executing, "record_index_step", "after", 6),
    "failure not noted": (claims, "note_failure", "before", 1),
    "failure half noted": (claims, "note_error", "before", 1),
    "failure noted": (claims, "note_failure", "after", 1),
    "wave ends": (claims, "pass_gate", "before", 1),
    "wave ended": (claims, "pass_gate", "after", 1),
    "others told": (worker, "touch_registry", "after", 1),
}
# Passed only by an abort that finds an index step begun.
SETTLING: Final[dict[str, tuple[Any, str, Literal["before", "after"], int]]] = {
    "settled, not noted": (executing, "settle_index_statements", "after", 1),
    "settling noted": (settling, "_note", "after", 1),
}
# In the middle of CREATE INDEX CONCURRENTLY: it waits for a transaction that this process itself holds open.
INDEX_HALF_BUILT: Final = "index half built"
REHEARSAL: Final = "rehearsal"
_PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Fault:
    """What breaks: at the `number`-th passing of a point. `postmaster` is the process id of the database server.

    `mark` is a file that is made when it does.
    """

    point: str
    number: int
    how: How
    postmaster: int = 0
    mark: str = ""


class _Breaker:
    """Counts passings, in all threads, and breaks once."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._passings = 0
        self._lock = threading.Lock()

    def pass_by(self) -> None:
        if self.is_due():
            self.act()

    def is_due(self) -> bool:
        with self._lock:
            self._passings += 1
            return self._passings == self._fault.number

    def act(self) -> None:
        Path(self._fault.mark).touch()
        if self._fault.how == "database":
            kill_server(self._fault.postmaster)
            return
        if self._fault.how == "cut":
            _end_builds()
        os.kill(os.getpid(), signal.SIGKILL)


def arm(fault: Fault) -> None:
    """Prepare this process to break."""
    breaker = _Breaker(fault)
    if fault.point == INDEX_HALF_BUILT:
        _wrap(executing, "run_index_statements", before=lambda way, *_: _break_while_building(breaker, way))
    elif fault.point == REHEARSAL:
        _wrap(planning._Rehearsal, "_rehearse", before=lambda *_: breaker.pass_by())
    else:
        place, name, when, _least = (POINTS | SETTLING)[fault.point]
        _wrap(place, name, **{when: lambda *_: breaker.pass_by()})


def _wrap(
    place: Any,
    name: str,
    *,
    before: Callable[..., None] = lambda *_: None,
    after: Callable[..., None] = lambda *_: None,
) -> None:
    original = getattr(place, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        before(*args)
        result = original(*args, **kwargs)
        after(*args)
        return result

    setattr(place, name, wrapped)


def _break_while_building(breaker: _Breaker, way: executing.Way) -> None:
    if not breaker.is_due():
        return
    ready = threading.Event()
    threading.Thread(target=_hold_and_break, args=(breaker, way.schema, ready), daemon=True).start()
    if not ready.wait(_PATIENCE_SECONDS):
        os._exit(97)


def _hold_and_break(breaker: _Breaker, schema: str, ready: threading.Event) -> None:
    with connect() as holder, connect() as looker:
        holder.execute(f"SET ROLE {settings.VERBUND_ROLE_PREFIX}_migration")
        holder.execute(f"BEGIN; LOCK TABLE {schema}.portal_notice IN ROW EXCLUSIVE MODE")
        ready.set()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            building = looker.execute(
                "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE NOT i.indisvalid AND c.relnamespace = to_regnamespace(%s)",
                [schema],
            )
            if building.fetchone():
                breaker.act()
                return
            time.sleep(0.01)
    os._exit(98)


def connect() -> psycopg.Connection[Any]:
    """Open a connection of one's own, beside Django's."""
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        autocommit=True,
    )


def _end_builds() -> None:
    with connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = session_user AND pid <> pg_backend_pid() AND query LIKE 'CREATE INDEX CONCURRENTLY%'"
        )
        while connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND pid <> pg_backend_pid()"
        ).fetchone():
            time.sleep(0.01)


def kill_server(postmaster: int) -> None:
    """Kill a server and every process of it with signal 9, as a power cut would.

    It is stopped first: seeing a child die, it would end the others in good order.
    """
    os.kill(postmaster, signal.SIGSTOP)
    children = [int(place.name) for place in Path("/proc").glob("[0-9]*") if _parent(place) == postmaster]
    for process in (*children, postmaster):
        os.kill(process, signal.SIGKILL)


def _parent(place: Path) -> int:
    try:
        return int((place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0
