"""An archive becomes a whole tenant or nothing, under which name and where, and never by running what is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from tenants.lifecycle import filestore
from tenants.lifecycle.errors import ArchiveDamaged
from tenants.lifecycle.services import Wish, export_tenant, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, files_of, names_in, rows_of, trail_of
from tenants.lifecycle.tests.repacking import contents_of, pack, repack
from tenants.names import schema_name, tenant_role
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.registry.models import Domain, Generation, Tenant, TenantCode
from tenants.registry.sites import directory


@pytest.fixture
def archive(town: Town, folder: Path) -> Path:
    """Return the archive of a town that is still there."""
    return export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "a.tar.gz").path


@pytest.fixture
def orphan(town: Town, folder: Path) -> Path:
    """Return the archive of a town that has left."""
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    return Path(offboard(actor=SYSTEM, slug=town.slug).archive_path)


def assert_nothing_of(slug: str) -> None:
    """Nothing is left of a refused import."""
    schema = schema_name(slug)
    with as_migration():
        assert not schema_exists(schema)
        assert not role_exists(tenant_role(schema))
        assert not Tenant.objects.filter(slug=slug).exists()
        assert not Domain.objects.filter(domain__startswith=slug).exists()
        assert not Generation.objects.filter(scope=tenant_role(schema)).exists()
        assert not AuditEntry.objects.filter(action="tenant.imported").exists()
    assert not [name for name in names_in(filestore.media_root()) if schema in name]


def test_under_another_name_it_is_the_same_municipality(town: Town, orphan: Path) -> None:
    new = f"{town.slug}-neu"
    done = import_tenant(actor=SYSTEM, archive=orphan, wish=Wish(slug=new))
    assert (done.tenant.slug, done.host) == (new, f"{new}.localhost")
    assert done.left_out_hosts == (town.host,)
    found = directory.reload().tenants[new]
    assert (found.id, found.ags, found.life) == (town.ref.id, "05558004", "live")
    assert Client(headers={"host": done.host}).get("/").status_code == 200


def test_beside_its_original_it_is_a_training_copy_of_its_own(town: Town, archive: Path) -> None:
    new = f"{town.slug}-kopie"
    done = import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=new, is_training=True))
    copy = directory.reload().tenants[new]
    assert copy.id != town.ref.id
    assert (copy.is_training, copy.ags, copy.is_listed) == (True, "05558004", False)
    assert rows_of(copy.ref.schema) == rows_of(town.ref.schema)
    assert files_of(copy.ref.schema) == files_of(town.ref.schema)
    # The trail came along under new keys; each town sees its own only.
    with in_tenant(copy.ref):
        entries = AuditEntry.objects.filter(action="catalog.override.set")
        assert {entry.tenant_id for entry in entries} == {copy.id}
        assert entries.count() == 3
    assert len(trail_of(copy.ref.role)) == done.manifest.by_path["shared/audit_auditentry.csv"].rows + 1


def test_a_name_a_host_or_a_key_that_is_taken_is_refused(town: Town, archive: Path) -> None:
    new = f"{town.slug}-kopie"
    wishes = [
        (Wish(), "slug_taken"),
        (Wish(slug="gladbeck", is_training=True), "slug_taken"),
        (Wish(slug=new), "ags_taken"),
        (Wish(slug=new, is_training=True, host="gladbeck.localhost"), "host_taken"),
        (Wish(slug="Ä", is_training=True), "invalid_input"),
        (Wish(slug=new, is_training=True, host="kein host"), "invalid_input"),
        (Wish(slug=new, is_training=True, region_slug="ruhr"), "not_found"),
    ]
    for wish, code in wishes:
        with pytest.raises(DomainError) as refused:
            import_tenant(actor=SYSTEM, archive=archive, wish=wish)
        assert refused.value.code == code, wish
    assert_nothing_of(new)


def test_operators_import_into_their_own_regions_only(
    town: Town, archive: Path, operator_of: Callable[[str], Actor]
) -> None:
    wish = Wish(slug=f"{town.slug}-kopie", is_training=True)
    with pytest.raises(NotAllowed):
        import_tenant(actor=operator_of("emscher-lippe"), archive=archive, wish=wish)
    assert import_tenant(actor=operator_of("muensterland"), archive=archive, wish=wish).tenant.is_training


def test_another_region_gives_another_host(town: Town, archive: Path) -> None:
    wish = Wish(slug=f"{town.slug}-kopie", is_training=True, region_slug="emscher-lippe", host="probe.localhost")
    done = import_tenant(actor=SYSTEM, archive=archive, wish=wish)
    found = directory.reload().tenants[done.tenant.slug]
    assert (found.region_slug, found.host) == ("emscher-lippe", "probe.localhost")
    assert found.operator == directory.snapshot().regions["emscher-lippe"].operator


def _newer(document: Any) -> None:
    document["schema"]["migrations"].append(["portal", "0999_from_the_future"])


def _other_column(document: Any) -> None:
    row = next(one for one in document["members"] if one["path"] == "data/portal_notice.csv")
    row["columns"][0] = "surprise"


def test_what_does_not_fit_leaves_nothing(town: Town, archive: Path, folder: Path) -> None:
    accounts = contents_of(archive)["data/staff_staffaccount.csv"]
    header, row = accounts.split(b"\n", 1)
    cases: list[tuple[str, dict[str, bytes], Callable[[Any], None] | None, type[DomainError]]] = [
        ("newer version", {}, _newer, InvalidInput),
        ("other column", {}, _other_column, Conflict),
        ("broken rows", {"data/portal_notice.csv": b"id,level\n1\n"}, None, ArchiveDamaged),
        ("twice the same", {"data/staff_staffaccount.csv": header + b"\n" + row + row}, None, ArchiveDamaged),
        ("no registry", {"settings/registry.json": b"{}"}, None, ArchiveDamaged),
        ("broken trail", {"shared/audit_auditentry.csv": b"id\nx\n"}, None, ArchiveDamaged),
    ]
    new = f"{town.slug}-kopie"
    for name, changes, manifest, error in cases:
        forged = repack(archive, folder / f"{name}.tar.gz", changes=changes, manifest=manifest)
        with pytest.raises(DomainError) as refused:
            import_tenant(actor=SYSTEM, archive=forged, wish=Wish(slug=new, is_training=True))
        assert type(refused.value) is error, name
        assert_nothing_of(new)


def test_an_archive_of_an_older_version_comes_at_its_version(town: Town, archive: Path, folder: Path) -> None:
    """As if it had been written before this deployment had the portal's tables: a rollout brings them."""

    def older(document: Any) -> None:
        document["schema"]["migrations"] = [one for one in document["schema"]["migrations"] if one[0] != "portal"]
        document["members"] = [one for one in document["members"] if "portal_" not in one["path"]]

    contents = {name: data for name, data in contents_of(archive).items() if "data/portal_" not in name}
    old = repack(pack(folder / "fewer.tar.gz", contents), folder / "old.tar.gz", changes={}, manifest=older)
    done = import_tenant(actor=SYSTEM, archive=old, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    assert not [table for table in rows_of(done.tenant.schema_name) if table.startswith("portal_")]
    assert done.tenant.schema_version != directory.snapshot().tenants[town.slug].schema_version
    assert Client(headers={"host": done.host}).get("/").status_code == 503


def test_sql_in_an_archive_is_never_run(town: Town, archive: Path, folder: Path) -> None:
    evil = b"DROP SCHEMA public CASCADE;\n"
    forged = repack(archive, folder / "forged.tar.gz", changes={"schema.sql": evil, "README.txt": evil})
    done = import_tenant(actor=SYSTEM, archive=forged, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    assert Client(headers={"host": done.host}).get("/").status_code == 200


def test_what_a_killed_import_left_of_files_is_replaced(town: Town, archive: Path) -> None:
    schema = schema_name(f"{town.slug}-kopie")
    for leftover in (f".arriving-{schema}", f".replaced-{schema}", schema):
        (filestore.media_root() / leftover / "old").mkdir(parents=True)
        (filestore.media_root() / leftover / "old" / "secret.pdf").write_bytes(b"of nobody")
    import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    assert files_of(schema) == files_of(town.ref.schema)
    assert names_in(filestore.media_root()) == sorted([schema, town.ref.schema])


def test_a_suspended_town_comes_back_suspended_and_its_copy_open(town: Town, folder: Path) -> None:
    from tenants.provisioning.services import suspend  # noqa: PLC0415

    suspend(actor=SYSTEM, slug=town.slug, reason="Vertrag ruht")
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    gone = Path(offboard(actor=SYSTEM, slug=town.slug).archive_path)
    import_tenant(actor=SYSTEM, archive=gone)
    with as_operator():
        row = Tenant.objects.get(slug=town.slug)
    assert (row.life, row.life_before, row.suspended_reason) == ("suspended", "live", "Vertrag ruht")
    copy = import_tenant(actor=SYSTEM, archive=gone, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    with as_operator():
        assert Tenant.objects.get(id=copy.tenant.id).life == "live"


def test_a_town_finds_its_district_and_a_district_its_towns(town: Town, folder: Path) -> None:
    with as_operator():
        district = Tenant.objects.get(slug=town.slug).district
        assert district is not None
        archive = export_tenant(actor=SYSTEM, slug=district.slug, target=folder).path
        assert json.loads(contents_of(archive)["settings/registry.json"])["kind"] == "district"
    with as_migration():
        Tenant.objects.filter(district=district).update(district=None)
        TenantCode.objects.filter(tenant=district).update(ags="05999000")
        Tenant.objects.filter(id=district.id).update(schema_name="t_elsewhere", slug="elsewhere")
        Domain.objects.filter(tenant=district).delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA {schema_name(district.slug)} RENAME TO t_elsewhere")
    done = import_tenant(actor=SYSTEM, archive=archive)
    with as_operator():
        assert Tenant.objects.get(slug=town.slug).district_id == done.tenant.id


def test_an_archive_that_is_not_there_is_said_to_be_missing(town: Town, folder: Path) -> None:
    with pytest.raises(NotFound):
        import_tenant(actor=SYSTEM, archive=folder / "nowhere.tar.gz")
