"""What lies between *removed* and *proved*: nobody comes back too early, and nothing late stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tenants.audit.models import AuditEntry
from tenants.context import TenantRef, as_migration, in_tenant
from tenants.errors import Conflict, ExternalTemporary
from tenants.keystore import store
from tenants.lifecycle import filestore, finishing, placing, valkey
from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.services import Wish, cancel_offboarding, finish_due, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin, files_of, names_in, rows_of
from tenants.lifecycle.tests.test_data_keys import remember, remembered
from tenants.provisioning import services as provisioning
from tenants.provisioning.requests import OnboardingRequest
from tenants.registry.sites import directory


@contextmanager
def valkey_away() -> Iterator[None]:
    """Let a departure get no further than the commit of its removal."""

    def refuse(_role: str) -> int:
        raise ExternalTemporary("Valkey", code="valkey_away")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(valkey, "remove_keys", refuse)
        yield


def remove_half(town: Town, folder: Path) -> Offboarding:
    """Remove a town from the database, and nothing else of it."""
    begun = begin(town, folder, wait_days=0)
    with valkey_away(), pytest.raises(ExternalTemporary):
        offboard(actor=SYSTEM, slug=town.slug)
    return begun


def save_late(town: TenantRef) -> None:
    """Do what a closed portal should not."""
    with in_tenant(town):
        default_storage.save("uploads/late.pdf", ContentFile(b"late"))


def trail_with_names(role: str) -> list[tuple[str, object]]:
    with as_migration():
        return list(AuditEntry.objects.filter(owner_role=role).order_by("id").values_list("actor_name", "data"))


def test_it_comes_back_under_no_other_name_before_it_is_proved(town: Town, folder: Path) -> None:
    remember(town.ref)
    begun = remove_half(town, folder)
    wish = Wish(slug=f"{town.slug}-neu")
    with pytest.raises(Conflict) as refused:
        import_tenant(actor=SYSTEM, archive=Path(begun.archive_path), wish=wish)
    assert (refused.value.code, f"offboard {town.slug}“" in refused.value.user_message) == ("still_removing", True)
    assert offboard(actor=SYSTEM, slug=town.slug).state == "done"
    import_tenant(actor=SYSTEM, archive=Path(begun.archive_path), wish=wish)
    back = directory.reload().tenants[wish.slug].ref
    assert (back.id, len(remembered(back))) == (town.ref.id, 1)
    store.destroy_scope(str(back.id))


def test_what_lives_is_never_finished_off(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should one of the same id be there all the same: its keys, trail and rows are not a departure's to take."""
    remember(town.ref)
    begun = remove_half(town, folder)
    monkeypatch.setattr(placing, "_require_free", lambda *_a, **_k: None)
    import_tenant(actor=SYSTEM, archive=Path(begun.archive_path), wish=Wish(slug=f"{town.slug}-neu"))
    back = directory.reload().tenants[f"{town.slug}-neu"].ref
    assert back.id == town.ref.id
    rows, files, trail = rows_of(back.schema), files_of(back.schema), trail_with_names(back.role)
    done, refused = finish_due(actor=SYSTEM)
    assert (done, refused[town.slug].code) == ([], "came_back")
    assert f"{town.slug}-neu" in refused[town.slug].user_message
    assert (rows_of(back.schema), files_of(back.schema), trail_with_names(back.role)) == (rows, files, trail)
    assert len(remembered(back)) == 1
    with as_migration():
        assert Offboarding.objects.get(id=begun.id).state == "removing"
    store.destroy_scope(str(back.id))


def test_called_off_it_has_all_files_however_late(town: Town, folder: Path) -> None:
    begun = begin(town, folder, wait_days=0)
    filestore.set_aside(town.ref.schema, begun.id)
    save_late(town.ref)
    anew = offboard(actor=SYSTEM, slug=town.slug)
    assert (anew.state, anew.counts["files"]) == ("waiting", 3)
    cancel_offboarding(actor=SYSTEM, slug=town.slug)
    assert len(files_of(town.ref.schema)) == 3
    assert names_in(filestore.media_root()) == [town.ref.schema]


def test_both_folders_become_one_again_whatever_was_done_of_it(town: Town, folder: Path) -> None:
    begun = begin(town, folder, wait_days=0)
    filestore.set_aside(town.ref.schema, begun.id)
    save_late(town.ref)
    (filestore.folder_of(town.ref.schema) / "link").symlink_to("/etc")
    for _again in range(2):
        filestore.bring_back(town.ref.schema, begun.id)
        assert len(list(filestore.list_files(town.ref.schema))) == 4
    assert names_in(filestore.media_root()) == [town.ref.schema]


def test_a_file_that_comes_after_the_removal_goes_too(town: Town, folder: Path) -> None:
    remove_half(town, folder)
    save_late(town.ref)
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert (done.state, done.removed["files"]) == ("done", 3)
    assert names_in(filestore.media_root()) == []


@pytest.mark.parametrize("moment", ["set_aside", "require_same_rows"])
def test_a_file_that_comes_during_the_check_is_exported_first(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    begin(town, folder, wait_days=0)
    module = filestore if moment == "set_aside" else finishing
    original, seen = getattr(module, moment), set[str]()

    def and_somebody_saves(*args: object) -> object:
        done = original(*args)
        if not seen:
            seen.add(moment)
            save_late(town.ref)
        return done

    monkeypatch.setattr(module, moment, and_somebody_saves)
    anew = offboard(actor=SYSTEM, slug=town.slug)
    assert (anew.state, anew.counts["files"]) == ("waiting", 3)
    assert len(files_of(town.ref.schema)) == 3
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert (done.state, done.removed["files"]) == ("done", 3)


def test_a_file_that_is_another_under_its_name_is_exported_first(town: Town, folder: Path) -> None:
    """The proof says that every file was the same, so its contents are compared, not its name and size alone."""
    begin(town, folder, wait_days=0)
    (upload,) = filestore.folder_of(town.ref.schema).glob("uploads/*.pdf")
    upload.write_bytes(upload.read_bytes()[::-1])
    before = files_of(town.ref.schema)
    assert offboard(actor=SYSTEM, slug=town.slug).state == "waiting"
    assert files_of(town.ref.schema) == before
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert done.state == "done"
    import_tenant(actor=SYSTEM, archive=Path(done.archive_path))
    assert files_of(town.ref.schema) == before


def test_sessions_of_a_successor_stay(town: Town, folder: Path) -> None:
    remove_half(town, folder)
    provisioning.onboard(actor=SYSTEM, request=OnboardingRequest(slug=town.slug, ags="05558004", life="live"))
    successor = directory.reload().tenants[town.slug].ref
    with in_tenant(successor):
        caches["sessions"].set("key", "theirs", 600)
        default_storage.save("uploads/theirs.pdf", ContentFile(b"theirs"))
    done = offboard(actor=SYSTEM, slug=town.slug)
    assert done.state == "done"
    with in_tenant(successor):
        assert caches["sessions"].get("key") == "theirs"
    assert len(files_of(successor.schema)) == 1
