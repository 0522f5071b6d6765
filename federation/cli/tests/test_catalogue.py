"""`verbund catalogue`."""

from __future__ import annotations

from django.db import connection

from federation.cli.tests.conftest import Run
from tenants.context import as_migration


def test_rebuild_writes_projections_anew(fresh_database: str, run: Run) -> None:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_decisionprojection")
        cursor.execute("DELETE FROM search_searchdocument")
    done = run("catalogue", "rebuild")
    assert done.exit_code == 0, done.output
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_decisionprojection WHERE figures <> '{}'")
        assert cursor.fetchone()[0] > 10
        cursor.execute("SELECT count(*) FROM search_searchdocument")
        assert cursor.fetchone()[0] >= 200
