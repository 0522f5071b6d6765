"""Schemas against their version: some tables looked at singly are looked at like all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pytest
from django.db import connection

from tenants.context import as_migration
from tenants.names import group_role
from tenants.provisioning.drift import find_drift
from tenants.provisioning.excerpt import excerpt_of
from tenants.provisioning.facts import Difference, Subject, list_differences
from tenants.provisioning.models import SchemaSnapshot
from tenants.provisioning.replay import replay_schema
from tenants.provisioning.snapshot import Snapshot, snapshot_of
from tenants.provisioning.structure import read_structure
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

VERSION: Final = "d" * 64
# One to look at, with everything that a table can have; what it refers to, one way and another; and two that have
# nothing to do with it, the second but for its name.
TABLES: Final = """
CREATE TABLE kind (id int PRIMARY KEY, code int, looks_at int);
CREATE UNIQUE INDEX kind_code ON kind (code);
CREATE INDEX kind_looks_at ON kind (looks_at);
CREATE TABLE other_kind (id int PRIMARY KEY);
CREATE TABLE looked_at (
    id int PRIMARY KEY,
    kind_id int NOT NULL CONSTRAINT to_kind REFERENCES kind (id),
    code int CONSTRAINT to_code REFERENCES kind (code),
    parent_id int CONSTRAINT to_itself REFERENCES looked_at (id),
    state varchar(20) COLLATE "C" DEFAULT 'new' CONSTRAINT known_state CHECK (state IN ('new', 'done')),
    twice int GENERATED ALWAYS AS (id * 2) STORED,
    CONSTRAINT one_per_kind UNIQUE (kind_id, state)
) WITH (fillfactor = 90);
ALTER TABLE kind ADD CONSTRAINT back FOREIGN KEY (looks_at) REFERENCES looked_at (id);
ALTER TABLE looked_at ADD CONSTRAINT not_yet CHECK (id > 0) NOT VALID;
CREATE INDEX "Looked at ON kind" ON looked_at (state) WHERE code IS NOT NULL;
COMMENT ON TABLE looked_at IS 'what is looked at';
COMMENT ON COLUMN looked_at.state IS 'where it is; done is the last';
CREATE TABLE beside (id int PRIMARY KEY, title text DEFAULT '');
CREATE TABLE "Odd name" (id int PRIMARY KEY, looked_at_id int REFERENCES looked_at (id));
"""


@pytest.fixture
def replayed() -> Subject:
    """Return a schema that is as its version says, and holds no more than these tables."""
    with as_migration("t_first"), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA t_first; {TABLES}")
        structure = read_structure("t_first")
    with as_migration():
        SchemaSnapshot.objects.create(
            version=VERSION,
            nodes=[],
            tables=list(structure.tables),
            statements=list(structure.statements),
            rows=list(structure.rows),
        )
    role = group_role("tenant")
    replay_schema("t_again", snapshot_of(VERSION), role=role)
    return Subject("t_again", role, VERSION)


def change(statement: str) -> None:
    with as_migration("t_again"), connection.cursor() as cursor:
        cursor.execute(statement)


def beside_the_whole(subject: Subject, tables: Sequence[str]) -> list[Difference]:
    """Compare these tables with a model that has all tables."""
    replay_schema("t_model", snapshot_of(VERSION), role=subject.role)
    model = Subject("t_model", subject.role, VERSION)
    with as_migration():
        return list_differences([subject], models={VERSION: model}, tables=tables)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE looked_at ADD COLUMN mine int", "unexpected column looked_at.mine"),
        ("ALTER TABLE looked_at DROP COLUMN twice", "missing column looked_at.twice"),
        ("ALTER TABLE looked_at ALTER state TYPE varchar(30)", "missing column looked_at.state"),
        ("ALTER TABLE looked_at ALTER state DROP DEFAULT", "missing column looked_at.state"),
        ("ALTER TABLE looked_at ALTER kind_id DROP NOT NULL", "missing column looked_at.kind_id"),
        ('ALTER TABLE looked_at ALTER state TYPE varchar(20) COLLATE "POSIX"', "missing column looked_at.state"),
        ("ALTER TABLE looked_at DROP CONSTRAINT to_kind", "missing constraint looked_at.to_kind"),
        ("ALTER TABLE looked_at DROP CONSTRAINT to_code", "missing constraint looked_at.to_code"),
        ("ALTER TABLE looked_at DROP CONSTRAINT to_itself", "missing constraint looked_at.to_itself"),
        (
            "ALTER TABLE looked_at DROP CONSTRAINT to_code, ADD CONSTRAINT to_code FOREIGN KEY (id) REFERENCES beside",
            "missing constraint looked_at.to_code",
        ),
        (
            "ALTER TABLE looked_at ADD CONSTRAINT mine FOREIGN KEY (code) REFERENCES beside (id)",
            "unexpected constraint looked_at.mine",
        ),
        ("ALTER TABLE looked_at DROP CONSTRAINT known_state", "missing constraint looked_at.known_state"),
        ("ALTER TABLE looked_at VALIDATE CONSTRAINT not_yet", "missing constraint looked_at.not_yet"),
        ("ALTER TABLE looked_at DROP CONSTRAINT one_per_kind", "missing constraint looked_at.one_per_kind"),
        ('DROP INDEX "Looked at ON kind"', "missing index looked_at.Looked at ON kind"),
        ("CREATE INDEX mine ON looked_at (code)", "unexpected index looked_at.mine"),
        ("COMMENT ON TABLE looked_at IS 'else'", "missing comment looked_at"),
        ("COMMENT ON COLUMN looked_at.state IS NULL", "missing comment looked_at.state"),
        ("ALTER TABLE looked_at RESET (fillfactor)", "missing table looked_at"),
        ("ALTER TABLE looked_at ENABLE ROW LEVEL SECURITY", "missing table looked_at"),
        ("CREATE POLICY mine ON looked_at USING (true)", "unexpected row policy looked_at.mine"),
        ("CREATE RULE mine AS ON DELETE TO looked_at DO INSTEAD NOTHING", "unexpected rule looked_at.mine"),
        ("CREATE STATISTICS mine ON id, state FROM looked_at", "unexpected statistics looked_at.mine"),
        (
            "CREATE TRIGGER mine BEFORE UPDATE ON looked_at EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "unexpected trigger looked_at.mine",
        ),
        ("REVOKE DELETE ON looked_at FROM {role}", "missing right looked_at.tenant"),
        ("GRANT SELECT ON looked_at TO PUBLIC", "unexpected right looked_at.everyone"),
        ("GRANT SELECT (id) ON looked_at TO PUBLIC", "unexpected right on id looked_at.everyone"),
        (
            "GRANT CREATE ON SCHEMA t_again TO {role}; ALTER TABLE looked_at OWNER TO {role}",
            "missing owner looked_at",
        ),
        ("DROP TABLE looked_at CASCADE", "missing table looked_at"),
        ("CREATE TABLE not_there_yet (id int)", "unexpected table not_there_yet"),
        # What belongs to no table is seen always.
        ("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "unexpected function mine"),
        ("CREATE TYPE mine AS ENUM ('a')", "unexpected type mine"),
        ("GRANT CREATE ON SCHEMA t_again TO PUBLIC", "unexpected right on the schema everyone"),
    ],
)
def test_one_table_is_compared_as_it_would_be_among_all(replayed: Subject, statement: str, expected: str) -> None:
    tables = ["looked_at", "not_there_yet"]
    assert find_drift([replayed], tables=tables) == []
    change(statement.format(role=replayed.role))
    found = find_drift([replayed], tables=tables)
    assert f"{expected}:" in [f"{str(one).split(':')[0]}:" for one in found]
    assert found == beside_the_whole(replayed, tables)
    among_all = find_drift([replayed])
    assert [one for one in among_all if one.table in {"", *tables}] == found


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE beside ADD COLUMN mine int",
        "ALTER TABLE beside ALTER title DROP DEFAULT",
        "GRANT SELECT ON beside TO PUBLIC",
        "ALTER TABLE kind DROP CONSTRAINT back",
        "DROP INDEX kind_looks_at",
        'DROP TABLE "Odd name"',
        "CREATE TABLE mine (id int)",
    ],
)
def test_what_is_not_looked_at_is_not_told(replayed: Subject, statement: str) -> None:
    change(statement)
    assert find_drift([replayed], tables=["looked_at"]) == []
    assert find_drift([replayed]) != [], "among all tables it is seen"


def test_every_table_of_the_product_is_as_it_should_be_by_itself(gladbeck: TenantInfo) -> None:
    """A reference or an index that the excerpt lacked would be told as unexpected."""
    subject = Subject(gladbeck.ref.schema, gladbeck.ref.role, gladbeck.schema_version)
    assert find_drift([subject]) == []
    for table in snapshot_of(gladbeck.schema_version).tables:
        assert find_drift([subject], tables=[table]) == []


def test_an_excerpt_has_what_its_tables_need_and_no_more(replayed: Subject) -> None:
    whole = snapshot_of(VERSION)
    assert whole.tables == ("Odd name", "beside", "kind", "looked_at", "other_kind")
    beside = excerpt_of(whole, ["beside", "not_there"])
    assert (beside.tables, len(beside.statements)) == (("beside",), 1)
    looked_at = excerpt_of(whole, ["looked_at"])
    assert looked_at.tables == ("kind", "looked_at")
    assert [re.split(r" \(| FOREIGN KEY| IS ", one)[0] for one in looked_at.statements] == [
        'CREATE TABLE "kind"',
        'CREATE TABLE "looked_at"',
        "CREATE UNIQUE INDEX kind_code ON kind USING btree",
        "CREATE INDEX kind_looks_at ON kind USING btree",
        'CREATE INDEX "Looked at ON kind" ON looked_at USING btree',
        'ALTER TABLE "kind" ADD CONSTRAINT "back"',
        'ALTER TABLE "looked_at" ADD CONSTRAINT "not_yet" CHECK',
        'ALTER TABLE "looked_at" ADD CONSTRAINT "to_code"',
        'COMMENT ON COLUMN "looked_at"."state"',
        'COMMENT ON TABLE "looked_at"',
    ]
    assert excerpt_of(whole, ["kind"]) == looked_at, "they refer to each other"
    assert excerpt_of(whole, ["Odd name"]).tables == ("Odd name", "kind", "looked_at")
    assert excerpt_of(whole, whole.tables) == whole
    assert excerpt_of(whole, []).statements == ()
    assert find_drift([replayed], tables=[]) == []


def test_a_snapshot_stays_whole_where_a_statements_table_cannot_be_told() -> None:
    table = 'CREATE TABLE "one" ("id" integer)'
    for statement in ("ALTER INDEX one_pkey RENAME TO other", 'CREATE TABLE "unknown" ("id" integer)'):
        snapshot = Snapshot(VERSION, (), ("one", "two"), (table, statement), ("INSERT INTO one VALUES (1)",))
        assert excerpt_of(snapshot, ["one"]) is snapshot
