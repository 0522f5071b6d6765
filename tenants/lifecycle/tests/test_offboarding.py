"""A town leaves: closed, exported, waited for, removed without a trace, and proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from federation.devstack import pytest_plugin
from shared_services.portal.models import Notice
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.lifecycle import filestore, offboarding
from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.selectors import list_offboardings, list_towns_without_district_after
from tenants.lifecycle.services import (
    cancel_offboarding,
    export_tenant,
    finish_due,
    import_tenant,
    offboard,
    verify_archive,
)
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin, files_of, names_in, rows_of
from tenants.provisioning import services as provisioning
from tenants.provisioning.requests import OnboardingRequest
from tenants.registry.models import Tenant


def test_it_closes_exports_and_waits(town: Town, folder: Path) -> None:
    begun = begin(town, folder)
    assert begun.state == "waiting"
    assert begun.due_at is not None
    assert dt.timedelta(days=29) < begun.due_at - timezone.now() < dt.timedelta(days=31)
    assert verify_archive(Path(begun.archive_path)).totals == begun.counts
    for path in ("/", "/verwaltung/", "/verwaltung/anmelden/"):
        assert Client(headers={"host": town.host}).get(path).status_code == 503
    again = offboard(actor=SYSTEM, slug=town.slug)
    assert (again.id, again.state) == (begun.id, "waiting")
    assert names_in(folder) == [Path(begun.archive_path).name]
    assert [row["slug"] for row in list_offboardings()] == [town.slug]


def test_the_archive_is_the_last_word(town: Town, folder: Path) -> None:
    """What a late task changes is never deleted unexported: there is a new archive, and time to fetch it."""
    archives = [begin(town, folder, wait_days=0).archive_path]
    late: list[Callable[[], object]] = [
        lambda: Notice.objects.update(texts={"de": {"title": "Nachzügler"}}),
        lambda: default_storage.save("uploads/late.pdf", ContentFile(b"late")),
        lambda: record(actor=SYSTEM, action="late.task"),
    ]
    rows, files = rows_of(town.ref.schema), files_of(town.ref.schema)
    for change in late:
        with in_tenant(town.ref):
            change()
        rows, files = rows_of(town.ref.schema), files_of(town.ref.schema)
        anew = offboard(actor=SYSTEM, slug=town.slug)
        archives.append(anew.archive_path)
        assert anew.state == "waiting"
        assert (rows_of(town.ref.schema), files_of(town.ref.schema)) == (rows, files)
    assert sorted(names_in(folder)) == sorted({Path(one).name for one in archives})
    assert len(set(archives)) == 4
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert done.state == "done"
    import_tenant(actor=SYSTEM, archive=Path(done.archive_path))
    assert (rows_of(town.ref.schema), files_of(town.ref.schema)) == (rows, files)


def test_a_rollout_meanwhile_changes_nothing(town: Town, folder: Path) -> None:
    """New columns and empty new tables hold nothing of the tenant's."""
    begin(town, folder, wait_days=0)
    with as_migration(town.ref.schema), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_notice ADD COLUMN new_one text NOT NULL DEFAULT 'x'")
        cursor.execute("CREATE TABLE portal_new_one (id uuid PRIMARY KEY)")
    assert offboard(actor=SYSTEM, slug=town.slug).state == "done"


def test_called_off_it_is_again_what_it_was(town: Town, folder: Path) -> None:
    moves: dict[str, Callable[[], object]] = {
        "live": lambda: None,
        "pilot": lambda: provisioning.set_life(actor=SYSTEM, slug=town.slug, life="pilot"),
        "suspended": lambda: provisioning.suspend(actor=SYSTEM, slug=town.slug, reason="Vertrag ruht"),
    }
    begun: list[UUID] = []
    for was, move in moves.items():
        move()
        with as_operator():
            before = Tenant.objects.filter(slug=town.slug).values().get()
        rows, files = rows_of(town.ref.schema), files_of(town.ref.schema)
        begun.append(begin(town, folder).id)
        filestore.set_aside(town.ref.schema, begun[-1])
        cancel_offboarding(actor=SYSTEM, slug=town.slug)
        with as_operator():
            assert Tenant.objects.filter(slug=town.slug).values().get() == before
        assert (rows_of(town.ref.schema), files_of(town.ref.schema)) == (rows, files)
        status = 503 if was == "suspended" else 200
        assert Client(headers={"host": town.host}).get("/").status_code == status
    with pytest.raises(Conflict):
        cancel_offboarding(actor=SYSTEM, slug=town.slug)
    assert begin(town, folder).id not in begun


def test_while_it_leaves_nothing_else_moves_it(town: Town, folder: Path) -> None:
    begin(town, folder)
    calls: list[Callable[[], object]] = [
        lambda: provisioning.suspend(actor=SYSTEM, slug=town.slug, reason="x"),
        lambda: provisioning.resume(actor=SYSTEM, slug=town.slug),
        lambda: provisioning.set_life(actor=SYSTEM, slug=town.slug, life="live"),
        lambda: provisioning.onboard(actor=SYSTEM, request=OnboardingRequest(slug=town.slug, ags="05558004")),
    ]
    for call in calls:
        with pytest.raises(Conflict):
            call()
    with pytest.raises(InvalidInput):
        provisioning.set_life(actor=SYSTEM, slug="gladbeck", life="offboarding")


def test_without_its_archive_nothing_is_removed(town: Town, folder: Path) -> None:
    other = export_tenant(actor=SYSTEM, slug=town.slug, target=folder / "other.tar.gz").path
    path = Path(begin(town, folder, wait_days=0).archive_path)
    original = path.read_bytes()
    for wrong in (None, original[:-100], other.read_bytes()):
        path.unlink()
        if wrong is not None:
            path.write_bytes(wrong)
        with pytest.raises(Conflict) as refused:
            offboard(actor=SYSTEM, slug=town.slug)
        assert "nichts gelöscht" in refused.value.user_message
        assert rows_of(town.ref.schema)
        path.write_bytes(original)
    assert offboard(actor=SYSTEM, slug=town.slug).state == "done"


def test_what_is_due_is_finished_each_for_itself(town: Town, folder: Path) -> None:
    begin(town, folder)
    assert finish_due(actor=SYSTEM) == ([], {})
    with as_migration():
        Offboarding.objects.update(due_at=timezone.now() - dt.timedelta(seconds=1))
    path = next(folder.glob("*.tar.gz"))
    kept = path.rename(folder / "elsewhere")
    done, refused = finish_due(actor=SYSTEM)
    assert (done, list(refused)) == ([], [town.slug])
    kept.rename(path)
    done, refused = finish_due(actor=SYSTEM)
    assert ([row.state for row in done], refused) == (["done"], {})
    with pytest.raises(NotAllowed):
        finish_due(actor=Actor(kind="operator"))


def test_one_broken_departure_holds_up_no_other(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(town, folder, wait_days=0)
    monkeypatch.setattr(offboarding, "remove", lambda **_options: 1 // 0)
    done, refused = finish_due(actor=SYSTEM)
    assert (done, list(refused)) == ([], [town.slug])
    assert "ZeroDivisionError" in refused[town.slug].user_message


def test_only_its_own_operator_may(town: Town, folder: Path, operator_of: Callable[[str], Actor]) -> None:
    stranger = operator_of("emscher-lippe")
    for call in (
        lambda: offboard(actor=stranger, slug=town.slug, archive_dir=folder),
        lambda: cancel_offboarding(actor=stranger, slug=town.slug),
        lambda: offboard(actor=SYSTEM, slug="atlantis", archive_dir=folder),
    ):
        with pytest.raises(NotFound):
            call()
    begin(town, folder, wait_days=0)
    offboard(actor=SYSTEM, slug=town.slug)
    with pytest.raises(NotFound):
        offboard(actor=stranger, slug=town.slug)


def test_it_needs_a_folder_and_a_period(town: Town, folder: Path) -> None:
    for archive_dir, days in ((None, 30), (folder / "nowhere", 30), (folder, -1)):
        with pytest.raises(InvalidInput):
            offboard(actor=SYSTEM, slug=town.slug, archive_dir=archive_dir, wait_days=days)
    assert Client(headers={"host": town.host}).get("/").status_code == 200


def test_towns_of_a_district_are_without_one(town: Town, folder: Path) -> None:
    assert "Ascheberg" in list_towns_without_district_after("kreis-coesfeld")
    with as_operator():
        district = Tenant.objects.get(slug="kreis-coesfeld")
        other = Tenant.objects.exclude(district=None).exclude(district=district).first()
    assert other is not None
    with as_migration():
        # The town of this test plays the district: other databases use the demo's roles.
        Tenant.objects.filter(id=other.id).update(district_id=town.ref.id)
    begin(town, folder, wait_days=0)
    offboard(actor=SYSTEM, slug=town.slug)
    with as_operator():
        assert Tenant.objects.get(id=other.id).district_id is None


def test_a_role_that_another_database_uses_stops_it(town: Town, folder: Path) -> None:
    """As when a copy of the database has been restored on the same server."""
    begin(town, folder, wait_days=0)
    name = pytest_plugin.database_name("_copy")
    admin = pytest_plugin.admin_url()
    pytest_plugin.copy_database(name)
    try:
        with psycopg.connect(str(admin.with_login(admin.user, admin.password, name=name)), autocommit=True) as copy:
            copy.execute(f"GRANT USAGE ON SCHEMA public TO {town.ref.role}")
        with pytest.raises(Conflict) as refused:
            offboard(actor=SYSTEM, slug=town.slug)
        assert refused.value.code == "role_in_use"
        assert rows_of(town.ref.schema)
    finally:
        pytest_plugin.drop_database(name)
    assert offboard(actor=SYSTEM, slug=town.slug).state == "done"
