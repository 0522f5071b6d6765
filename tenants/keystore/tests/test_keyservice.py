"""A key service opens the master keys once for each process; without it or with a wrong token a sentence says so."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from tenants.errors import ExternalTemporary
from tenants.keystore import keyservice, masterkeys, sealing, store

VAULT = Path(__file__).parent / "vault.py"
TOKEN = "only-for-tests"


@pytest.fixture(scope="module")
def _vault() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, str(VAULT), TOKEN], stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own program
    assert process.stdout
    with process.stdout:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def vault(_vault: str, settings: Settings) -> Iterator[Callable[[str], None]]:
    """Return how the service gets into another state: "sealed", "broken", "well"."""
    settings.VERBUND_KEY_SERVICE = f"{_vault}/transit/keys/verbund"
    settings.VERBUND_KEY_SERVICE_TOKEN = TOKEN

    def become(state: str) -> None:
        _post(f"{_vault}/test/{state}")

    yield become
    become("well")
    keyservice.unwrapped.cache_clear()


def _post(url: str, **headers: str) -> None:
    request = urllib.request.Request(url, data=b"{}", headers=headers, method="POST")  # noqa: S310 -- our own program
    with urllib.request.urlopen(request, timeout=5):  # noqa: S310 -- as above
        pass


def test_what_was_sealed_before_opens_with_wrapped_master_keys(
    vault: Callable[[str], None], settings: Settings
) -> None:
    owner = uuid4()
    sealed = sealing.ensure_data_key(owner).seal("bleibt", purpose="tests.value")
    plain = settings.VERBUND_MASTER_KEYS
    settings.VERBUND_MASTER_KEYS = keyservice.wrapped(plain)
    assert settings.VERBUND_MASTER_KEYS.startswith("vault:v")
    assert masterkeys.opened_master_keys() == plain
    assert sealing.get_data_key(owner).unseal(sealed, purpose="tests.value") == "bleibt"
    vault("sealed")
    assert sealing.get_data_key(owner).unseal(sealed, purpose="tests.value") == "bleibt", "asked once"
    store.destroy_keys(owner)


def test_the_services_own_key_may_be_turned(vault: Callable[[str], None], settings: Settings) -> None:
    address = settings.VERBUND_KEY_SERVICE.partition("/transit")[0]
    before = keyservice.wrapped("x")
    version = int(before.split(":")[1].removeprefix("v"))
    _post(f"{address}/v1/transit/keys/verbund/rotate", **{"X-Vault-Token": TOKEN})
    assert keyservice.wrapped("x").startswith(f"vault:v{version + 1}:")
    assert keyservice.unwrapped(before) == "x"


@pytest.mark.parametrize("state", ["sealed", "broken", "hanging"])
def test_a_service_that_fails_is_told_and_may_come_back(
    vault: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    text = keyservice.wrapped("x")
    monkeypatch.setattr(keyservice, "_TIMEOUT_SECONDS", 0.3)
    vault(state)
    with pytest.raises(ExternalTemporary):
        keyservice.unwrapped(text)
    vault("well")
    assert keyservice.unwrapped(text) == "x"


def test_nobody_there_is_told_the_same(settings: Settings) -> None:
    settings.VERBUND_KEY_SERVICE = "http://127.0.0.1:9/transit/keys/verbund"
    with pytest.raises(ExternalTemporary):
        keyservice.wrapped("x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERBUND_KEY_SERVICE_TOKEN", "falsch"),
        ("VERBUND_KEY_SERVICE", "transit/keys/verbund"),
        ("VERBUND_KEY_SERVICE", "https://vault.example/transit"),
    ],
)
def test_wrong_settings_are_named(vault: Callable[[str], None], settings: Settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match="VERBUND_KEY_SERVICE"):
        keyservice.wrapped("x")


def test_a_ciphertext_of_another_service_is_refused(vault: Callable[[str], None]) -> None:
    with pytest.raises(ImproperlyConfigured):
        keyservice.unwrapped("vault:v1:AAAA")
