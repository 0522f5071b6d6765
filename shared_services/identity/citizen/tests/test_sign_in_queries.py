"""What a sign-in over Keycloak asks the databases, each question by its name; the wrapped key is fetched once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared_services.identity import exchange
from shared_services.identity.citizen import oidc
from shared_services.identity.citizen.tests.signing import Sign
from tenants.keystore import store
from tenants.registry.sites import TenantInfo

_QUESTION: Final = re.compile(r'(SELECT|INSERT|UPDATE|DELETE)\b.*?(?:FROM|INTO|UPDATE)?\s"?(accounts_\w+)"?', re.DOTALL)
SUBJECT: Final = "f:tests:queries"
# In this order, for somebody who has been here before, in the same browser.
AGAIN: Final = [
    "SELECT accounts_citizenaccount",  # whose subject it is
    "UPDATE accounts_linkedidentity",  # used now, at this level
    "UPDATE accounts_linkedidentity",  # what it keeps, sealed for its owner
    "SELECT accounts_citizenaccount",  # another address at Keycloak? held until it is stored
    "SELECT accounts_accountattribute",  # what is known at which level
    "SELECT accounts_citizenaccount",  # active; held until the session stands
    "UPDATE accounts_citizenaccount",  # the day of last use
    "UPDATE accounts_knowndevice",  # the browser is known
    "INSERT accounts_accountsession",
    "INSERT accounts_accountevent",
]


@pytest.fixture
def come_back(
    sign: Sign, visit: Callable[[str], Client], gladbeck: TenantInfo, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[str]]:
    """Return what lets somebody come back from Keycloak once more, in one browser, and names the questions asked."""
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "ein Schlüssel"
    client = visit(gladbeck.host)
    monkeypatch.setattr(oidc, "list_factors", lambda _subject: [])
    monkeypatch.setattr(
        exchange,
        "redeem_code",
        lambda _request, attempt, **_way: {"id_token": signed(attempt.nonce), "refresh_token": "r"},
    )

    def signed(nonce: str) -> str:
        return sign(sub=SUBJECT, nonce=nonce, email="queries@example.org", email_verified=True)

    def come() -> list[str]:
        client.cookies.pop("verbund", None)
        asked = parse_qs(urlsplit(client.get("/konto/anmelden/")["Location"]).query)
        with CaptureQueriesContext(connection) as queries:
            back = client.get("/konto/anmelden/zurueck/", {"state": asked["state"][0], "code": "c"})
        assert back.status_code == 302, back.content.decode()
        return [name for one in queries.captured_queries if (name := _name(one["sql"]))]

    return come


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Return whose wrapped keys were asked for, each time."""
    owners: list[UUID] = []
    get_keys = store.get_keys

    def noted(scope: str, wanted: Any) -> Any:
        wanted = list(wanted)
        owners.extend(wanted)
        return get_keys(scope, wanted)

    monkeypatch.setattr(store, "get_keys", noted)
    return owners


def test_each_question_of_a_sign_in_has_a_name(come_back: Callable[[], list[str]]) -> None:
    come_back()
    assert come_back() == AGAIN


def test_the_wrapped_key_is_fetched_once(come_back: Callable[[], list[str]], fetched: list[UUID]) -> None:
    come_back()
    # Not there yet; made; and read again, for somebody else might have been faster.
    assert len(fetched) == 2
    fetched.clear()
    come_back()
    assert len(fetched) == 1


def _name(sql: str) -> str:
    found = _QUESTION.search(sql)
    return f"{found.group(1)} {found.group(2)}" if found else ""
