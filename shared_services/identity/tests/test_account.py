"""One's own account: password and sessions, the same for staff and operators."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from shared_services.identity.services import ATTEMPTS_PER_ACCOUNT
from shared_services.identity.tests.cast import PASSWORD, Answer, attempt, text_of
from tenants.accounts import AccountInfo

SignedIn = Callable[[AccountInfo], Client]
NEW = "Haldenzeichen über dem Kanal 9"


@pytest.fixture(params=["staff", "operator"])
def person(request: pytest.FixtureRequest) -> tuple[AccountInfo, str]:
    """Return an account of each kind, and where its pages begin."""
    if request.param == "operator":
        return request.getfixturevalue("operator"), "/"
    return request.getfixturevalue("editor"), "/verwaltung/"


def change(client: Client, root: str, **data: str) -> Answer:
    sent = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW, **data}
    return client.post(f"{root}konto/passwort/", sent, follow=True)


def test_a_new_password_ends_all_other_sessions(signed_in: SignedIn, person: tuple[AccountInfo, str]) -> None:
    account, root = person
    here, elsewhere = signed_in(account), signed_in(account)
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    page = change(here, root)
    assert "Ihr Passwort ist geändert." in text_of(page)
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert here.get(f"{root}konto/").status_code == 200
    assert elsewhere.get(f"{root}konto/").status_code == 302
    assert attempt(elsewhere, account.email).status_code == 422
    assert attempt(elsewhere, account.email, NEW).status_code == 302


def test_other_sessions_can_be_ended_alone(signed_in: SignedIn, person: tuple[AccountInfo, str]) -> None:
    account, root = person
    here, elsewhere = signed_in(account), signed_in(account)
    assert here.post(f"{root}konto/sitzungen/").status_code == 302
    assert here.get(f"{root}konto/").status_code == 200
    assert elsewhere.get(f"{root}konto/").status_code == 302


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"current_password": "falsch"}, "nicht Ihr jetziges Passwort"),
        ({"new_password": "kurz", "new_password_again": "kurz"}, "mindestens 12 Zeichen"),
        ({"new_password_again": "etwas ganz anderes"}, "verschieden"),
        ({"new_password": "123456123456", "new_password_again": "123456123456"}, "häufiger Passwörter"),
        (
            {"new_password": "edda.redaktion@gladbeck", "new_password_again": "edda.redaktion@gladbeck"},
            "ähnelt Ihrem Namen",
        ),
    ],
)
def test_what_is_wrong_is_said_in_german(
    signed_in: SignedIn, editor: AccountInfo, data: dict[str, str], message: str
) -> None:
    client = signed_in(editor)
    page = change(client, "/verwaltung/", **data)
    assert page.status_code == 422
    assert message in text_of(page)
    assert attempt(signed_in(editor), editor.email).status_code == 302


def test_the_current_password_can_not_be_guessed(signed_in: SignedIn, editor: AccountInfo) -> None:
    client = signed_in(editor)
    for _number in range(ATTEMPTS_PER_ACCOUNT):
        assert change(client, "/verwaltung/", current_password="falsch").status_code == 422
    assert change(client, "/verwaltung/").status_code == 429
