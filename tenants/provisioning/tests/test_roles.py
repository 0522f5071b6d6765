"""Roles belong to the whole server: two databases on it may make the same one at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections, transaction
from psycopg import sql

from federation.devstack import pytest_plugin
from tenants.context import as_migration
from tenants.names import group_role, tenant_role
from tenants.provisioning.replay import ensure_role, role_exists

SCHEMA = f"t_race_{pytest_plugin.worker_name()}"


@pytest.fixture
def other_database(fresh_database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A transaction of somebody in another database of the same server."""
    admin = pytest_plugin.admin_url()
    role = sql.Identifier(tenant_role(SCHEMA))
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres"))) as other:
        yield other
        other.rollback()
        other.execute("RESET ROLE")
        other.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
        other.commit()


@pytest.mark.parametrize("has_role", [False, True], ids=["role", "memberships"])
def test_two_databases_make_the_same_role_at_once(
    other_database: psycopg.Connection[tuple[object, ...]],
    has_role: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    role = sql.Identifier(tenant_role(SCHEMA))
    other_database.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(group_role("migration"))))
    other_database.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    if has_role:
        other_database.commit()
    for granted, to in ((group_role("tenant"), tenant_role(SCHEMA)), (tenant_role(SCHEMA), group_role("app"))):
        other_database.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(granted), sql.Identifier(to)))

    found: list[str | Exception] = []
    racing = threading.Thread(target=_make_role, args=(found,))
    racing.start()
    racing.join(0.5)
    assert racing.is_alive(), "it waits for the other's transaction"
    other_database.commit()
    racing.join(10)
    assert found == [tenant_role(SCHEMA)]
    with as_migration():
        assert role_exists(tenant_role(SCHEMA))


def _make_role(found: list[str | Exception]) -> None:
    try:
        with as_migration(), transaction.atomic():
            found.append(ensure_role(SCHEMA))
    except Exception as problem:  # noqa: BLE001 -- told to the test's own thread
        found.append(problem)
    finally:
        connections.close_all()
