"""What stands in the database: a replayed schema equals the template, and rights are exactly the declared ones."""

from __future__ import annotations

import pytest
from django.db import connection

from tenants.context import as_migration, in_tenant
from tenants.names import group_role
from tenants.provisioning.migrate import GROUPS
from tenants.registry.sites import TenantInfo
from tenants.rights import list_row_rules, list_table_rights

pytestmark = pytest.mark.django_db

# The one counter, that of Django's own records, stays in the template: a tenant's records are copied, never counted.
# Each fact about a table once, with the schemas in which it holds; the schema's own name is taken out of definitions.
_DIFFERENCES = """
WITH tables AS (
    SELECT c.oid, c.relname, n.nspname AS home
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('tenant_template', %(schema)s) AND c.relkind = 'r'
), facts AS (
    SELECT home, relname, 'table' AS kind, '' AS name, '' AS fact FROM tables
    UNION ALL
    SELECT home, relname, 'column', a.attname,
           concat_ws(' ', a.attnum - (SELECT count(*) FROM pg_attribute d WHERE d.attrelid = t.oid AND d.attnum > 0
                                      AND d.attnum < a.attnum AND d.attisdropped),
                     format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attcollation,
                     CASE WHEN relname <> 'django_migrations' THEN a.attidentity END,
                     coalesce(pg_get_expr(e.adbin, e.adrelid), 'no default'))
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef e ON e.adrelid = t.oid AND e.adnum = a.attnum
    UNION ALL
    SELECT home, relname, 'constraint', k.conname, concat_ws(' ', k.contype, pg_get_constraintdef(k.oid))
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
    UNION ALL
    SELECT home, t.relname, 'index', x.relname, pg_get_indexdef(x.oid)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
    UNION ALL
    SELECT home, relname, 'trigger', g.tgname, pg_get_triggerdef(g.oid)
    FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
), bare AS (
    SELECT home, relname, kind, name, replace(fact, home || '.', '') AS fact FROM facts
)
SELECT relname, kind, name, fact, array_agg(home) FROM bare
GROUP BY relname, kind, name, fact HAVING count(DISTINCT home) = 1
"""
_TABLE_RIGHTS = """
SELECT c.relname, r.rolname, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'S', 'p') AND a.grantee <> c.relowner
GROUP BY c.relname, r.rolname
"""


def test_a_replayed_schema_equals_the_template(gladbeck: TenantInfo) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [gladbeck.ref.schema])
        assert cursor.fetchone()[0] > 5
        cursor.execute(_DIFFERENCES, {"schema": gladbeck.ref.schema})
        assert cursor.fetchall() == []


def test_the_comparison_would_see_a_difference(gladbeck: TenantInfo) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE t_gladbeck.staff_staffaccount ALTER COLUMN name SET DEFAULT 'x'")
        cursor.execute(_DIFFERENCES, {"schema": gladbeck.ref.schema})
        found = cursor.fetchall()
    assert {(row[0], row[1], row[2]) for row in found} == {("staff_staffaccount", "column", "name")}


def test_a_replayed_schema_counts_as_migrated(gladbeck: TenantInfo) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT app, name FROM tenant_template.django_migrations "
            "EXCEPT SELECT app, name FROM t_gladbeck.django_migrations"
        )
        assert cursor.fetchall() == []


def test_a_tenant_schema_has_no_sequence_trigger_or_view(gladbeck: TenantInfo) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relkind NOT IN ('r', 'i')",
            [gladbeck.ref.schema],
        )
        assert cursor.fetchall() == []


def test_a_tenant_role_has_its_own_tables_and_no_other(gladbeck: TenantInfo) -> None:
    role = gladbeck.ref.role
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(_TABLE_RIGHTS, [gladbeck.ref.schema])
        rows = cursor.fetchall()
        assert {row[1:] for row in rows} == {(role, "DELETE, INSERT, SELECT, UPDATE")}
        assert "django_migrations" not in {row[0] for row in rows}
        cursor.execute(
            "SELECT n.nspname FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a "
            "JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = %s",
            [role],
        )
        assert cursor.fetchall() == [(gladbeck.ref.schema,)]
        cursor.execute(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
            [role],
        )
        assert {row[0] for row in cursor.fetchall()} == {group_role("tenant")}


def test_shared_tables_have_the_declared_rights_and_no_others() -> None:
    declared = {
        (table, group_role(group), ", ".join(sorted(rights[group].split(", "))))
        for table, rights in list_table_rights().items()
        for group in GROUPS
        if rights.get(group)
    }
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(_TABLE_RIGHTS, ["public"])
        assert set(cursor.fetchall()) == declared


def test_row_level_security_stands_where_declared() -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND rowsecurity")
        assert {row[0] for row in cursor.fetchall()} == set(list_row_rules())
        cursor.execute(
            "SELECT tablename, array_agg(policyname::text) FROM pg_policies "
            "WHERE schemaname = 'public' GROUP BY tablename"
        )
        policies = {table: set(names) for table, names in cursor.fetchall()}
    assert policies == {table: set(rules) for table, rules in list_row_rules().items()}


def test_a_tenant_sees_its_own_tables_first(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user")
        assert cursor.fetchone() == (gladbeck.ref.schema, gladbeck.ref.role)
