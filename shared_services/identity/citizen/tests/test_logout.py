"""The address that Keycloak tells of ended sign-ins: it believes what is signed for it, once, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from shared_services.accounts.people import Person, recognise
from shared_services.accounts.sessions import NewSession, list_devices, open_session
from shared_services.identity.citizen.tasks import end_sessions_of_provider
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen, code_for
from shared_services.identity.citizen.tests.signing import Sign, logout_token
from shared_services.identity.staff_oidc.ended import was_ended
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel

PATH = "/konto/abmeldung/"


@pytest.fixture(autouse=True)
def _keycloak_in_use(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch over, and do at once what a worker would."""
    settings.VERBUND_LOGIN = "keycloak"
    settings.VERBUND_KEYCLOAK_KEY = "only for these tests"
    monkeypatch.setattr(end_sessions_of_provider, "delay", end_sessions_of_provider)


@pytest.fixture
def devices(anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo) -> Callable[[], int]:
    """Return how many sessions Anna has, who is nobody at Keycloak: two of one sign-in there, and one of another."""
    for site, sign_in in ((gladbeck.id, "s-1"), (dorsten.id, "s-1"), (gladbeck.id, "s-2")):
        open_session(
            account_id=anna.id,
            new=NewSession(site=str(site), level=TrustLevel.BASIS, user_agent="Test", provider_session=sign_in),
        )
    return lambda: len(list_devices(anna.id, current=None))


def test_an_ended_sign_in_ends_in_every_town(
    visit: Callable[[str], Client], gladbeck: TenantInfo, sign: Sign, devices: Callable[[], int]
) -> None:
    answer = visit(gladbeck.host).post(PATH, {"logout_token": logout_token(sign)})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert devices() == 1
    # Of those who work here, too: their sessions lie elsewhere.
    assert was_ended(provider_session="s-1", subject="f:2", started_at=0)
    assert not was_ended(provider_session="s-2", subject="f:2", started_at=0)


@pytest.mark.parametrize("sid", ["t-1", "t-9", None])
def test_a_token_ends_every_session_of_its_person_whichever_sign_in_it_names(
    visit: Callable[[str], Client], gladbeck: TenantInfo, sign: Sign, devices: Callable[[], int], sid: str | None
) -> None:
    account_id = sign_in_twice(gladbeck)
    assert visit(gladbeck.host).post(PATH, {"logout_token": logout_token(sign, sid=sid)}).status_code == 200
    assert list_devices(account_id, current=None) == []
    assert devices() == 3, "others go on"
    for one in ("t-1", "t-2"):
        assert was_ended(provider_session=one, subject="f:1", started_at=0)
    assert not was_ended(provider_session="t-1" if sid != "t-1" else "t-2", subject="f:2", started_at=0)


def test_a_token_that_comes_again_and_late_spares_what_has_begun_since(
    visit: Callable[[str], Client], gladbeck: TenantInfo, dorsten: TenantInfo, sign: Sign
) -> None:
    assert visit(gladbeck.host).post(PATH, {"logout_token": logout_token(sign, sid="t-1")}).status_code == 200
    begun, account_id = time.time(), sign_in_twice(gladbeck)
    # Each portal of a sign-in is told; one that was signed out while Keycloak was away is told of hours later.
    late = {"logout_token": logout_token(sign, sid="t-1", jti="j-late")}
    assert visit(gladbeck.host).post(PATH, late).status_code == 200
    assert len(list_devices(account_id, current=None)) == 1
    assert not was_ended(provider_session="t-2", subject="f:1", started_at=begun)
    another = {"logout_token": logout_token(sign, sid="t-3", jti="j-3")}
    assert visit(gladbeck.host).post(PATH, another).status_code == 200
    assert list_devices(account_id, current=None) == []
    assert was_ended(provider_session="t-2", subject="f:1", started_at=begun)


def test_whoever_signs_out_on_one_device_is_signed_out_on_all(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo, settings: Any
) -> None:
    settings.VERBUND_LOGIN = "builtin"
    browser.sign_in(anna, host=gladbeck.host)
    other = Browser(browser._visit)
    other.sign_in(anna, host=dorsten.host)
    page = browser.post(gladbeck.host, "/konto/abmelden/", {}).content.decode()
    assert "Das gilt in allen Kommunen und auf allen Ihren Geräten." in page
    assert list_devices(anna.id, current=None) == []
    other.get(dorsten.host, "/konto/")
    assert other.path.startswith("/konto/anmelden/passwort/")


def test_a_sign_in_that_ends_while_its_answer_is_on_the_way_opens_nothing(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, settings: Any
) -> None:
    settings.VERBUND_LOGIN = "builtin"
    browser.sign_in(anna)
    back = code_for(browser, gladbeck)
    browser.client(UMBRELLA).post("/konto/abmelden/")
    answer = browser.client(gladbeck.host).get(back)
    assert answer.status_code == 422
    assert "inzwischen beendet" in answer.content.decode()
    assert list_devices(anna.id, current=None) == []
    assert browser.client(gladbeck.host).get("/konto/").status_code == 302


def sign_in_twice(town: TenantInfo) -> UUID:
    """Sign in the person at Keycloak with whom tokens deal here, on two devices, and return the account."""
    account_id = recognise(Person(subject="f:1", level=TrustLevel.BASIS)).owner
    for sign_in in ("t-1", "t-2"):
        new = NewSession(site=str(town.id), level=TrustLevel.BASIS, user_agent="", provider_session=sign_in)
        open_session(account_id=account_id, new=new)
    return account_id


def test_a_token_works_once(
    visit: Callable[[str], Client], gladbeck: TenantInfo, sign: Sign, devices: Callable[[], int]
) -> None:
    token = logout_token(sign, sid="s-9")
    assert [visit(gladbeck.host).post(PATH, {"logout_token": token}).status_code for _try in range(2)] == [200, 400]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "portal-dorsten"},
        {"iss": "https://boese.example"},
        {"events": None},
        {"nonce": "n"},
        {"iat": 1_000_000_000},
        {"signer": RSAKey.generate_key(2048, {"kid": "realm"})},
    ],
)
def test_what_is_not_for_this_portal_or_not_signed_ends_nothing(
    visit: Callable[[str], Client],
    gladbeck: TenantInfo,
    sign: Sign,
    devices: Callable[[], int],
    changes: dict[str, Any],
) -> None:
    answer = visit(gladbeck.host).post(PATH, {"logout_token": logout_token(sign, **changes)})
    assert answer.status_code == 400
    assert devices() == 3


@pytest.mark.parametrize("sent", [{}, {"logout_token": ""}, {"logout_token": "a.b.c"}])
def test_what_is_no_token_ends_nothing(
    visit: Callable[[str], Client], gladbeck: TenantInfo, realm: object, sent: dict[str, str]
) -> None:
    assert visit(gladbeck.host).post(PATH, sent).status_code == 400


def test_a_token_for_one_town_is_refused_by_another(
    visit: Callable[[str], Client], dorsten: TenantInfo, sign: Sign, devices: Callable[[], int]
) -> None:
    assert visit(dorsten.host).post(PATH, {"logout_token": logout_token(sign)}).status_code == 400
    assert devices() == 3


def test_at_a_host_that_is_nobodys_there_is_no_such_address(visit: Callable[[str], Client], sign: Sign) -> None:
    assert visit("boese.example").post(PATH, {"logout_token": logout_token(sign)}).status_code == 404


def test_without_keycloak_there_is_no_such_address(
    visit: Callable[[str], Client], gladbeck: TenantInfo, sign: Sign, settings: Any
) -> None:
    settings.VERBUND_LOGIN = "builtin"
    assert visit(gladbeck.host).post(PATH, {"logout_token": logout_token(sign)}).status_code == 404


def test_the_way_back_is_the_registered_host_whatever_the_browser_says(
    visit: Callable[[str], Client], gladbeck: TenantInfo, realm: object, settings: Any
) -> None:
    begun = visit(gladbeck.host).get("/konto/anmelden/", headers={"x-forwarded-host": "boese.example"})
    assert begun.status_code == 302
    assert f"redirect_uri=http%3A%2F%2F{gladbeck.host}%2Fkonto%2Fanmelden%2Fzurueck%2F" in begun["Location"]
    assert "boese" not in begun["Location"]
    assert visit("boese.example").get("/konto/anmelden/").status_code == 404
