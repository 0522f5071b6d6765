"""Releases to roll out, in a database of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from tenants.actors import system_actor
from tenants.context import as_migration, in_tenant
from tenants.provisioning.migrate import migrate_deployment
from tenants.registry.models import Tenant
from tenants.rollout.options import Options
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.migrationfiles import installed, write_release
from tenants.rollout.worker import work_in_threads

SYSTEM = system_actor("tests")
# Tests don't wait: a lock that is held is noticed at once, and tried again soon.
QUICK = Options(lock_seconds=0.2, backoff_seconds=0.05, backoff_most_seconds=0.1, attempts=3)

Release = Callable[[Mapping[str, str]], None]


@pytest.fixture
def release(fresh_database: str, tmp_path: Path) -> Iterator[Release]:
    """Return a way to install a release with more migrations; shared schema and template follow."""
    with ExitStack() as stack:

        def install(more: Mapping[str, str]) -> None:
            stack.enter_context(installed(tmp_path, write_release(tmp_path, more)))
            migrate_deployment()

        yield install


def roll_out(*, workers: int = 2, options: Options = QUICK, to: str = "", **more: Any) -> UUID:
    """Plan, start and work off a rollout; return its id."""
    plan = plan_rollout(actor=SYSTEM, to=to)
    assert plan.refusals == []
    rollout_id = start_rollout(actor=SYSTEM, plan=plan, options=options, **more)
    work(rollout_id, workers=workers)
    return rollout_id


def work(rollout_id: UUID, *, workers: int = 2) -> None:
    """Work on a rollout until it is over or paused."""
    work_in_threads(rollout_id, workers=workers, watch=lambda _is_over: None, stop=threading.Event())


def versions() -> dict[str, str]:
    """Return the schema version of every tenant by slug."""
    with as_migration():
        return dict(Tenant.objects.values_list("slug", "schema_version"))


def columns(slug: str, table: str) -> list[str]:
    """Return the columns of a table of a tenant."""
    return [
        name
        for (name,) in query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum",
            f"t_{slug.replace('-', '_')}.{table}",
        )
    ]


def query(statement: str, *parameters: str) -> list[tuple[Any, ...]]:
    """Run a statement as the owner of all schemas."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def as_town(slug: str, statement: str, *parameters: str) -> list[tuple[Any, ...]]:
    """Run a statement as a tenant's own role."""
    with as_migration():
        tenant = Tenant.objects.get(slug=slug).ref
    with in_tenant(tenant), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []
