"""Dangers are found wherever they stand in a migration's SQL."""

from __future__ import annotations

import pytest

from tenants.rollout.dangers import find_dangers

TABLES = {"portal_notice", "portal_feedback"}


def found(sql: str) -> set[tuple[str, str]]:
    return {(one.code, one.table) for one in find_dangers(sql, rewrites=[], existing=TABLES)}


@pytest.mark.parametrize(
    "sql",
    [
        "-- makes it faster\nCREATE INDEX mine ON portal_notice (level)",
        "/* makes it\n faster */ CREATE INDEX mine ON portal_notice (level)",
        "SELECT 1; CREATE INDEX mine ON portal_notice (level);",
        "COMMENT ON TABLE portal_notice IS 'a; b'; -- and; then\nCREATE UNIQUE INDEX mine ON \"portal_notice\" (level)",
        "CREATE /* not CONCURRENTLY */ INDEX mine ON portal_notice (level)",
    ],
)
def test_a_comment_or_another_statement_hides_nothing(sql: str) -> None:
    assert found(sql) == {("index_blocks_writes", "portal_notice")}


def test_each_statement_is_looked_at() -> None:
    sql = """
    UPDATE portal_notice SET updated_by = '';
    ALTER TABLE ONLY portal_feedback ALTER COLUMN message SET NOT NULL;
    ALTER TABLE IF EXISTS portal_notice ADD CONSTRAINT once UNIQUE (level);
    DELETE FROM portal_notice;
    """
    assert found(sql) == {
        ("rows_in_schema_step", "portal_notice"),
        ("not_null_scans", "portal_feedback"),
        ("index_blocks_all", "portal_notice"),
    }


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- CREATE INDEX mine ON portal_notice (level)",
        "COMMENT ON TABLE portal_notice IS 'x; CREATE INDEX mine ON portal_notice (level)'",
        "CREATE INDEX CONCURRENTLY mine ON portal_notice (level)",
        "ALTER TABLE portal_notice ADD CONSTRAINT c CHECK (level <> '') NOT VALID; SELECT 1",
        "CREATE INDEX mine ON portal_new (level)",
    ],
)
def test_what_only_looks_like_it_is_no_danger(sql: str) -> None:
    assert found(sql) == set()
