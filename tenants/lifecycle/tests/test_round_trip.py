"""Export → offboard → import brings every row and file back."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test import Client

from tenants.context import as_migration, in_tenant
from tenants.lifecycle.services import export_tenant, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, files_of, rows_of, trail_of
from tenants.outbox.services import project_waiting
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.registry.sites import directory


def _search_rows(town: Town) -> set[tuple[object, ...]]:
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, decision, link_url FROM search_decisionprojection WHERE tenant_id = %s", [town.ref.id]
        )
        return set(cursor.fetchall())


def test_export_offboard_import_restores_every_row_and_file(town: Town, folder: Path, media: Path) -> None:
    rows, files, info = rows_of(town.ref.schema), files_of(town.ref.schema), directory.snapshot().tenants[town.slug]
    assert len(files) == 2
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    trail = trail_of(town.ref.role)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    assert gone.state == "done"
    with as_migration():
        assert not schema_exists(town.ref.schema)
        assert not role_exists(town.ref.role)
    assert files_of(town.ref.schema) == {}
    assert Client(headers={"host": town.host}).get("/").status_code == 404

    done = import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))

    assert done.left_out_hosts == ()
    assert rows_of(town.ref.schema) == rows
    assert files_of(town.ref.schema) == files
    assert trail_of(town.ref.role)[: len(trail)] == trail
    assert directory.reload().tenants[town.slug] == info
    assert Client(headers={"host": town.host}).get("/").status_code == 200
    again = export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "again.tar.gz")
    before = {one.path: one.sha256 for one in done.manifest.members if one.kind in {"table", "file"}}
    assert {one.path: one.sha256 for one in again.manifest.members if one.kind in {"table", "file"}} == before


def test_search_hears_of_the_decisions_again(town: Town, folder: Path) -> None:
    with in_tenant(town.ref):
        from catalog.decisions.services import republish_decisions  # noqa: PLC0415

        republish_decisions(actor=SYSTEM)
    project_waiting()
    before = _search_rows(town)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    assert _search_rows(town) == set()
    import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))
    project_waiting()
    project_waiting()
    assert _search_rows(town) == before
