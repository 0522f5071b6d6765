"""Who is being worked on: seen without a lock of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tenants.names import group_role
from tenants.rollout.selectors import list_working
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.conftest import QUICK, SYSTEM, Release
from tenants.rollout.tests.test_rollout import ADD_COLUMN

Session = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def worker(release: Release, fresh_database: str) -> Iterator[Session]:
    """The session of a worker in another process."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(group_role("migration"))))
        other.commit()
        yield other


def start(release: Release) -> UUID:
    release({"0100_pinned": ADD_COLUMN})
    plan = plan_rollout(actor=SYSTEM, only=("marl", "hamm"))
    return start_rollout(actor=SYSTEM, plan=plan, options=QUICK)


def working(rollout_id: UUID) -> list[str]:
    return [one.slug for one in list_working(rollout_id)]


def test_a_claimed_tenant_is_being_worked_on(release: Release, worker: Session) -> None:
    rollout_id = start(release)
    assert working(rollout_id) == []
    worker.execute("SELECT 1 FROM rollout_tenantrollout WHERE slug = 'marl' FOR NO KEY UPDATE")
    assert working(rollout_id) == ["marl"]
    worker.execute("UPDATE rollout_tenantrollout SET progress = '{\"batches\": 1}' WHERE slug = 'marl'")
    assert working(rollout_id) == ["marl"]
    worker.rollback()
    assert working(rollout_id) == [], "the lock of a transaction that has ended counts no longer"


def test_so_is_one_whose_index_is_being_built(release: Release, worker: Session) -> None:
    rollout_id = start(release)
    held = (
        "SELECT pg_advisory_lock(hashtextextended(tenant_id::text, 0)) FROM rollout_tenantrollout WHERE slug = 'hamm'"
    )
    worker.execute(held)
    worker.commit()
    assert working(rollout_id) == ["hamm"]
    worker.execute("SELECT pg_advisory_unlock_all()")
    assert working(rollout_id) == []


def test_looking_waits_for_nobody_and_holds_nobody_up(release: Release, worker: Session) -> None:
    rollout_id = start(release)
    worker.execute("SELECT 1 FROM rollout_tenantrollout WHERE slug = 'marl' FOR NO KEY UPDATE")
    assert working(rollout_id) == ["marl"]
    free = "SELECT count(*) FROM (SELECT 1 FROM rollout_tenantrollout FOR NO KEY UPDATE SKIP LOCKED) t"
    assert worker.execute(free).fetchone() == (2,)
