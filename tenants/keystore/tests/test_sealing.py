"""What is sealed opens for its owner and purpose alone, survives new master keys, and is gone with its key."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tenants.errors import ExternalTemporary
from tenants.keystore import masterkeys, rotation, sealing, store
from tenants.keystore.sealing import Unreadable

PURPOSE = "tests.name"


@pytest.fixture
def owner() -> Iterator[UUID]:
    """Return somebody whose keys go afterwards."""
    found = uuid4()
    yield found
    store.destroy_keys(found)


def test_a_value_comes_back_as_it_was(owner: UUID) -> None:
    key = sealing.ensure_data_key(owner)
    sealed = key.seal({"name": "Änne Größe"}, purpose=PURPOSE)
    assert "Größe".encode() not in sealed
    assert sealing.get_data_key(owner).unseal(sealed, purpose=PURPOSE) == {"name": "Änne Größe"}


def test_equal_values_are_sealed_differently(owner: UUID) -> None:
    key = sealing.ensure_data_key(owner)
    assert key.seal("x", purpose=PURPOSE) != key.seal("x", purpose=PURPOSE)


def test_a_value_opens_neither_for_another_person_nor_for_another_column(owner: UUID) -> None:
    sealed = sealing.ensure_data_key(owner).seal("geheim", purpose=PURPOSE)
    other = uuid4()
    with pytest.raises(Unreadable):
        sealing.ensure_data_key(other).unseal(sealed, purpose=PURPOSE)
    with pytest.raises(Unreadable):
        sealing.get_data_key(owner).unseal(sealed, purpose="tests.street")
    store.destroy_keys(other)


def test_a_town_has_a_key_of_its_own_for_a_person(owner: UUID) -> None:
    sealed = sealing.ensure_data_key(owner).seal("geheim", purpose=PURPOSE)
    with pytest.raises(Unreadable):
        sealing.ensure_data_key(owner, scope=str(uuid4())).unseal(sealed, purpose=PURPOSE)


def test_two_at_once_get_the_same_new_key(owner: UUID) -> None:
    made: list[sealing.DataKey] = []
    threads = [threading.Thread(target=lambda: made.append(sealing.ensure_data_key(owner))) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = made[0].seal("eins", purpose=PURPOSE)
    assert {key.unseal(sealed, purpose=PURPOSE) for key in made} == {"eins"}


def test_what_a_destroyed_key_has_sealed_is_gone(owner: UUID) -> None:
    sealed = sealing.ensure_data_key(owner).seal("geheim", purpose=PURPOSE)
    assert store.destroy_keys(owner) == 1
    with pytest.raises(Unreadable):
        sealing.get_data_key(owner)
    with pytest.raises(Unreadable):  # a new key of the same person opens nothing of the old one
        sealing.ensure_data_key(owner).unseal(sealed, purpose=PURPOSE)


def test_keys_of_a_town_that_leaves_go_together() -> None:
    scope, people = str(uuid4()), [uuid4(), uuid4()]
    for one in people:
        sealing.ensure_data_key(one, scope=scope)
    assert store.destroy_scope(scope) == 2
    assert sealing.get_data_keys(people, scope=scope) == {}


def test_the_store_holds_keys_that_only_the_master_key_opens(owner: UUID) -> None:
    sealing.ensure_data_key(owner)
    (one,) = store.get_keys(sealing.ACCOUNT_SCOPE, [owner]).values()
    stranger = masterkeys._parsed(masterkeys.new_master_keys())
    bound_to = sealing.wrapping_data(sealing.ACCOUNT_SCOPE, owner)
    with pytest.raises(tink.TinkError):
        tink.proto_keyset_format.parse_encrypted(one.wrapped, stranger.wrapping, bound_to)


def test_new_master_keys_open_what_the_old_ones_wrapped_and_later_need_them_no_more(
    owner: UUID, settings: pytest.FixtureRequest
) -> None:
    sealed = sealing.ensure_data_key(owner).seal("bleibt", purpose=PURPOSE)
    before = settings.VERBUND_MASTER_KEYS  # type: ignore[attr-defined]
    added = masterkeys.with_new_wrapping_key(before)
    settings.VERBUND_MASTER_KEYS = added  # type: ignore[attr-defined]
    assert sealing.get_data_key(owner).unseal(sealed, purpose=PURPOSE) == "bleibt"
    (old,) = store.get_keys(sealing.ACCOUNT_SCOPE, [owner]).values()
    assert store.replace_key(
        old, wrapped=rotation._anew(masterkeys.master_keys(), old), master_key=masterkeys.master_keys().primary
    )
    settings.VERBUND_MASTER_KEYS = masterkeys.with_primary_wrapping_key_only(added)  # type: ignore[attr-defined]
    assert sealing.get_data_key(owner).unseal(sealed, purpose=PURPOSE) == "bleibt"
    settings.VERBUND_MASTER_KEYS = before  # type: ignore[attr-defined]
    with pytest.raises(Unreadable):
        sealing.get_data_key(owner)


def test_a_value_is_found_by_its_keyed_hash_for_one_purpose_only() -> None:
    first = sealing.index_of("a@example.org", purpose="tests.email")
    assert first in sealing.indexes_of("a@example.org", purpose="tests.email")
    assert first != sealing.index_of("a@example.org", purpose="tests.other")
    assert first != sealing.index_of("b@example.org", purpose="tests.email")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wrapping": {}}', '{"wrapping": {}, "index": {}}'])
def test_unusable_master_keys_stop_with_a_sentence(text: str, settings: pytest.FixtureRequest) -> None:
    settings.VERBUND_MASTER_KEYS = text  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="VERBUND_MASTER_KEYS"):
        masterkeys.master_keys()


def test_without_the_store_people_are_told_to_come_back(settings: pytest.FixtureRequest) -> None:
    settings.VERBUND_KEYS_DATABASE_URL = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1"  # type: ignore[attr-defined]
    with pytest.raises(ExternalTemporary):
        sealing.get_data_keys([uuid4()])
    store.disconnect()


def test_nobody_else_may_connect_to_the_store() -> None:
    keys = psycopg.conninfo.conninfo_to_dict(settings.VERBUND_KEYS_DATABASE_URL)
    # Every tenant's role is one that this login becomes.
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(psycopg.conninfo.make_conninfo(os.environ["VERBUND_DATABASE_URL"], dbname=str(keys["dbname"])))


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_any_plain_value_survives(value: object) -> None:
    key = _in_memory()
    assert key.unseal(key.seal(value, purpose=PURPOSE), purpose=PURPOSE) == value


def test_master_keys_are_written_in_one_line() -> None:
    text = masterkeys.new_master_keys()
    assert "\n" not in text
    assert json.loads(text).keys() == {"wrapping", "index"}


def _in_memory() -> sealing.DataKey:
    from tink import aead  # noqa: PLC0415 -- one helper

    aead.register()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return sealing.DataKey("tests", UUID(int=1), handle.primitive(aead.Aead))
