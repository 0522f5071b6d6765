"""What is tried against levels and codes with the real Keycloak in between: each is refused, and the log says so."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from django.test import Client
from structlog.testing import capture_logs

from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.models import CitizenAccount
from shared_services.identity import sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.proof import ELEVATION_SECONDS
from shared_services.identity.citizen.tests.at_keycloak import Person
from shared_services.identity.citizen.tests.cast import UMBRELLA
from shared_services.identity.citizen.tests.test_attacks import Log
from shared_services.identity.citizen.tests.test_drafts import BANK, MONEY, hidden_version, page_of
from shared_services.identity.keycloak.admin import Api, full_admin
from shared_services.identity.keycloak.tests.walker import Visitor, one_time_code
from tenants.context import as_accounts
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel
from tests.keycloak import KeycloakForTests

NewPerson = Callable[[], Person]
PASSWORD = "Regen über Zeche Moltke 1904"


@pytest.fixture
def log() -> Iterator[Log]:
    """Return the log of the test."""
    with capture_logs() as lines:
        yield Log(lines)  # type: ignore[arg-type]  # structlog's lines are mappings of any kind


@pytest.fixture
def api(keycloak: KeycloakForTests) -> Api:
    """Return Keycloak as its administrator sees it."""
    return Api(full_admin())


def begun(one: Person, **wanted: str) -> str:
    """Press "sign in" and return Keycloak's address, which the browser's owner may change."""
    answer = one.client.get("/konto/anmelden/", {"weiter": "/konto/", **wanted})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_an_acr_that_was_lowered_on_the_way(person: NewPerson, log: Log) -> None:
    erika = person()
    erika.visitor.follow(begun(erika, niveau="hoch", ueber="bundid").replace("acr_values=hoch", "acr_values=basis"))
    back = erika.sign_in("erika")
    assert back.status_code == 403
    assert log.refused == ["level_not_reached"]
    assert erika.level() == "einfach"


def test_a_level_of_an_earlier_session(person: NewPerson, log: Log) -> None:
    one = person()
    one.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    assert one.level() == "hoch"
    one.client.post("/konto/abmelden/")
    one.visitor.follow(begun(one, niveau="hoch").replace("acr_values=hoch", "acr_values=basis"))
    assert one.sign_in("anna").status_code == 403
    assert one.level() == "einfach"
    assert log.refused[-1] == "level_not_reached"


def test_a_level_that_was_proved_long_ago(person: NewPerson, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keycloak tells it to every portal for hours, and nobody shows a card: it ends half an hour after its proof."""
    erika = person()
    erika.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    begun_at = sessions.now_seconds()

    def is_now(seconds: int) -> None:
        monkeypatch.setattr(sessions, "now_seconds", lambda: begun_at + seconds)

    # The portal lets go of its session: so does each town where she was not yet, and all share her sign-in.
    is_now(ELEVATION_SECONDS // 2)
    erika.client.cookies.clear()
    assert erika.begin().come_back().status_code == 302
    assert erika.level() == "hoch"
    is_now(ELEVATION_SECONDS - 5)
    assert erika.level() == "hoch"
    is_now(ELEVATION_SECONDS + 5)
    assert erika.level() == "einfach", "of the time there was, half was over at the other town"
    erika.client.cookies.clear()
    assert erika.begin().come_back().status_code == 302
    assert erika.level() == "einfach"
    # With the wish for a fresh proof cut out of the address.
    without_card = begun(erika, niveau="hoch").replace("prompt=login", "prompt=")
    erika.visitor.follow(without_card)
    assert "code" in erika.visitor.answer, "nobody was asked for anything"
    assert erika.come_back().status_code == 403
    assert log.refused == ["level_not_reached"]
    assert erika.level() == "einfach"
    # What is done at Keycloak and called off proves nothing, either.
    erika.visitor.follow(begun(erika, aktion="passkey")).submit(**{"cancel-aia": "true"})
    erika.come_back()
    assert erika.level() == "einfach"


def told_of_erika() -> dict[str, tuple[str, int, bool]]:
    """Return her names as the newest account has them: what, how surely, and whether she may change it."""
    with as_accounts():
        account = CitizenAccount.objects.latest("id")
    known = list_attributes(account.id)
    return {name: (one.value, int(one.level), one.is_locked) for name, one in known.items() if "name" in name}


@pytest.fixture
def erikas_names(api: Api) -> Iterator[dict[str, tuple[str, int, bool]]]:
    """Return what her card says; afterwards Keycloak knows her by it again."""
    yield {"given_name": ("Erika", TrustLevel.HOCH, True), "family_name": ("Mustermann", TrustLevel.HOCH, True)}
    for user in api.get("/users", q="bpk2:bpk2-erika", briefRepresentation="false"):
        api.put(f"/users/{user['id']}", {**user, "firstName": "Erika", "lastName": "Mustermann"})


def test_a_name_of_ones_own_on_the_way_back_from_the_card(
    person: NewPerson, erikas_names: dict[str, tuple[str, int, bool]]
) -> None:
    erika = person()
    address = begun(erika, niveau="hoch", ueber="bundid")
    erika.visitor.follow(f"{address}&kc_action=UPDATE_PROFILE").sign_in("erika")
    erika.visitor.submit(firstName="Angela", lastName="Fälschung")
    assert erika.come_back().status_code == 302
    assert erika.level() == "hoch"
    assert told_of_erika() == erikas_names


def test_a_name_of_ones_own_by_the_account_api(
    person: NewPerson, keycloak: KeycloakForTests, erikas_names: dict[str, tuple[str, int, bool]]
) -> None:
    erika = person()
    erika.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    home = f"{keycloak.issuer}/account/"
    erika.visitor.client_id, ours = "account-console", erika.visitor.client_id
    headers, _session = at_the_account(erika.visitor, "erika")
    erika.visitor.client_id = ours
    with httpx.Client(timeout=30, headers=headers) as client:
        own = client.get(home).json()
        forged = client.post(home, json={**own, "firstName": "Angela", "lastName": "Fälschung"})
        assert forged.status_code == 204, "her own name at Keycloak, which proves nothing"
        lifted = {**own.get("attributes", {}), "told_first_name": ["Angela"]}
        assert client.post(home, json={**own, "attributes": lifted}).status_code == 400
    erika.client.cookies.clear()
    assert erika.begin().come_back().status_code == 302
    assert told_of_erika() == erikas_names


@pytest.fixture
def with_password(person: NewPerson, api: Api) -> Iterator[Person]:
    """Return somebody who has come by BundID at the level hoch, and has a password at Keycloak, too."""
    erika = person()
    tab = begun(erika)  # another tab, in which she begins to sign in with the password
    erika.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    # Other ways in may have led to a user of their own for her.
    (user,) = (
        one
        for one in api.get("/users", q="bpk2:bpk2-erika")
        if any(link["identityProvider"] == "bundid" for link in api.get(f"/users/{one['id']}/federated-identity"))
    )
    api.put(f"/users/{user['id']}/reset-password", {"type": "password", "value": PASSWORD, "temporary": False})
    erika.visitor.url = tab
    yield erika
    for one in api.get(f"/users/{user['id']}/credentials"):
        api.delete(f"/users/{user['id']}/credentials/{one['id']}")


def test_a_level_after_a_password_in_the_same_session(with_password: Person, log: Log) -> None:
    erika = with_password
    assert erika.level() == "hoch"
    before = erika.client.cookies["verbund"].value
    erika.visitor.follow(f"{erika.visitor.url}&prompt=login&acr_values=basis").submit(password=PASSWORD)
    assert "code" in erika.visitor.answer
    assert erika.come_back().status_code == 302
    assert erika.level() == "einfach"
    assert erika.client.cookies["verbund"].value != before
    # What is asked for next is not given by the password either, nor by the sign-in of before.
    erika.visitor.follow(begun(erika, niveau="hoch").replace("acr_values=hoch", "acr_values=basis"))
    assert erika.visitor.submit(password=PASSWORD).answer
    assert erika.come_back().status_code == 403
    assert log.refused == ["level_not_reached"]
    assert erika.level() == "einfach"


def test_a_self_enrolled_factor_as_substantiell(person: NewPerson, log: Log) -> None:
    sonja = person()
    asked = begun(sonja, niveau="substantiell").replace("acr_values=substantiell", "acr_values=zwei-faktor")
    sonja.visitor.follow(asked).sign_in("sonja")
    sonja.visitor.submit(otp=one_time_code("geheimnis-otp-4567"))
    back = sonja.come_back()
    assert back.status_code == 403
    assert "Ihr zweiter Faktor schützt Ihr Konto" in back.content.decode()
    assert log.refused == ["level_not_reached"]
    assert sonja.level() == "einfach"


def test_a_password_without_the_second_factor_that_its_owner_has_set_up(person: NewPerson, log: Log) -> None:
    thief = person()
    back = thief.begin().sign_in("sonja")
    assert back.status_code == 302, "on to Keycloak, which asks for the code"
    assert thief.client.get("/konto/").status_code == 302, "nobody is signed in"
    thief.visitor.follow(back["Location"])
    assert 'name="otp"' in thief.visitor.page
    # With the wish for a second factor cut out of the address.
    thief.visitor.follow(back["Location"].replace("acr_values=zwei-faktor", "acr_values=basis"))
    assert "code" in thief.visitor.answer
    assert thief.come_back().status_code == 403
    assert log.refused == ["factor_missing"]
    assert thief.client.get("/konto/").status_code == 302
    # Its owner shows it, once for all towns.
    sonja = person()
    sonja.visitor.follow(sonja.begin().sign_in("sonja")["Location"])
    sonja.visitor.submit(otp=one_time_code("geheimnis-otp-4567"))
    assert sonja.come_back()["Location"] == "/konto/"
    assert sonja.level() == "einfach"
    sonja.client.cookies.clear()
    assert sonja.begin().come_back()["Location"] == "/konto/"


def test_a_one_time_code_that_was_used_before(person: NewPerson, keycloak: KeycloakForTests, api: Api) -> None:
    """Whoever looks over a shoulder has a code that still counts, and the password."""
    (user,) = api.get("/users", username="sonja", exact="true")
    code, lines = one_time_code("geheimnis-otp-4567"), len(keycloak.log_lines())
    sonja, mallory = person(), person()
    for one in (sonja, mallory):
        asked = begun(one, niveau="substantiell").replace("acr_values=substantiell", "acr_values=zwei-faktor")
        one.visitor.follow(asked).sign_in("sonja")
        one.visitor.submit(otp=code)
    assert "code" in sonja.visitor.answer
    assert "code" not in mallory.visitor.answer
    assert "Der Code stimmt nicht." in mallory.visitor.page
    (refused,) = keycloak.lines_with(f'user="{user["id"]}", error=', since=lines)
    assert 'type="LOGIN_ERROR"' in refused
    assert 'error="invalid_user_credentials"' in refused
    api.delete(f"/attack-detection/brute-force/users/{user['id']}")


def test_the_own_level_written_by_the_account_api(person: NewPerson, keycloak: KeycloakForTests, api: Api) -> None:
    """Somebody calls Keycloak's interface for accounts with their own token. Its log has it."""
    home = f"{keycloak.issuer}/account/"
    with closing(Visitor(keycloak.issuer, "account-console", "")) as visitor:
        headers, _session = at_the_account(visitor, "anna")
    with httpx.Client(timeout=30, headers=headers) as client:
        own = client.get(home).json()
        lifted = {**own.get("attributes", {}), "trust_level": ["hoch"], "bpk2": ["bpk2-erika"]}
        answer = client.post(home, json={**own, "attributes": lifted})
    assert answer.status_code == 400, answer.text
    assert {one["field"] for one in answer.json()["errors"]} == {"trust_level", "bpk2"}
    (user,) = api.get("/users", username="anna", exact="true")
    assert not {"trust_level", "bpk2"} & set(user.get("attributes", {}))
    refused = keycloak.lines_with(f'user="{user["id"]}"', 'type="UPDATE_PROFILE_ERROR"', count=2)
    assert all('client="account-console"' in line and 'error="not_allowed"' in line for line in refused)
    assert {line.partition('attribute="')[2].partition('"')[0] for line in refused} == {"trust_level", "bpk2"}
    assert not any("hoch" in line or "anna" in line or "erika" in line for line in refused), (
        "who by number, what by name"
    )
    anna = person()
    anna.begin().sign_in("anna")
    assert anna.level() == "einfach"


def test_an_identity_of_a_provider_laid_on_an_account_by_keycloaks_older_ways(keycloak: KeycloakForTests) -> None:
    """With the password alone somebody would have their own level on somebody else's account."""
    home = f"{keycloak.issuer}/account/"
    with closing(Visitor(keycloak.issuer, "account-console", "")) as visitor:
        headers, session = at_the_account(visitor, "anna")
        # As the server reckons it: nonce, session, client, provider.
        digest = hashlib.sha256(f"12345678{session}account-consolebundid".encode()).digest()
        wanted = {"client_id": "account-console", "redirect_uri": home, "nonce": "12345678"}
        wanted["hash"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        visitor.follow(f"{keycloak.issuer}/broker/bundid/link?{urlencode(wanted)}")
        assert "kann der Anmeldedienst nicht annehmen" in visitor.heading()
    asked = httpx.get(f"{home}linked-accounts/bundid", params={"redirectUri": home}, headers=headers)
    assert asked.status_code == 404
    assert keycloak.lines_with("CLIENT_INITIATED_ACCOUNT_LINKING_ERROR", 'error="not_allowed"')


def at_the_account(visitor: Visitor, user: str) -> tuple[dict[str, str], str]:
    """Sign in at Keycloak's pages for one's account; return headers for its interface, and the session."""
    home = f"{visitor.issuer}/account/"
    visitor.begin(redirect_uri=home)
    if "code=" not in visitor.url:
        visitor.sign_in(user)
    asked = {
        "grant_type": "authorization_code",
        "client_id": "account-console",
        "code": parse_qs(urlsplit(visitor.url).query)["code"][0],
        "redirect_uri": home,
        "code_verifier": visitor._verifier,
    }
    token = httpx.post(f"{visitor.issuer}/protocol/openid-connect/token", data=asked).json()["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}, str(claims["sid"])


def test_a_code_that_is_replayed(person: NewPerson, log: Log) -> None:
    anna = person().begin()
    anna.visitor.sign_in("anna")
    kept = anna.client.cookies["verbund-anmeldung"].value
    assert anna.come_back().status_code == 302
    anna.client.post("/konto/abmelden/")
    assert anna.come_back().status_code == 422
    anna.client.cookies["verbund-anmeldung"] = kept
    assert anna.come_back().status_code == 422
    assert log.refused == ["state_unknown"]
    assert "keycloak.refused" in log.events
    assert not log.tells(anna.visitor.answer["code"])


def test_a_state_that_was_swapped(person: NewPerson, log: Log) -> None:
    mallory, anna = person().begin(), person()
    state = begun(anna).partition("state=")[2].partition("&")[0]
    mallory.visitor.sign_in("anna")
    anna.visitor.answer = dict(mallory.visitor.answer)
    assert anna.come_back().status_code == 422
    assert log.refused == ["state_unknown"]
    assert anna.come_back(state=state).status_code == 422
    assert "keycloak.refused" in log.events


def test_a_code_of_another_town_and_an_answer_of_another_issuer(
    person: NewPerson, dorsten: TenantInfo, log: Log
) -> None:
    one = person().begin()
    one.visitor.sign_in("anna")
    code = one.visitor.answer["code"]
    assert one.come_back(iss="https://boese.example/realms/verbund").status_code == 422
    assert "keycloak.callback_refused" in log.events
    there = Person(Client(headers={"host": dorsten.host}), one.visitor)
    state = begun(there).partition("state=")[2].partition("&")[0]
    there.visitor.answer = {"code": code, "state": state}
    assert there.come_back().status_code == 422
    assert "keycloak.refused" in log.events


def test_a_step_up_in_the_middle_of_an_edit_keeps_what_was_typed(
    person: NewPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    discovery.forget()
    erika = person()
    erika.client.defaults["HTTP_HOST"] = UMBRELLA
    erika.begin(ueber="bundid").sign_in("erika")
    later = sessions.now_seconds() + ELEVATION_SECONDS + 1
    # Only here: what is proved afterwards, Keycloak's clock says.
    with monkeypatch.context() as an_hour:
        an_hour.setattr(sessions, "now_seconds", lambda: later)
        form = page_of(erika.client.get(BANK))
        assert "Zum Speichern weisen Sie sich aus" in form
        asked = erika.client.post(BANK, {"version": hidden_version(form), **MONEY})
        assert asked.status_code == 403
    way = re.search(r'href="(/konto/anmelden/\?[^"]*ueber=bundid&amp;[^"]*)"', asked.content.decode())
    assert way
    step_up: Any = erika.client.get(way[1].replace("&amp;", "&"))
    erika.visitor.follow(step_up["Location"])
    assert erika.sign_in("erika")["Location"] == BANK
    back = page_of(erika.client.get(BANK))
    assert f'value="{MONEY["iban"]}"' in back
    assert erika.client.post(BANK, {"version": hidden_version(back), **MONEY}).status_code == 302
    with as_accounts():
        (account,) = CitizenAccount.objects.exclude(identities=None)
    assert list_attributes(account.id)["iban"].value == MONEY["iban"].replace(" ", "")
