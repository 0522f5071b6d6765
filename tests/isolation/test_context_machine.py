"""Whatever happens in whatever order, the database sees the schema and the role of the running context."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

import pytest
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tenants import names
from tenants.context import as_migration, as_operator, as_umbrella, current_identity, in_tenant
from tenants.registry.sites import directory
from tests.isolation.modes import recycling, sharing

SLUGS = ("gladbeck", "dorsten", "kreis-recklinghausen")
Seen = tuple[str, str | None]


def seen_by_database() -> Seen:
    """Return role and schema as the server has them now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        role, schema = cursor.fetchone()
    return role, schema


def nobody() -> Seen:
    """Return what is seen where no context was entered: the login without rights, and no schema."""
    return names.group_role("app"), None


def expected() -> Seen:
    """Return what the running context asks for."""
    identity = current_identity()
    return (identity.role, identity.schemas[0]) if identity else nobody()


@dataclass
class Level:
    """Something entered and not left yet."""

    manager: AbstractContextManager[object]
    is_transaction: bool
    identity_before: Seen


class ContextMachine(RuleBasedStateMachine):
    """Enters and leaves contexts, transactions and savepoints, fails in them, and works in other threads meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[Level] = []
        self.tenants = directory.snapshot().tenants

    def enter(self, manager: AbstractContextManager[object], *, is_transaction: bool = False) -> None:
        before = expected()
        manager.__enter__()
        self.levels.append(Level(manager, is_transaction, before))

    @rule(slug=st.sampled_from(SLUGS))
    def enter_tenant(self, slug: str) -> None:
        self.enter(in_tenant(self.tenants[slug].ref))
        assert seen_by_database() == (self.tenants[slug].ref.role, self.tenants[slug].ref.schema)

    @rule(group=st.sampled_from([as_umbrella, as_operator, as_migration]))
    def enter_group(self, group: object) -> None:
        self.enter(group())  # type: ignore[operator]

    @rule()
    def begin(self) -> None:
        self.enter(transaction.atomic(), is_transaction=True)

    @precondition(lambda self: self.levels)
    @rule()
    def leave(self) -> None:
        level = self.levels.pop()
        level.manager.__exit__(None, None, None)
        assert expected() == level.identity_before

    @precondition(lambda self: self.levels)
    @rule()
    def leave_by_exception(self) -> None:
        level = self.levels.pop()
        failure = RuntimeError("planned")
        # A generator's manager raises the exception again where a class's returns that it does not swallow it.
        with suppress(RuntimeError):
            assert not level.manager.__exit__(RuntimeError, failure, failure.__traceback__)
        assert expected() == level.identity_before

    @rule(slug=st.sampled_from(SLUGS), depth=st.integers(1, 3))
    def fail_in_nested_savepoints(self, slug: str, depth: int) -> None:
        with pytest.raises(Error), transaction.atomic():
            self._fail(slug, depth)

    def _fail(self, slug: str, depth: int) -> None:
        with in_tenant(self.tenants[slug].ref), transaction.atomic():
            seen_by_database()
            if depth > 1:
                self._fail(slug, depth - 1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    @rule(slug=st.sampled_from(SLUGS))
    def fail_and_go_on_as_the_same(self, slug: str) -> None:
        # The rollback takes the SET back; no other statement comes in between that would send it again.
        with suppress(Error), transaction.atomic(), in_tenant(self.tenants[slug].ref), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        with in_tenant(self.tenants[slug].ref):
            assert seen_by_database() == (self.tenants[slug].ref.role, self.tenants[slug].ref.schema)

    @rule(slug=st.sampled_from(SLUGS))
    def roll_back_to_a_savepoint_from_within(self, slug: str) -> None:
        with transaction.atomic():
            savepoint = transaction.savepoint()
            with in_tenant(self.tenants[slug].ref):
                seen_by_database()
                transaction.savepoint_rollback(savepoint)
                assert seen_by_database() == (self.tenants[slug].ref.role, self.tenants[slug].ref.schema)

    @rule(slug=st.sampled_from(SLUGS))
    def work_in_thread_pool(self, slug: str) -> None:
        def in_own_thread() -> tuple[Seen, Seen]:
            try:
                before = seen_by_database()
                with in_tenant(self.tenants[slug].ref):
                    return before, seen_by_database()
            finally:
                connection.close()

        def in_copied_context() -> Seen:
            try:
                return seen_by_database()
            finally:
                connection.close()

        wanted = expected()
        with ThreadPoolExecutor(2) as pool:
            fresh = pool.submit(in_own_thread)
            carried = pool.submit(contextvars.copy_context().run, in_copied_context)
            assert fresh.result() == (nobody(), (self.tenants[slug].ref.role, self.tenants[slug].ref.schema))
            assert carried.result() == wanted

    @rule(slug=st.sampled_from(SLUGS))
    def use_a_cursor_from_before(self, slug: str) -> None:
        with connection.cursor() as cursor, in_tenant(self.tenants[slug].ref):
            cursor.execute("SELECT current_user, current_schema()")
            assert cursor.fetchone() == (self.tenants[slug].ref.role, self.tenants[slug].ref.schema)

    @precondition(lambda self: not any(level.is_transaction for level in self.levels))
    @rule()
    def lose_connection(self) -> None:
        connection.close()

    @precondition(lambda self: not any(level.is_transaction for level in self.levels))
    @rule()
    def end_a_request(self) -> None:
        connection.close_if_unusable_or_obsolete()

    @invariant()
    def database_agrees(self) -> None:
        assert seen_by_database() == expected()

    def teardown(self) -> None:
        while self.levels:
            self.levels.pop().manager.__exit__(None, None, None)
        assert current_identity() is None


@pytest.fixture
def committing(fresh_database: str) -> None:
    """Real transactions, not ones inside a test's own."""
    directory.snapshot()


# The pool's own threads draw waiting times just when an example is drawn; the examples don't depend on them.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
# Threads have connections of their own, or borrow from three; sessions are kept for long, or see one or two schemas.
@pytest.mark.parametrize(("pool_size", "limit"), [(0, 150), (0, 1), (0, 2), (3, 150), (3, 1), (3, 2)])
def test_database_always_sees_the_running_context(committing: None, pool_size: int, limit: int) -> None:
    with sharing(pool_size), recycling(limit) as recycled:
        run_state_machine_as_test(
            ContextMachine,
            settings=settings(
                max_examples=60 if (pool_size, limit) == (0, 150) else 25,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert bool(recycled) == (limit < len(SLUGS))
