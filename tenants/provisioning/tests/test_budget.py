"""What onboarding a new town says to the database, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from federation.devstack import pytest_plugin
from tenants.audit.models import AuditEntry
from tenants.context import in_tenant
from tenants.names import group_role, schema_name, tenant_role
from tenants.provisioning import seeds
from tenants.provisioning.services import onboard
from tenants.provisioning.tests.conftest import SYSTEM, wish
from tenants.registry.sites import directory

BUDGET: Final = (
    "SELECT mark, CASE",  # whether what its schema is made from is what this process has read
    "BEGIN",
    "SELECT pg_advisory_xact_lock",  # one onboarding at a time
    'SELECT "registry_region"',  # the region, and the hosts of all umbrellas
    'SELECT "registry_tenantcode"',  # whose the keys of the town and of its district are
    'SELECT "registry_tenant"',  # whose the short name is
    'SELECT "registry_domain"',  # whose the hosts are
    'INSERT INTO "registry_tenant"',
    'INSERT INTO "registry_tenantcode"',
    "SELECT to_regnamespace",  # schema or role that somebody left behind
    "SAVEPOINT",  # a role may be made by another database of the server in the same moment
    "CREATE ROLE",
    "RELEASE SAVEPOINT",
    "CREATE SCHEMA",  # with tables, rows, records and rights
    'INSERT INTO "registry_generation"',
    'INSERT INTO "registry_domain"',  # all hosts
    'INSERT INTO "audit_auditentry"',  # the operators' trail
    'INSERT INTO "audit_auditentry"',  # the town's own
    'INSERT INTO "decisions_categorylabel"',
    'INSERT INTO "portal_portalprofile"',
    'INSERT INTO "portal_legalpage"',
    'INSERT INTO "portal_accessibilityfacts"',
    'INSERT INTO "staff_invitation"',
    'INSERT INTO "audit_auditentry"',  # the invitation
    "WITH moved AS",  # every process looks at the registry anew
    "COMMIT",
)


@pytest.fixture
def own_slug() -> Iterator[str]:
    """Return a name that no other test uses: a role that is left of it would not be made. It goes with the test."""
    slug = f"ascheberg-budget-{pytest_plugin.worker_name()}"
    yield slug
    admin = pytest_plugin.admin_url()
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres")), autocommit=True) as server:
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(tenant_role(schema_name(slug)))))


def test_a_new_town_is_made_with_these_statements_and_no_others(own_slug: str, fresh_database: str) -> None:
    request = wish(slug=own_slug, other_hosts=("www.ascheberg.localhost",))
    directory.snapshot()  # a new connection would say more
    with CaptureQueriesContext(connection) as captured:
        onboard(actor=SYSTEM, request=request)
    said = [" ".join(query["sql"].split()) for query in captured]
    named = [next((one for one in BUDGET if statement.startswith(one)), statement[:200]) for statement in said]
    assert named == list(BUDGET)
    made = said[BUDGET.index("CREATE SCHEMA")]
    for part in ("CREATE TABLE", "INSERT INTO django_migrations", f"TO {tenant_role(schema_name(own_slug))}"):
        assert part in made


def test_a_new_towns_first_rows_are_written_before_anybody_becomes_its_role(
    own_slug: str, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is added to a town that is there is written as the town."""
    seen: list[tuple[str, str]] = []

    def look(_context: seeds.SeedContext) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_schema")
            seen.append(cursor.fetchone())

    monkeypatch.setitem(seeds._seeds, "look", look)
    request = wish(slug=own_slug)
    for _time in range(2):
        onboard(actor=SYSTEM, request=request)
    schema = schema_name(own_slug)
    assert seen == [(group_role("migration"), schema), (tenant_role(schema), schema)]
    town = directory.reload().tenants[own_slug].ref
    with in_tenant(town):
        actions = AuditEntry.objects.values_list("action", "owner_role")
        assert ("support.acted", town.role) in list(actions), "it is the town's all the same"
