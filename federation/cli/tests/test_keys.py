"""`verbund keys`: a year's change of master keys as an operator does it, command by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import Result
from pytest_django import Settings

from tenants.keystore import masterkeys, sealing
from tenants.keystore.tests.conftest import own_store

Run = Callable[..., Result]
__all__ = ("own_store",)


def states(run: Run) -> list[tuple[str, int]]:
    return [(row["state"], row["data_keys"]) for row in json.loads(run("keys", "status", "--json").stdout)]


def test_master_keys_are_changed_in_four_steps(run: Run, own_store: str, settings: Settings) -> None:
    owner = uuid4()
    sealed = sealing.ensure_data_key(owner).seal("bleibt", purpose="tests.value")
    assert states(run) == [("verpackt Neues", 1)]

    settings.VERBUND_MASTER_KEYS = run("keys", "add").stdout.strip()
    assert states(run) == [("verpackt Neues", 0), ("öffnet Älteres", 1)]
    too_early = run("keys", "drop-old")
    assert too_early.exit_code == 1
    assert "verbund keys rewrap" in too_early.output

    assert "1 Datenschlüssel neu verpackt" in run("keys", "rewrap").stdout
    assert "0 Datenschlüssel neu verpackt" in run("keys", "rewrap").stdout
    assert states(run) == [("verpackt Neues", 1), ("öffnet Älteres", 0)]

    settings.VERBUND_MASTER_KEYS = run("keys", "drop-old").stdout.strip()
    assert states(run) == [("verpackt Neues", 1)]
    assert sealing.get_data_key(owner).unseal(sealed, purpose="tests.value") == "bleibt"


def test_a_master_key_that_is_missing_is_named(run: Run, own_store: str, settings: Settings) -> None:
    sealing.ensure_data_key(uuid4())
    settings.VERBUND_MASTER_KEYS = masterkeys.new_master_keys()
    told = run("keys", "status")
    assert told.exit_code == 1
    assert "fehlt" in told.output


@pytest.mark.parametrize("words", [("status",), ("add",), ("rewrap",), ("drop-old",)])
def test_unusable_master_keys_end_with_a_sentence(run: Run, settings: Settings, words: tuple[str, ...]) -> None:
    settings.VERBUND_MASTER_KEYS = "{"
    told = run("keys", *words)
    assert told.exit_code != 0
    assert "VERBUND_MASTER_KEYS" in (told.output + str(told.exception))


def test_new_keys_are_usable_at_once(run: Run, own_store: str, settings: Settings) -> None:
    settings.VERBUND_MASTER_KEYS = run("keys", "new").stdout.strip()
    owner = uuid4()
    assert sealing.ensure_data_key(owner).owner == owner
