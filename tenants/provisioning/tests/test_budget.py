"""What onboarding a new town says to the database, statement by statement."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.names import tenant_role
from tenants.provisioning.services import onboard
from tenants.provisioning.tests.conftest import SYSTEM, wish
from tenants.registry.sites import directory

BUDGET: Final = (
    'SELECT "provisioning_schemasnapshot"',  # what its schema is made from
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


def test_a_new_town_is_made_with_these_statements_and_no_others(fresh_database: str) -> None:
    request = wish(other_hosts=("www.ascheberg.localhost",))
    directory.snapshot()  # a new connection would say more
    with CaptureQueriesContext(connection) as captured:
        onboard(actor=SYSTEM, request=request)
    said = [" ".join(query["sql"].split()) for query in captured]
    named = [next((one for one in BUDGET if sql.startswith(one)), sql[:200]) for sql in said]
    assert named == list(BUDGET)
    made = said[BUDGET.index("CREATE SCHEMA")]
    for part in ("CREATE TABLE", "INSERT INTO django_migrations", f"TO {tenant_role('t_ascheberg')}"):
        assert part in made
