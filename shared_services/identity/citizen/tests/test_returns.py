"""What comes back from Keycloak besides a person: changes that were made there, and another sign-in than before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from shared_services.accounts.events import list_events
from shared_services.accounts.models import CitizenAccount
from shared_services.identity import exchange
from shared_services.identity.citizen import oidc
from shared_services.identity.citizen.tasks import end_sessions_of_provider
from shared_services.identity.citizen.tests.cast import list_mails
from shared_services.identity.citizen.tests.signing import Sign, logout_token
from shared_services.identity.sessions import now_seconds
from shared_services.identity.staff_oidc.ended import note_ended
from tenants.context import as_accounts
from tenants.registry.sites import TenantInfo

SUBJECT = "f:tests:returns"
EMAIL = "returns@example.org"
Come = Callable[..., Any]


@pytest.fixture(autouse=True)
def _keycloak_in_use(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "ein Schlüssel"
    settings.VERBUND_MAIL = True
    monkeypatch.setattr(oidc, "list_factors", lambda _subject: [])
    monkeypatch.setattr(end_sessions_of_provider, "delay", end_sessions_of_provider)


@pytest.fixture
def here(visit: Callable[[str], Client], gladbeck: TenantInfo) -> Client:
    """Return a browser at Gladbeck's portal."""
    return visit(gladbeck.host)


@pytest.fixture
def come(sign: Sign, here: Client, monkeypatch: pytest.MonkeyPatch) -> Come:
    """Return what lets somebody go to Keycloak and come back: `claims` of the token, `told` in the address."""

    def once(wanted: str = "", *, claims: dict[str, Any] | None = None, told: dict[str, str] | None = None) -> Any:
        def redeemed(_request: object, attempt: Any, **_way: object) -> dict[str, str]:
            person = {"sub": SUBJECT, "nonce": attempt.nonce, "email": EMAIL, "email_verified": True, "sid": "s-1"}
            person["proved_at"] = str(now_seconds())
            return {"id_token": sign(**{**person, **(claims or {})}), "refresh_token": "r"}

        monkeypatch.setattr(exchange, "redeem_code", redeemed)
        answer = {"code": "c", **(told or {})}
        if "state" not in answer:
            asked = parse_qs(urlsplit(here.get(f"/konto/anmelden/{wanted}")["Location"]).query)
            answer["state"] = asked["state"][0]
        back = here.get("/konto/anmelden/zurueck/", answer)
        assert back.status_code == 302, back.content.decode()
        return back

    return once


def actions() -> list[str]:
    """Return what happened to the one account, without its sign-ins."""
    with as_accounts():
        (account,) = CitizenAccount.objects.exclude(identities=None)
    return [one.action for one in list_events(account.id) if one.action.startswith(("factor.", "account.password"))]


@pytest.mark.parametrize(
    ("change", "kind", "action"),
    [
        ("password", "accounts.password_changed", "account.password_reset"),
        ("app", "accounts.app_added", "factor.app_added"),
        ("codes", "accounts.codes_renewed", "factor.codes_renewed"),
        ("passkey", "accounts.passkey_added", "factor.passkey_added"),
    ],
)
def test_what_was_changed_at_keycloak_is_told_to_its_owner(come: Come, change: str, kind: str, action: str) -> None:
    come()
    come(f"?aktion={change}", told={"kc_action_status": "success"})
    (mail,) = list_mails(kind)
    assert mail.to == EMAIL
    assert actions() == [action]


def test_who_has_set_up_an_app_shows_it_and_is_told_then(
    come: Come, here: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    come()
    monkeypatch.setattr(oidc, "list_factors", lambda _subject: ["app"])
    on = come("?aktion=app", told={"kc_action_status": "success"})["Location"]
    assert actions() == []
    (state,) = parse_qs(urlsplit(on).query)["state"]
    come(claims={"acr": "zwei-faktor"}, told={"state": state})
    assert actions() == ["factor.app_added"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("?aktion=app", {"kc_action_status": "cancelled"}),
        ("?aktion=app", {}),
        ("?niveau=hoch", {"kc_action_status": "success"}),
    ],
)
def test_what_was_not_changed_or_not_begun_here_is_not(come: Come, wanted: str, told: dict[str, str]) -> None:
    come()
    come(wanted, claims={"acr": "hoch", "idp": "bundid"}, told=told)
    assert actions() == []
    assert [one.kind for one in list_mails() if one.kind != "accounts.new_device"] == []


def test_a_sign_in_that_ends_at_keycloak_while_its_answer_is_on_the_way_opens_nothing(
    here: Client, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def redeemed(_request: object, attempt: Any, **_way: object) -> dict[str, str]:
        # Keycloak has given the tokens, and tells of the end before they are here.
        note_ended(provider_session="s-1", subject=SUBJECT)
        person = {"sub": SUBJECT, "nonce": attempt.nonce, "email": EMAIL, "email_verified": True, "sid": "s-1"}
        return {"id_token": sign(**person, proved_at=str(now_seconds())), "refresh_token": "r"}

    monkeypatch.setattr(exchange, "redeem_code", redeemed)
    state = parse_qs(urlsplit(here.get("/konto/anmelden/")["Location"]).query)["state"][0]
    back = here.get("/konto/anmelden/zurueck/", {"code": "c", "state": state})
    assert back.status_code == 422
    assert "inzwischen beendet" in back.content.decode()
    assert here.get("/konto/").status_code == 302


def test_a_session_ends_with_the_sign_in_that_raised_its_level(come: Come, here: Client, sign: Sign) -> None:
    come()
    come("?niveau=hoch", claims={"acr": "hoch", "sid": "s-2"})
    assert here.get("/konto/").status_code == 200
    assert here.post("/konto/abmeldung/", {"logout_token": logout_token(sign, sid="s-2")}).status_code == 200
    assert here.get("/konto/").status_code == 302
