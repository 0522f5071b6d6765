"""A full disk, a lost connection or a killed process leaves the old state or the new one, and the next run finishes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tenants.context import as_migration, as_operator
from tenants.errors import ExternalTemporary
from tenants.lifecycle import filestore
from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.services import (
    Wish,
    cancel_offboarding,
    clone_tenant,
    export_tenant,
    import_tenant,
    offboard,
    verify_archive,
)
from tenants.lifecycle.tests.conftest import SYSTEM, Town, files_of, names_in, rows_of
from tenants.lifecycle.tests.faults import When, cut_off, kill_in, run_with_small_disk
from tenants.names import schema_name, tenant_role
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.registry.models import Tenant
from tenants.registry.sites import directory

EXPORT_POINTS: list[tuple[str, When]] = [
    ("exporting:_write_files", "before"),
    ("exporting:verify_archive", "before"),
    ("exporting:verify_archive", "after"),
]
IMPORT_POINTS: list[tuple[str, When]] = [
    ("filestore:stage_file", "after"),
    ("importing:register", "after"),
    ("importing:ensure_role", "after"),
    ("importing:replay_schema", "after"),
    ("tables:copy_in", "after"),
    ("sharedrows:copy_in_trail", "after"),
    ("filestore:place_staged", "before"),
    ("filestore:place_staged", "after"),
]
BEGIN_POINTS: list[tuple[str, When]] = [
    ("offboarding:life_of", "after"),
    ("offboarding:write_archive", "before"),
    ("exporting:verify_archive", "after"),
    ("offboarding:write_archive", "after"),
    ("offboarding:record", "after"),
]
REMOVE_POINTS: list[tuple[str, When]] = [
    ("finishing:_require_intact", "after"),
    ("filestore:set_aside", "after"),
    ("finishing:require_same_rows", "after"),
    ("removal:_drop_schema", "after"),
    ("removal:_drop_role", "after"),
    ("finishing:touch_registry", "after"),
    ("filestore:remove_aside", "before"),
    ("valkey:remove_keys", "after"),
    ("finishing:_left", "after"),
    ("finishing:write_proof", "after"),
]


@pytest.fixture
def copy_slug(town: Town) -> str:
    """Return the name of the town that an import makes."""
    return f"{town.slug}-kopie"


@pytest.fixture
def import_copy(town: Town, folder: Path, copy_slug: str) -> Callable[[], object]:
    """Return the work of importing the town beside itself."""
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "a.tar.gz").path
    return lambda: import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=copy_slug, is_training=True))


def assert_not_there(slug: str) -> None:
    """No trace of a tenant in the database."""
    with as_migration():
        assert not schema_exists(schema_name(slug))
        assert not role_exists(tenant_role(schema_name(slug)))
        assert not Tenant.objects.filter(slug=slug).exists()


def state_of(town: Town) -> str:
    """Return how far a departure is."""
    with as_operator():
        found = Offboarding.objects.filter(tenant_id=town.ref.id).first()
    return found.state if found else "none"


def test_a_killed_export_leaves_no_archive(town: Town, folder: Path) -> None:
    def work() -> object:
        return export_tenant(actor=SYSTEM, slug=town.slug, target=folder)

    for point, when in EXPORT_POINTS:
        kill_in(work, point=point, when=when)
        assert list(folder.glob("*.tar.gz")) == []
        assert all(name.startswith(".") for name in names_in(folder))
    done = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert names_in(folder) == [done.path.name]


def test_a_killed_import_leaves_no_tenant(town: Town, copy_slug: str, import_copy: Callable[[], object]) -> None:
    for point, when in IMPORT_POINTS:
        kill_in(import_copy, point=point, when=when)
        assert_not_there(copy_slug)
    directory.forget()
    import_copy()
    copy = directory.reload().tenants[copy_slug]
    assert rows_of(copy.ref.schema) == rows_of(town.ref.schema)
    assert files_of(copy.ref.schema) == files_of(town.ref.schema)
    assert names_in(filestore.media_root()) == sorted([town.ref.schema, copy.ref.schema])


def test_a_killed_clone_leaves_no_copy(town: Town, copy_slug: str) -> None:
    def work() -> object:
        return clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=copy_slug)

    for point in ("cloning:write_archive", "filestore:place_staged"):
        kill_in(work, point=point, when="after")
        assert_not_there(copy_slug)
    directory.forget()
    work()
    assert names_in(filestore.media_root()) == sorted([town.ref.schema, schema_name(copy_slug)])


def test_a_killed_departure_goes_on_where_it_was(town: Town, folder: Path) -> None:
    rows, files = rows_of(town.ref.schema), files_of(town.ref.schema)

    def begin() -> object:
        return offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)

    states = []
    for point, when in BEGIN_POINTS:
        kill_in(begin, point=point, when=when)
        states.append(state_of(town))
        assert rows_of(town.ref.schema) == rows
    assert states == ["none", "begun", "begun", "begun", "begun"]
    directory.forget()
    waiting = offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    assert verify_archive(Path(waiting.archive_path)).totals == waiting.counts
    states = []
    for point, when in REMOVE_POINTS:
        kill_in(begin, point=point, when=when)
        states.append(state_of(town))
        if states[-1] == "waiting":
            assert rows_of(town.ref.schema) == rows
        else:
            assert_not_there(town.slug)
    assert states == ["waiting"] * 6 + ["removing"] * 4
    directory.forget()
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert done.state == "done"
    assert done.proof["removed"]["counts"]["files"] == len(files)
    assert names_in(filestore.media_root()) == []
    import_tenant(actor=SYSTEM, archive=Path(done.archive_path))
    assert (rows_of(town.ref.schema), files_of(town.ref.schema)) == (rows, files)


def test_a_departure_killed_half_way_can_be_called_off(town: Town, folder: Path) -> None:
    rows, files = rows_of(town.ref.schema), files_of(town.ref.schema)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    kill_in(lambda: offboard(actor=SYSTEM, slug=town.slug), point="removal:_drop_role", when="after")
    directory.forget()
    assert files_of(town.ref.schema) == {}
    cancel_offboarding(actor=SYSTEM, slug=town.slug)
    assert (rows_of(town.ref.schema), files_of(town.ref.schema)) == (rows, files)
    assert Client(headers={"host": town.host}).get("/").status_code == 200


def test_a_full_disk_leaves_nothing(
    town: Town, folder: Path, copy_slug: str, import_copy: Callable[[], object]
) -> None:
    before = names_in(folder)
    run_with_small_disk(
        lambda: export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "b.tar.gz"), largest_file_bytes=2_000
    )
    assert names_in(folder) == before
    run_with_small_disk(import_copy, largest_file_bytes=1_000)
    assert_not_there(copy_slug)
    assert names_in(filestore.media_root()) == [town.ref.schema]
    run_with_small_disk(
        lambda: offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0), largest_file_bytes=2_000
    )
    assert (state_of(town), names_in(folder)) == ("begun", before)
    directory.forget()
    assert offboard(actor=SYSTEM, slug=town.slug).state == "waiting"
    import_copy()


def test_a_lost_connection_leaves_the_old_state(
    town: Town, folder: Path, copy_slug: str, import_copy: Callable[[], object]
) -> None:
    before = names_in(folder)
    with cut_off(point="tables:copy_out", when="before"), pytest.raises(ExternalTemporary) as lost:
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "b.tar.gz")
    assert lost.value.code == "database_lost"
    assert names_in(folder) == before
    for point in ("tables:copy_in", "filestore:place_staged"):
        with cut_off(point=point, when="after"), pytest.raises(ExternalTemporary):
            import_copy()
        assert_not_there(copy_slug)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    rows = rows_of(town.ref.schema)
    with cut_off(point="removal:_drop_schema", when="after"), pytest.raises(ExternalTemporary):
        offboard(actor=SYSTEM, slug=town.slug)
    assert (state_of(town), rows_of(town.ref.schema)) == ("waiting", rows)
    assert offboard(actor=SYSTEM, slug=town.slug).state == "done"
    import_copy()
