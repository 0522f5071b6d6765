"""What is sealed with people's keys can be read from an archive, comes back with it, and is gone with its town."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import tink
from tink import aead, secret_key_access

from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.sealed import PURPOSE, Remembered, find_key, new_index, new_key, seal, unseal
from shared_services.identity.tests.authenticator import Device
from shared_services.portal.models import Feedback
from shared_services.portal.sealed import read_all
from shared_services.portal.services import submit_feedback
from tenants.actors import ANONYMOUS
from tenants.context import TenantRef, in_tenant
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.lifecycle.errors import ArchiveDamaged
from tenants.lifecycle.services import Wish, clone_tenant, export_tenant, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town
from tenants.lifecycle.tests.repacking import contents_of, repack
from tenants.links import public_url
from tenants.passkeys import Place, ask_for_one
from tenants.registry.sites import directory
from tenants.staff.models import StaffAccount
from tenants.staff.selectors import account_info
from tenants.staff.services import PASSKEYS

PERSON = uuid7()
SERVICE = Remembered(uuid4(), "wohnsitz-anmelden", "Wohnsitz ämtlich anmelden")
KEYS = "shared/data_keys.csv"


def remember(town: TenantRef, service: Remembered = SERVICE, *, person: UUID = PERSON) -> None:
    with in_tenant(town):
        index = new_index(person, service.service_id)
        sealed = seal(new_key(person), service)
        Bookmark.objects.create(account_id=person, service_index=index, sealed=sealed)


def remembered(town: TenantRef) -> list[Remembered]:
    with in_tenant(town):
        rows = [(find_key(row.account_id), row) for row in Bookmark.objects.order_by("id")]
        return [unseal(key, row) for key, row in rows if key]


def key_rows(archive: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(contents_of(archive)[KEYS].decode())))


def test_a_departure_destroys_the_keys_and_a_return_brings_them_back(town: Town, folder: Path) -> None:
    remember(town.ref)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    assert gone.proof["verified"]["left"]["data_keys"] == 0
    assert store.count_scope(str(town.ref.id)) == 0
    import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))
    assert remembered(directory.reload().tenants[town.slug].ref) == [SERVICE]
    store.destroy_scope(str(town.ref.id))


def test_a_town_beside_its_original_reads_what_came_and_seals_anew(town: Town, folder: Path) -> None:
    remember(town.ref)
    with in_tenant(town.ref):
        submit_feedback(actor=ANONYMOUS, kind="pilot", message="Schön ämtlich", caller_key="x")
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder).path
    import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=f"{town.slug}-neu", is_training=True))
    other = directory.reload().tenants[f"{town.slug}-neu"].ref
    later = Remembered(uuid4(), "hund-anmelden", "Hund anmelden")
    remember(other, later)
    assert other.id != town.ref.id
    assert remembered(other) == [SERVICE, later]
    assert remembered(town.ref) == [SERVICE]
    with in_tenant(other):
        (message,) = read_all(Feedback.objects.exclude(sealed=None)).values()
    assert message.text == "Schön ämtlich"
    again = export_tenant(actor=SYSTEM, slug=other.slug, target=folder).path
    assert {row["sealed_as"] for row in key_rows(again)} == {str(town.ref.id)}, (
        "values stay bound to where they were sealed first"
    )
    for one in (town.ref, other):
        store.destroy_scope(str(one.id))


def test_a_passkey_of_staff_opens_the_town_again_where_it_keeps_its_address(town: Town, folder: Path) -> None:
    place, device = Place(town.host, public_url(town.host, ""), "Tests"), Device(town.host)
    with in_tenant(town.ref):
        actor = account_info(StaffAccount.objects.order_by("id")[0]).as_actor()
        asked = PASSKEYS.begin(actor=actor, place=place)
        answer = device.make(asked.options)
        PASSKEYS.finish(actor=actor, answer=answer, challenge=asked.challenge, name="Telefon", place=place)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))
    with in_tenant(directory.reload().tenants[town.slug].ref):
        asked = ask_for_one(place)
        came = PASSKEYS.confirm(answer=device.show(asked.options), challenge=asked.challenge, place=place)
        assert (came.id, [one.name for one in PASSKEYS.list_own(actor=actor)]) == (actor.id, ["Telefon"])
    store.destroy_scope(str(town.ref.id))


def test_whoever_has_the_archive_reads_it_without_us(town: Town, folder: Path) -> None:
    remember(town.ref)
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder).path
    (key,) = key_rows(archive)
    (row,) = csv.DictReader(io.StringIO(contents_of(archive)["data/bookmarks_bookmark.csv"].decode()))
    handle = tink.json_proto_keyset_format.parse(key["keyset"], secret_key_access.TOKEN)
    bound_to = f"{key['sealed_as']}|{key['owner']}|{PURPOSE}".encode()
    plain = handle.primitive(aead.Aead).decrypt(bytes.fromhex(row["sealed"].removeprefix("\\x")), bound_to)
    assert json.loads(plain)["title"] == SERVICE.title
    store.destroy_scope(str(town.ref.id))


def test_a_training_copy_has_no_keys(town: Town) -> None:
    remember(town.ref)
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung")
    assert store.count_scope(str(clone.imported.tenant.id)) == 0
    store.destroy_scope(str(town.ref.id))


def test_a_forged_key_is_refused_and_nothing_comes_in(town: Town, folder: Path) -> None:
    remember(town.ref)
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder).path
    forged = contents_of(archive)[KEYS].replace(b"primaryKeyId", b"primaryKeyIx")
    wrong = repack(archive, folder / "forged.tar.gz", changes={KEYS: forged})
    with pytest.raises(ArchiveDamaged):
        import_tenant(actor=SYSTEM, archive=wrong, wish=Wish(slug=f"{town.slug}-neu", is_training=True))
    assert f"{town.slug}-neu" not in directory.reload().tenants
    store.destroy_scope(str(town.ref.id))


def test_who_was_erased_meanwhile_does_not_come_back_with_an_archive(town: Town, folder: Path) -> None:
    erased = uuid7()
    remember(town.ref, person=erased)
    offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    store.note_erased(erased)
    import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))
    assert remembered(directory.reload().tenants[town.slug].ref) == []
    assert store.count_scope(str(town.ref.id)) == 0
