"""Dangers are told by what a statement does, however it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tenants.provisioning.rehearsal import open_rehearsal
from tenants.rollout.dangers import Existing
from tenants.rollout.observing import ObservingSchemaEditor, read_existing

TABLES = """
CREATE TABLE place (id int PRIMARY KEY);
CREATE TABLE notice (id int PRIMARY KEY, level varchar(20) NOT NULL, sub int, "from day" date);
CREATE INDEX by_level ON notice (level);
ALTER TABLE notice ADD CONSTRAINT asked CHECK (sub > 0) NOT VALID;
CREATE TABLE "two words" (id int PRIMARY KEY, level text);
"""
Found = Callable[..., set[tuple[str, str]]]


@pytest.fixture
def found(fresh_database: str) -> Iterator[Found]:
    """Return what statements of one migration do to tables that are there before it."""
    with open_rehearsal(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        existing = read_existing()

        def run(*statements: str, is_contract: bool = True, atomic: bool = True) -> set[tuple[str, str]]:
            bound = Existing(existing.tables) if is_contract else existing
            with ObservingSchemaEditor(atomic=atomic, existing=bound) as editor:
                for statement in statements:
                    editor.execute(statement, None)
            return {(one.code, one.table) for seen in editor.statements for one in seen.dangers}

        yield run


@pytest.mark.parametrize(
    "sql",
    [
        "-- makes it faster\nCREATE INDEX mine ON notice (sub)",
        "/* makes it\n faster */ CREATE INDEX mine ON notice (sub)",
        "SELECT 1; CREATE INDEX mine ON notice (sub);",
        "COMMENT ON TABLE notice IS 'a; b'; -- and; then\nCREATE UNIQUE INDEX mine ON \"notice\" (sub)",
        "CREATE /* not CONCURRENTLY */ INDEX mine ON ONLY notice (sub)",
        "CREATE INDEX ON tenant_rehearsal.notice (sub)",
    ],
)
def test_an_index_is_found_however_it_is_written(found: Found, sql: str) -> None:
    assert found(sql) == {("index_blocks_writes", "notice")}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("ALTER TABLE notice ALTER COLUMN level TYPE char(20)", "table_rewrite"),
        ("ALTER TABLE notice ADD COLUMN u int UNIQUE", "index_blocks_all"),
        ("ALTER TABLE notice ADD UNIQUE (sub)", "index_blocks_all"),
        ("ALTER TABLE IF EXISTS notice ADD CONSTRAINT once UNIQUE (sub)", "index_blocks_all"),
        ("ALTER TABLE notice ADD CONSTRAINT alone EXCLUDE (sub WITH =)", "index_blocks_all"),
        ('ALTER TABLE notice ALTER COLUMN level TYPE varchar(20) COLLATE "C"', "index_rebuilt"),
        ("REINDEX TABLE notice", "index_rebuilt"),
        ("ALTER TABLE notice ADD COLUMN n int DEFAULT 0 NOT NULL CHECK (n >= 0)", "constraint_scans"),
        ("ALTER TABLE notice ADD COLUMN q int, ADD CONSTRAINT c CHECK (level <> chr(1))", "constraint_scans"),
        ("ALTER TABLE notice ADD CHECK (level <> 'NOT VALID')", "constraint_scans"),
        ("ALTER TABLE ONLY notice ADD FOREIGN KEY (sub) REFERENCES place", "constraint_scans"),
        ("ALTER TABLE notice ADD COLUMN p int DEFAULT 1 REFERENCES place", "constraint_scans"),
        ("LOCK TABLE notice; ALTER TABLE notice VALIDATE CONSTRAINT asked", "constraint_scans"),
        ("ALTER TABLE notice ALTER COLUMN sub SET NOT NULL", "not_null_scans"),
        ("UPDATE notice SET sub = 1", "rows_in_schema_step"),
        ("DELETE FROM ONLY notice", "rows_in_schema_step"),
        ("WITH x AS (SELECT 1) UPDATE notice SET level = level", "rows_in_schema_step"),
        ("MERGE INTO notice USING place ON notice.id = place.id WHEN MATCHED THEN DELETE", "rows_in_schema_step"),
        ("INSERT INTO tenant_rehearsal.notice VALUES (1, '', 1)", "rows_in_schema_step"),
    ],
)
def test_what_it_does_to_a_table_is_named(found: Found, sql: str, code: str) -> None:
    assert found(sql) == {(code, "notice")}


def test_code_is_named_and_what_it_was_seen_to_do(found: Found) -> None:
    assert found("/* all */ DO $$ BEGIN UPDATE notice SET sub = 1; END $$") == {
        ("unseen_code", ""),
        ("rows_in_schema_step", "notice"),
    }


def test_a_name_of_two_words_is_a_name(found: Found) -> None:
    assert found('CREATE INDEX ON "two words" (level)') == {("index_blocks_writes", "two words")}


def test_a_table_that_is_renamed_stays_the_same_table(found: Found) -> None:
    sql = ("ALTER TABLE notice RENAME TO news", "CREATE INDEX ON news (sub)")
    assert found(*sql) == {("index_blocks_writes", "notice")}


@pytest.mark.parametrize(
    "sql",
    [
        "-- CREATE INDEX mine ON notice (sub)",
        "COMMENT ON TABLE notice IS 'x; CREATE INDEX mine ON notice (sub)'",
        "ALTER TABLE notice ADD CONSTRAINT c CHECK (level <> '') NOT VALID; SELECT 1",
        "ALTER TABLE notice VALIDATE CONSTRAINT asked",
        "ALTER TABLE notice ADD COLUMN p int REFERENCES place",
        "ALTER TABLE notice ADD COLUMN n int DEFAULT 0 NOT NULL",
        "ALTER TABLE notice ALTER COLUMN level TYPE varchar(40)",
        "CREATE TABLE fresh (id int PRIMARY KEY, n int REFERENCES notice); CREATE INDEX ON fresh (n); TABLE fresh",
        "CREATE TABLE fresh (id int); INSERT INTO fresh VALUES (1)",
        "DROP TABLE notice; CREATE TABLE notice (id int); CREATE INDEX ON notice (id)",
    ],
)
def test_what_only_looks_like_it_is_no_danger(found: Found, sql: str) -> None:
    assert found(sql) == set()


def test_a_concurrent_index_blocks_nobody(found: Found) -> None:
    assert found("CREATE INDEX CONCURRENTLY mine ON notice (sub)", atomic=False) == set()


def test_not_null_that_is_proven_already_reads_nothing(found: Found) -> None:
    assert found('ALTER TABLE notice ADD CONSTRAINT day CHECK ("from day" IS NOT NULL)') == {
        ("constraint_scans", "notice")
    }
    assert found('ALTER TABLE notice ALTER COLUMN "from day" SET NOT NULL') == set()


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE notice ADD CONSTRAINT c CHECK (level <> '') NOT VALID",
        "ALTER TABLE notice ADD UNIQUE (level)",
        "ALTER TABLE notice ADD FOREIGN KEY (sub) REFERENCES place",
        "CREATE UNIQUE INDEX ON notice (lower(level))",
    ],
)
def test_what_is_asked_of_rows_that_running_code_writes_is_named(found: Found, sql: str) -> None:
    assert ("binds_running", "notice") in found(sql, is_contract=False)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE notice ADD COLUMN n int DEFAULT 0 NOT NULL CHECK (n >= 0)",
        "CREATE INDEX ON notice (lower(level))",
        "REINDEX TABLE notice",
        "ALTER TABLE notice ALTER COLUMN level TYPE text",
        "ALTER TABLE notice VALIDATE CONSTRAINT asked",
    ],
)
def test_what_running_code_does_not_write_binds_nobody(found: Found, sql: str) -> None:
    assert ("binds_running", "notice") not in found(sql, is_contract=False)
