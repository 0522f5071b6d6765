"""What stands in an archive, and when none is written."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from psycopg.conninfo import make_conninfo

from federation.devstack import pytest_plugin
from shared_services.portal.models import PortalProfile
from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict, ExternalTemporary, InvalidInput, NotFound
from tenants.lifecycle import exporting, filestore, tables
from tenants.lifecycle.locking import only_work_on
from tenants.lifecycle.services import export_tenant, verify_archive
from tenants.lifecycle.tests.conftest import AWKWARD, SYSTEM, Town, names_in, rows_of
from tenants.lifecycle.tests.repacking import contents_of


def test_everything_is_in_it_and_only_its_owner_may_read_it(town: Town, folder: Path) -> None:
    done = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert names_in(folder) == [done.path.name]
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert verify_archive(done.path) == done.manifest
    contents = contents_of(done.path)
    tables = {name for name in contents if name.startswith("data/")}
    assert tables == {f"data/{name}.csv" for name in rows_of(town.ref.schema)}
    files = [data for name, data in contents.items() if name.startswith("files/")]
    assert sorted(files) == [b"%PDF geheim", b"logo" * 1000]
    notes = list(csv.DictReader(io.StringIO(contents["data/portal_feedback.csv"].decode(), newline="")))
    assert [row["message"] for row in notes] == [AWKWARD]
    entry = json.loads(contents["settings/registry.json"])
    assert (entry["slug"], entry["primary_host"], entry["state"]["life"]) == (town.slug, town.host, "live")
    assert (
        AWKWARD
        in json.loads(
            next(
                row["data"]
                for row in csv.DictReader(io.StringIO(contents["shared/audit_auditentry.csv"].decode(), newline=""))
                if row["action"] == "catalog.override.set"
            )
        ).values()
    )
    assert town.slug in contents["README.txt"].decode()


def test_plain_postgresql_reads_it_without_us(town: Town, folder: Path) -> None:
    """As README.txt says: schema.sql, then each table, in any database."""
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    contents = contents_of(archive.path)
    rows = rows_of(town.ref.schema)
    name = pytest_plugin.database_name("_plain")
    admin = pytest_plugin.admin_url()
    pytest_plugin.copy_database(name)
    try:
        with psycopg.connect(str(admin.with_login(admin.user, admin.password, name=name)), autocommit=True) as plain:
            plain.execute("CREATE SCHEMA elsewhere")
            plain.execute("SET search_path TO elsewhere, extensions; SET TimeZone TO 'UTC'")
            plain.execute(contents["schema.sql"].decode())
            plain.execute("SET session_replication_role TO replica")  # any order of tables
            for member in archive.manifest.of_kind("table"):
                columns = ", ".join(f'"{column}"' for column in member.columns)
                with plain.cursor().copy(
                    f"COPY {member.name} ({columns}) FROM STDIN WITH (FORMAT csv, HEADER)"
                ) as copy:
                    copy.write(contents[member.path])
                found = plain.execute(f"SELECT t::text FROM {member.name} t ORDER BY 1").fetchall()  # noqa: S608
                assert [row[0] for row in found] == rows[member.name]
    finally:
        pytest_plugin.drop_database(name)


def test_both_trails_say_who_took_the_data_out(town: Town, folder: Path) -> None:
    done = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    with as_operator():
        entry = AuditEntry.objects.get(action="tenant.exported", tenant_id=town.ref.id)
    assert entry.data["sha256"] == done.sha256
    with in_tenant(town.ref):
        assert AuditEntry.objects.filter(action="support.acted", data__action="tenant.exported").count() == 1


def test_a_file_that_a_row_names_and_nobody_has_is_named(town: Town, folder: Path) -> None:
    with in_tenant(town.ref):
        logo = PortalProfile.objects.get().logo
        default_storage.delete(logo)
    (filestore.folder_of(town.ref.schema) / "link").symlink_to("/etc/passwd")
    manifest = export_tenant(actor=SYSTEM, slug=town.slug, target=folder).manifest
    assert [(row["table"], row["column"], row["file"]) for row in manifest.missing_files] == [
        ("portal_portalprofile", "logo", logo)
    ]
    assert manifest.left_out_files == ("link",)
    assert not any("link" in member.path for member in manifest.members)


def test_what_is_not_possible_leaves_no_file(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch, operator_of: Callable[[str], Actor]
) -> None:
    with pytest.raises(NotFound):
        export_tenant(actor=SYSTEM, slug="atlantis", target=folder)
    with pytest.raises(NotFound):
        export_tenant(actor=operator_of("emscher-lippe"), slug=town.slug, target=folder)
    with pytest.raises(InvalidInput):
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "nowhere" / "x.tar.gz")
    with monkeypatch.context() as broken:
        broken.setattr(tables, "list_tables", _cancelled)
        with pytest.raises(ExternalTemporary) as told:
            export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert (told.value.code, "statement timeout" in told.value.user_message) == ("database_refused", True)
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {town.ref.schema}.made_by_hand (id integer)")
    with pytest.raises(Conflict) as refused:
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert refused.value.code == "schema_drift"
    assert "made_by_hand" in refused.value.user_message
    assert names_in(folder) == []


def _cancelled(_schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO 10")
        cursor.execute("SELECT pg_sleep(5)")


def test_one_work_at_a_time_on_one_tenant(town: Town, folder: Path) -> None:
    other = _as_somebody_else()
    with other, only_work_on("somebody-else"):
        other.execute("SELECT pg_advisory_lock(7215002, hashtext(%s))", [town.slug])
        with pytest.raises(Conflict) as refused:
            export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
        assert refused.value.code == "lifecycle_busy"
        other.execute("SELECT pg_advisory_unlock(7215002, hashtext(%s))", [town.slug])
    export_tenant(actor=SYSTEM, slug=town.slug, target=folder)


def _as_somebody_else() -> psycopg.Connection[tuple[object, ...]]:
    """Return a session of its own, with the application's login."""
    parameters = connection.get_connection_params()
    return psycopg.connect(make_conninfo(**{key: value for key, value in parameters.items() if isinstance(value, str)}))


def test_a_writer_that_does_not_end_is_waited_for_no_longer_than_said(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only for the last word: a plain export reads beside writers."""
    tenant = exporting.managed_tenant(SYSTEM, town.slug)
    original = tables.lock_tables
    monkeypatch.setattr(tables, "lock_tables", lambda *a, **k: original(*a, **k, timeout_seconds=1))
    with _as_somebody_else() as writer:
        writer.execute(f"SET ROLE {town.ref.role}")
        writer.execute(f"UPDATE {town.ref.schema}.portal_notice SET level = 'warning'")  # noqa: S608
        exporting.write_archive(tenant, target=folder / "beside.tar.gz")
        with pytest.raises(Conflict) as refused:
            exporting.write_archive(tenant, target=folder / "last-word.tar.gz", waits_for_writers=True)
        assert refused.value.code == "tables_busy"
    assert names_in(folder) == ["beside.tar.gz"]


def test_all_rows_are_of_one_moment(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is committed while the first table is read is in none of the later ones."""
    copy_out = tables.copy_out
    before = rows_of(town.ref.schema)["staff_staffaccount"]

    def and_somebody_writes(table: object, rules: object = None) -> object:
        with _as_somebody_else() as writer:
            writer.execute(f"SET ROLE {town.ref.role}")
            writer.execute(
                f"INSERT INTO {town.ref.schema}.staff_staffaccount "  # noqa: S608
                "(id, password, email, name, is_active, session_epoch, created_at, roles) "
                "VALUES (%s, '', %s, '', false, 0, now(), '{}')",
                [uuid4(), f"{uuid4()}@x.example"],
            )
        return copy_out(table, rules)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "copy_out", and_somebody_writes)
    done = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert done.manifest.by_path["data/staff_staffaccount.csv"].rows == len(before)
    assert len(rows_of(town.ref.schema)["staff_staffaccount"]) > len(before)
