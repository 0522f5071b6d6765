"""New master keys while everybody goes on working: nothing is lost, whoever is killed in between."""

from __future__ import annotations

import threading
import time
from uuid import UUID, uuid4

import pytest
import tink
from pytest_django import Settings

from tenants.keystore import masterkeys, rotation, sealing, store

PURPOSE = "tests.value"


def test_people_go_on_working_while_all_keys_are_wrapped_anew(own_store: str, settings: Settings) -> None:
    sealed: dict[UUID, bytes] = {}
    problems: list[Exception] = []
    goes_on = threading.Event()

    def work() -> None:
        try:
            while not goes_on.is_set():
                owner = uuid4()
                sealed[owner] = sealing.ensure_data_key(owner).seal(str(owner), purpose=PURPOSE)
                for known, value in list(sealed.items())[-5:]:
                    assert sealing.get_data_key(known).unseal(value, purpose=PURPOSE) == str(known)
        except Exception as problem:  # noqa: BLE001 -- told by the test
            problems.append(problem)

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    while len(sealed) < 50 and not problems:
        time.sleep(0.01)
    added = masterkeys.with_new_wrapping_key(settings.VERBUND_MASTER_KEYS)
    settings.VERBUND_MASTER_KEYS = added
    rotation.rewrap_all()
    enough = len(sealed) + 20
    while len(sealed) < enough and not problems:
        time.sleep(0.01)
    goes_on.set()
    for thread in threads:
        thread.join()
    assert problems == []
    # What a process with the old keys has wrapped meanwhile is found by the next run.
    rotation.rewrap_all()
    settings.VERBUND_MASTER_KEYS = masterkeys.with_primary_wrapping_key_only(added)
    for owner, value in sealed.items():
        assert sealing.get_data_key(owner).unseal(value, purpose=PURPOSE) == str(owner)


def test_ended_in_the_middle_it_goes_on(own_store: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = [uuid4() for _number in range(6)]
    for owner in owners:
        sealing.ensure_data_key(owner)
    settings.VERBUND_MASTER_KEYS = masterkeys.with_new_wrapping_key(settings.VERBUND_MASTER_KEYS)
    usual, done = store.replace_key, 0

    def killed(*args: object, **more: object) -> bool:
        nonlocal done
        done += 1
        if done == 4:
            raise KeyboardInterrupt
        return usual(*args, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(store, "replace_key", killed)
    with pytest.raises(KeyboardInterrupt):
        rotation.rewrap_all()
    monkeypatch.undo()
    assert rotation.rewrap_all() == 3
    assert store.count_by_master_key() == {masterkeys.master_keys().primary: 6}


def test_a_key_of_somebody_who_was_deleted_meanwhile_does_not_come_back(
    own_store: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = uuid4()
    sealing.ensure_data_key(owner)
    settings.VERBUND_MASTER_KEYS = masterkeys.with_new_wrapping_key(settings.VERBUND_MASTER_KEYS)
    usual = store.replace_key

    def replaced(old: store.WrappedKey, **more: object) -> bool:
        store.destroy_keys(old.owner)
        return usual(old, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(store, "replace_key", replaced)
    assert rotation.rewrap_all() == 0
    assert store.get_keys(sealing.ACCOUNT_SCOPE, [owner]) == {}


def test_a_master_key_that_is_gone_stops_it_and_nothing_is_overwritten(own_store: str, settings: Settings) -> None:
    owner = uuid4()
    sealing.ensure_data_key(owner)
    (before,) = store.get_keys(sealing.ACCOUNT_SCOPE, [owner]).values()
    settings.VERBUND_MASTER_KEYS = masterkeys.new_master_keys()
    with pytest.raises(tink.TinkError):
        rotation.rewrap_all()
    assert store.get_keys(sealing.ACCOUNT_SCOPE, [owner])[owner] == before
