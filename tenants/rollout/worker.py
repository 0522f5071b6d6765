"""Work a rollout off: take a tenant, do its next step, note it, take the next. Any number of workers side by side.

A worker is a thread with a connection of its own. What it does is safe at every point: a step, the tenant's new version
and the note that the step is done are one transaction (see `claims`); an index that can't be built in one is safe to
build again. So workers may be killed, and started anywhere, at any time.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection, connections, transaction

from tenants.context import as_migration
from tenants.provisioning.graph import tenant_graph
from tenants.registry.generations import touch_registry
from tenants.rollout import claims, executing, failures
from tenants.rollout.models import Rollout, TenantRollout, TenantState
from tenants.rollout.options import Options
from tenants.rollout.plan import Group, Plan, Step, plan_from_json
from tenants.rollout.running import list_readers

log = structlog.get_logger(__name__)

# Who finds nothing to do looks again soon at first: the last tenants of a wave take milliseconds.
_LEAST_IDLE_SECONDS: Final = 0.01
_MOST_IDLE_SECONDS: Final = 0.25
_LOOK_SECONDS: Final = 0.2
_RECONNECT_SECONDS: Final = 0.5
# Every process that serves pages reloads its directory of sites when told, so it is told now and then, not per tenant.
_TELL_SECONDS: Final = 2.0
# Whether somebody reads what a contract step takes is asked now and then, too: processes tell every 30 seconds.
_ASK_SECONDS: Final = 2.0


class Outcome(Enum):
    """What one look for work came to."""

    WORKED = "worked"
    IDLE = "idle"
    OVER = "over"


class VersionChangedError(RuntimeError):
    """The tenant is not at the version that the plan starts from."""


class OlderReleaseError(RuntimeError):
    """The plan names migrations that this process's files don't have."""


class Bell:
    """Wakes the workers of a process that have nothing to do: the next wave is open, or all is over."""

    def __init__(self) -> None:
        """Nobody has rung yet."""
        self._changed = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """Wake all who wait."""
        with self._changed:
            self.rung += 1
            self._changed.notify_all()

    def wait(self, seconds: float, *, since: int) -> bool:
        """Wait until it has rung more often than `since`, at most so many seconds; return whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: self.rung != since, seconds)


@dataclass
class Worker:
    """One worker. `patience_seconds` is how long it waits for a database that is away before it gives up."""

    rollout_id: UUID
    stop: threading.Event = field(default_factory=threading.Event)
    bell: Bell = field(default_factory=Bell)
    patience_seconds: float = 300.0
    _plan: Plan | None = None
    _options: Options = field(default_factory=Options)
    _running: tuple[UUID, int] | None = None
    _elsewhere: set[UUID] = field(default_factory=set)
    _finished: int = 0
    _told_at: float = 0.0
    _asked_at: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Work until the rollout is over or paused, or `stop` is set.

        Raises: DatabaseError when the database stays away longer than the patience.
        """
        away_since: float | None = None
        idle_seconds = _LEAST_IDLE_SECONDS
        try:
            while not self.stop.is_set():
                heard = self.bell.rung
                try:
                    outcome = self.work_once()
                    away_since = None
                except (DatabaseError, InterfaceError) as problem:
                    away_since = self._wait_for_database(problem, away_since)
                    continue
                if outcome is Outcome.OVER:
                    self.bell.ring()
                    break
                if outcome is Outcome.IDLE:
                    self.bell.wait(idle_seconds, since=heard)
                idle_seconds = (
                    min(idle_seconds * 2, _MOST_IDLE_SECONDS) if outcome is Outcome.IDLE else _LEAST_IDLE_SECONDS
                )
            self._tell(is_last=True)
        finally:
            connections.close_all()

    def work_once(self) -> Outcome:
        """Do the next step of the next tenant, if there is one to do."""
        self._note_interrupted()
        begun = time.monotonic()
        with as_migration():
            row, group, is_held = None, None, False
            try:
                with transaction.atomic():
                    self._load()
                    row = claims.claim(self.rollout_id, without=self._elsewhere)
                    if row is None and not claims.is_running(self.rollout_id):
                        return Outcome.OVER
                    if row is not None:
                        self._running = (row.id, row.step)
                        group = self._group(row)
                        is_held = self._do(row, group, begun)
            except Exception as problem:
                if row is None or failures.is_connection_lost(problem):
                    raise
                log.warning("rollout.step_failed", tenant=row.slug, error=failures.describe(problem))
                self._fail(problem)
                return Outcome.WORKED
            if row is None or group is None:
                self._elsewhere.clear()
                if not claims.pass_gate(self.rollout_id, self._options):
                    return Outcome.IDLE
                self.bell.ring()
                return Outcome.WORKED
            if is_held:
                self._finish_index(row, group, begun)
        self._running = None
        self._tell()
        return Outcome.WORKED

    # ------------------------------------------------------------------ one step

    def _do(self, row: TenantRollout, group: Group, begun: float) -> bool:
        """Do what fits into the claim's transaction; return whether the tenant is held for an index instead."""
        step = group.steps[row.step]
        way = executing.Way(row.schema, step, group.direction)
        is_data = step.kind == "data"
        executing.set_limits(
            self._options, seconds=self._options.data_seconds if is_data else self._options.statement_seconds
        )
        if self._is_read(step) or not self._lock_tenant(row, group):
            return False
        if step.kind == "index":
            is_held = claims.try_hold(row)
            if is_held:
                claims.note_begun(row, executing.read_indexes(way))
            else:
                self._elsewhere.add(row.id)
            return is_held
        if is_data:
            progress = executing.run_data_step(way, row.progress)
            if progress is not None:
                row.progress, row.attempts = progress, 0
                row.seconds = round(row.seconds + time.monotonic() - begun, 4)
                row.save(update_fields=["progress", "attempts", "seconds"])
                return False
        else:
            executing.run_schema_step(way)
        self._advance(row, group, begun)
        return False

    def _is_read(self, step: Step) -> bool:
        """Pause the rollout, and return true, when a process runs that reads what the step takes.

        The plan has asked, but one of the release before may have been started since then.
        """
        now = time.monotonic()
        if not step.takes or now - self._asked_at.get(step.version, -math.inf) < _ASK_SECONDS:
            return False
        readers = list_readers(step.takes)
        if readers:
            claims.pause_for_readers(self.rollout_id, readers)
        else:
            self._asked_at[step.version] = now
        return bool(readers)

    def _lock_tenant(self, row: TenantRollout, group: Group) -> bool:
        """Lock the tenant for its next step; return whether it is still there. One that is gone is left out."""
        problem = claims.lock_tenant(row, claims.version_before(row, group))
        if problem == "gone":
            claims.skip(row, problem)
        elif problem:
            message = "the tenant is at another version than planned; start a new rollout"
            raise VersionChangedError(message)
        return not problem

    def _finish_index(self, row: TenantRollout, group: Group, begun: float) -> None:
        """Build a held tenant's indexes outside of a transaction, then record them in one."""
        way = executing.Way(row.schema, group.steps[row.step], group.direction)
        try:
            executing.run_index_statements(way, self._options)
            with transaction.atomic():
                executing.set_limits(self._options, seconds=self._options.statement_seconds)
                # Recorded also when the rollout was aborted meanwhile: the index is there.
                is_open = {"step": row.step, "state__in": [TenantState.WAITING, TenantState.SKIPPED]}
                current = TenantRollout.objects.select_for_update().filter(id=row.id, **is_open).first()
                if current is not None and self._lock_tenant(current, group):
                    executing.record_index_step(way)
                    self._advance(current, group, begun)
        except Exception as problem:
            if failures.is_connection_lost(problem):
                raise
            log.warning("rollout.index_failed", tenant=row.slug, error=failures.describe(problem))
            self._clear_up(row, way)
            self._fail(problem)
        finally:
            if connection.connection is not None and not connection.connection.closed:
                claims.let_go(row)

    def _clear_up(self, row: TenantRollout, way: executing.Way) -> None:
        """Drop what a failed build has left; where that fails too, the next try does it."""
        try:
            executing.drop_broken_indexes(way, self._options)
        except DatabaseError as problem:
            log.warning("rollout.index_left", tenant=row.slug, error=failures.describe(problem))

    def _advance(self, row: TenantRollout, group: Group, begun: float) -> None:
        step: Step = group.steps[row.step]
        claims.advance(row, group=group, step=step, seconds=time.monotonic() - begun)
        if row.step == len(group.steps):
            transaction.on_commit(self._count)
        log.debug("rollout.step_done", tenant=row.slug, step=row.step, version=step.version[:12])

    def _count(self) -> None:
        self._finished += 1

    # ------------------------------------------------------------------ around it

    def _load(self) -> None:
        if self._plan is None:
            with as_migration():
                stored = Rollout.objects.get(id=self.rollout_id)
            plan = plan_from_json(stored.plan)
            named = {node for group in plan.groups for step in group.steps for node in step.nodes}
            unknown = tenant_graph().unknown(named)
            if unknown:
                message = f"this release does not have {unknown}; work with the release that made the plan"
                raise OlderReleaseError(message)
            self._plan, self._options = plan, Options(**stored.options)

    def _group(self, row: TenantRollout) -> Group:
        assert self._plan is not None  # noqa: S101 -- loaded before the first claim
        return next(one for one in self._plan.groups if one.from_version == row.from_version)

    def _wait_for_database(self, problem: Exception, away_since: float | None) -> float:
        now = time.monotonic()
        away_since = away_since or now
        if now - away_since > self.patience_seconds:
            raise problem
        log.warning("rollout.database_away", error=type(problem).__name__)
        connections.close_all()
        self.stop.wait(_RECONNECT_SECONDS)
        return away_since

    def _note_interrupted(self) -> None:
        """After a lost connection: count it against the tenant being worked on, whose step may be what ended it."""
        if self._running is not None:
            self._load()
            self._fail(InterfaceError("the connection was lost while its step ran"))

    def _fail(self, problem: BaseException) -> None:
        if self._running is not None:
            row_id, step = self._running
            claims.note_failure(row_id, problem, step=step, options=self._options)
            self._running = None

    def _tell(self, *, is_last: bool = False) -> None:
        """Let web processes know that tenants have moved on."""
        now = time.monotonic()
        if self._finished and (is_last or now - self._told_at >= _TELL_SECONDS):
            with as_migration(), transaction.atomic():
                touch_registry()
            self._finished, self._told_at = 0, now


def _look(watch: Callable[[bool], None]) -> None:
    """Show progress; nothing is shown while the database is away. Workers wait for it, so whoever watches does, too."""
    try:
        watch(False)  # noqa: FBT003 -- a callback's only argument
    except (DatabaseError, InterfaceError) as problem:
        log.warning("rollout.database_away", error=type(problem).__name__)
        connections.close_all()


def work_in_threads(rollout_id: UUID, *, workers: int, watch: Callable[[bool], None], stop: threading.Event) -> None:
    """Run workers as threads until all have ended. `watch(is_over)` is called now and then, to show progress.

    Raises: whatever ended a worker, after the others have ended, too.
    """
    problems: list[BaseException] = []
    bell = Bell()

    def work() -> None:
        try:
            Worker(rollout_id, stop=stop, bell=bell).run()
        except BaseException as problem:  # noqa: BLE001 -- raised again in the caller's thread
            problems.append(problem)
            stop.set()

    threads = [threading.Thread(target=work, name=f"rollout-{number}") for number in range(workers)]
    for thread in threads:
        thread.start()
    looked_at = 0.0
    try:
        while alive := [thread for thread in threads if thread.is_alive()]:
            if time.monotonic() - looked_at >= _LOOK_SECONDS:
                looked_at = time.monotonic()
                _look(watch)
            alive[0].join(_LEAST_IDLE_SECONDS)
    finally:
        if any(thread.is_alive() for thread in threads):
            stop.set()
        for thread in threads:
            thread.join()
        watch(True)  # noqa: FBT003 -- as above
    if problems:
        raise problems[0]
