"""Guessing a citizen's password from many addresses at once, and a first factor whose password has changed since."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.test import Client

from shared_services.accounts.book import key_for
from shared_services.accounts.links import make_link
from shared_services.accounts.models import LinkPurpose
from shared_services.accounts.secondfactor import STEP_SECONDS
from shared_services.identity import passwordlimits
from shared_services.identity.citizen.tests.cast import PASSWORD, UMBRELLA, Browser, Citizen, set_up_app
from tenants.context import as_accounts

FORM = "/konto/anmelden/passwort/"
FEW = 3
WRONG = "falsch, aber lang genug"
NEW_PASSWORD = "Nebel über Zeche Zweckel 1908"
Try = Callable[..., Any]


@pytest.fixture
def attempt(visit: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> Try:
    """Return what tries a password, each time from another address."""
    monkeypatch.setattr(passwordlimits, "PASSWORDS_PER_ACCOUNT", FEW)
    addresses = (f"192.0.2.{number}" for number in range(1, 100))

    def once(email: str, password: str = WRONG) -> Any:
        return visit(UMBRELLA).post(FORM, {"email": email, "password": password}, REMOTE_ADDR=next(addresses))

    return once


def reset_password(client: Client, citizen: Citizen) -> Any:
    """Set a new password by the link of a mail."""
    key = key_for(citizen.id)
    with as_accounts():
        token = make_link(key, purpose=LinkPurpose.RESET, contents={}, account_id=citizen.id)
    form = {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    return client.post(f"/konto/passwort-neu/{token}/", form)


@pytest.mark.parametrize("email", ["anna@example.org", "niemand@example.org"])
def test_many_addresses_together_come_to_an_end_and_learn_nothing(anna: Citizen, attempt: Try, email: str) -> None:
    assert [attempt(email).status_code for _try in range(FEW)] == [422] * FEW
    closed = attempt(email, PASSWORD)
    assert closed.status_code == 429
    assert "Mit einem Passkey oder mit dem Link aus „Passwort vergessen“" in closed.content.decode()


def test_others_go_on(anna: Citizen, attempt: Try) -> None:
    for _try in range(FEW + 1):
        attempt("niemand@example.org")
    assert attempt(anna.email, PASSWORD).status_code == 302


def test_the_link_for_a_new_password_and_a_passkey_still_work(
    anna: Citizen, attempt: Try, visit: Callable[[str], Client]
) -> None:
    for _try in range(FEW + 1):
        attempt(anna.email)
    assert visit(UMBRELLA).post("/konto/anmelden/passkey/aufgabe/").status_code == 200
    assert reset_password(visit(UMBRELLA), anna).status_code == 302
    assert attempt(anna.email, NEW_PASSWORD).status_code == 302


def test_the_right_password_begins_the_count_anew(anna: Citizen, attempt: Try) -> None:
    for _round in range(FEW):
        assert attempt(anna.email).status_code == 422
        assert attempt(anna.email, PASSWORD).status_code == 302


def test_who_knew_the_old_password_gives_no_code_after_a_new_one(
    browser: Browser, anna: Citizen, visit: Callable[[str], Client]
) -> None:
    secret, _codes = set_up_app(anna)
    thief = browser
    thief.sign_in(anna)
    assert thief.path.startswith("/konto/anmelden/code/")
    assert reset_password(visit(UMBRELLA), anna).status_code == 302
    # The next one: setting the app up has used this one.
    code = pyotp.TOTP(secret).at(int(time.time()) + STEP_SECONDS)
    refused = thief.client(UMBRELLA).post("/konto/anmelden/code/", {"code": code})
    assert refused.status_code == 302
    assert refused["Location"].startswith("/konto/anmelden/passwort/")
    assert thief.client(UMBRELLA).get("/konto/").status_code == 302
