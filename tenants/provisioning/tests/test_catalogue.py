"""What stands in the database: a replayed schema equals the template, and rights are exactly the declared ones."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from tenants.context import as_migration, in_tenant
from tenants.errors import Conflict, NotFound
from tenants.ids import uuid7
from tenants.names import TEMPLATE_SCHEMA, group_role
from tenants.personal import list_added_only_tables
from tenants.provisioning.facts import Difference, Subject, list_differences
from tenants.provisioning.graph import tenant_graph, version_of
from tenants.provisioning.migrate import GROUPS
from tenants.provisioning.replay import replay_tables
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot, keep_snapshot, snapshot_of
from tenants.provisioning.structure import NotReplayableError, read_structure
from tenants.registry.sites import TenantInfo
from tenants.rights import list_row_rules, list_table_rights

pytestmark = pytest.mark.django_db

_TABLE_RIGHTS = """
SELECT c.relname, r.rolname, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'S', 'p') AND a.grantee <> c.relowner
GROUP BY c.relname, r.rolname
"""


def differences(tenant: TenantInfo) -> list[Difference]:
    """Compare a tenant with the template, in which Django itself ran the migrations."""
    template = Subject(TEMPLATE_SCHEMA, group_role("tenant"), tenant.schema_version)
    subject = Subject(tenant.ref.schema, tenant.ref.role, tenant.schema_version)
    with as_migration():
        found = list_differences([subject], models={tenant.schema_version: template})
    # The template serves nobody, so nobody has rights on it.
    return [one for one in found if not one.kind.startswith("right")]


def test_a_replayed_schema_equals_the_migrated_one(gladbeck: TenantInfo) -> None:
    assert differences(gladbeck) == []
    order = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s "
        "ORDER BY table_name, ordinal_position"
    )
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(order, [TEMPLATE_SCHEMA])
        migrated = cursor.fetchall()
        cursor.execute(order, [gladbeck.ref.schema])
        assert cursor.fetchall() == migrated


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("ALTER TABLE portal_notice ALTER COLUMN level SET DEFAULT 'x'", "unexpected column portal_notice.level"),
        ("ALTER TABLE portal_notice ADD COLUMN mine int", "unexpected column portal_notice.mine"),
        (
            "ALTER TABLE portal_notice RENAME CONSTRAINT portal_notice_pkey TO mine",
            "missing constraint portal_notice.portal_notice_pkey",
        ),
        ("CREATE INDEX mine ON portal_notice (level)", "unexpected index portal_notice.mine"),
        (
            "ALTER TABLE decisions_override DROP CONSTRAINT override_one_per_field",
            "missing constraint decisions_override.override_one_per_field",
        ),
        ("CREATE VIEW mine AS SELECT 1", "unexpected table mine"),
        ("CREATE SEQUENCE mine", "unexpected table mine"),
        ("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "unexpected function mine"),
        ("CREATE TYPE mine AS ENUM ('a')", "unexpected type mine"),
        ("COMMENT ON COLUMN portal_notice.level IS 'x'", "unexpected comment portal_notice.level"),
        ("ALTER TABLE portal_notice SET (fillfactor = 50)", "unexpected table portal_notice"),
        ("ALTER TABLE portal_notice ENABLE ROW LEVEL SECURITY", "unexpected table portal_notice"),
    ],
)
def test_the_comparison_sees_each_kind_of_difference(gladbeck: TenantInfo, change: str, expected: str) -> None:
    with as_migration(gladbeck.ref.schema), connection.cursor() as cursor:
        cursor.execute(change)
    assert any(str(one).startswith(f"{expected}:") for one in differences(gladbeck))


def test_a_replayed_schema_has_the_records_of_its_migrations(gladbeck: TenantInfo) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM t_gladbeck.django_migrations ORDER BY id")
        assert tuple(cursor.fetchall()) == tenant_graph().nodes


def test_rows_that_migrations_put_in_are_replayed() -> None:
    label = "Umwelt & ''Natur'' \\"
    with as_migration(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO decisions_categorylabel (id, code, language, label) VALUES (%s, 'umwelt', 'de', %s)",
            [uuid7(), label],
        )
        structure = read_structure(TEMPLATE_SCHEMA)
    snapshot = Snapshot("", (), structure.tables, structure.statements, structure.rows)
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_again")
    with as_migration("t_again"), connection.cursor() as cursor:
        replay_tables(snapshot)
        cursor.execute("SELECT code, label FROM decisions_categorylabel")
        assert cursor.fetchall() == [("umwelt", label)]


def test_references_stand_with_their_table_as_far_as_the_order_allows() -> None:
    """So a town's tables are made without a look for rows that a reference would forbid."""
    with as_migration(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE a_first (id int PRIMARY KEY, other int, code int); "
            "CREATE TABLE z_last (id int PRIMARY KEY, code int, back int CONSTRAINT to_a REFERENCES a_first (id)); "
            "ALTER TABLE a_first ADD CONSTRAINT to_z FOREIGN KEY (other) REFERENCES z_last (id); "
            "CREATE UNIQUE INDEX only_an_index ON z_last (code); "
            "CREATE TABLE b_third (id int CONSTRAINT to_a_again REFERENCES a_first (id), "
            "code int CONSTRAINT to_an_index REFERENCES z_last (code))"
        )
        structure = read_structure(TEMPLATE_SCHEMA)
    ours = re.compile("a_first|z_last|b_third")
    made = list(filter(ours.search, structure.statements))
    assert [one.split(" (")[0] for one in made] == [
        'CREATE TABLE "z_last"',
        'CREATE TABLE "a_first"',
        'CREATE TABLE "b_third"',
        "CREATE UNIQUE INDEX only_an_index ON z_last USING btree",
        'ALTER TABLE "z_last" ADD CONSTRAINT "to_a" FOREIGN KEY',
        'ALTER TABLE "b_third" ADD CONSTRAINT "to_an_index" FOREIGN KEY',
    ]
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA t_again")
    with as_migration("t_again"), connection.cursor() as cursor:
        replay_tables(Snapshot("", (), structure.tables, structure.statements, structure.rows))
        again = read_structure("t_again")
    assert list(filter(ours.search, again.statements)) == made


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("CREATE VIEW mine AS SELECT 1", "mine: a view"),
        ("CREATE SEQUENCE mine", "mine: a sequence"),
        ("CREATE TABLE mine (id bigint GENERATED ALWAYS AS IDENTITY)", "mine.id: an identity column"),
        ("CREATE TABLE mine (id regclass DEFAULT 'portal_notice'::regclass)", "mine.id: a default with a regclass"),
        ("CREATE TYPE mine AS ENUM ('a')", "mine: a type of its own"),
        ("CREATE TYPE mine AS RANGE (subtype = date)", "mine: a type of its own"),
        ("CREATE TYPE mine AS (a int)", "mine: a type of its own"),
        ("CREATE UNLOGGED TABLE mine (a int)", "mine: an unlogged table"),
        ("CREATE RULE mine AS ON DELETE TO portal_notice DO INSTEAD NOTHING", "portal_notice.mine: a rule"),
        ("CREATE POLICY mine ON portal_notice USING (true)", "portal_notice.mine: a row-level policy"),
        ("ALTER TABLE portal_notice ENABLE ROW LEVEL SECURITY", "portal_notice: row-level security"),
        ("CREATE STATISTICS mine ON id, level FROM portal_notice", "portal_notice.mine: extended statistics"),
    ],
)
def test_what_cannot_be_replayed_is_refused_by_name(change: str, named: str) -> None:
    with as_migration(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        cursor.execute(change)
        with pytest.raises(NotReplayableError, match=named):
            read_structure(TEMPLATE_SCHEMA)


@pytest.mark.parametrize("kind", ["STORED", "VIRTUAL"])
def test_a_computed_column_stays_what_it_is(kind: str) -> None:
    with as_migration(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        if kind == "VIRTUAL" and cursor.fetchone()[0] < 180_000:
            pytest.skip("PostgreSQL 18 and later")
        cursor.execute(f"CREATE TABLE mine (a int, b int GENERATED ALWAYS AS (a + 1) {kind})")
        made = next(one for one in read_structure(TEMPLATE_SCHEMA).statements if one.startswith('CREATE TABLE "mine"'))
        cursor.execute("DROP TABLE mine")
        cursor.execute(made)
        cursor.execute(
            "SELECT attgenerated::text FROM pg_attribute WHERE attrelid = 'mine'::regclass AND attname = 'b'"
        )
        assert cursor.fetchone() == (kind[0].lower(),)


def test_nothing_is_not_kept_as_a_snapshot() -> None:
    nodes = tenant_graph().nodes[:1]
    with pytest.raises(Conflict) as refused:
        keep_snapshot("tenant_that_is_gone", nodes)
    assert refused.value.code == "schema_gone"
    with pytest.raises(NotFound):
        snapshot_of(version_of(nodes))


def test_a_replay_names_no_schema_no_sequence_and_no_regclass() -> None:
    """So that it works under any search path, and on the coordinator of a Citus cluster."""
    snapshot = ensure_snapshot()
    assert snapshot.nodes == tenant_graph().nodes
    for statement in (*snapshot.statements, *snapshot.rows):
        assert not re.search(r"tenant_template|\bpublic\.|nextval|regclass|IDENTITY|TRIGGER", statement), statement
    assert all("ADD CONSTRAINT" not in one or "FOREIGN KEY" in one for one in snapshot.statements)


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
        assert {row[1] for row in rows} == {role}
        kept = list_added_only_tables()
        assert kept
        assert {row[2] for row in rows if row[0] in kept} == {"INSERT, SELECT"}
        assert {row[2] for row in rows if row[0] not in kept} == {"DELETE, INSERT, SELECT, UPDATE"}
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
