"""What is tried at citizens' sign-in, attack by attack: each is refused, and the log says so.

The real Keycloak is attacked in `test_attacks_keycloak`, those who work here in `shared_services/identity/tests`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from django.conf import settings as configured
from django.core.cache import caches
from django.test import Client
from structlog.testing import capture_logs

from shared_services.accounts import secondfactor
from shared_services.identity import sessions
from shared_services.identity.citizen.proof import ELEVATION_SECONDS
from shared_services.identity.citizen.tests.cast import (
    PASSWORD,
    UMBRELLA,
    Browser,
    Citizen,
    code_for,
    list_mails,
    set_up_app,
)
from shared_services.identity.citizen.tests.signing import Sign, logout_token
from shared_services.identity.citizen.tests.test_drafts import MONEY, be_proved, begin, set_level
from shared_services.identity.citizen.tests.test_drafts import _a_card_reader as a_card_reader
from shared_services.identity.refusals import EVENT
from tenants.context import as_umbrella, in_tenant
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel

__all__ = ("a_card_reader",)

FORM, BANK = "/konto/anmelden/passwort/", "/konto/daten/bank/"
COOKIE = configured.SESSION_COOKIE_NAME


@dataclass
class Log:
    """What was written while a test ran."""

    lines: list[dict[str, Any]]

    @property
    def refused(self) -> list[str]:
        """What was refused, in order."""
        return [line["attempted"] for line in self.lines if line["event"] == EVENT]

    @property
    def events(self) -> list[str]:
        """Every line's name."""
        return [line["event"] for line in self.lines]

    def tells(self, *values: str) -> bool:
        """Whether one of these values stands in any line."""
        return any(value in str(line) for line in self.lines for value in values)


@pytest.fixture
def log() -> Iterator[Log]:
    """Return the log of the test."""
    with capture_logs() as lines:
        yield Log(lines)  # type: ignore[arg-type]  # structlog's lines are mappings of any kind


def test_a_code_that_is_replayed(browser: Browser, anna: Citizen, gladbeck: TenantInfo, log: Log) -> None:
    browser.sign_in(anna)
    back, here = code_for(browser, gladbeck), browser.client(gladbeck.host)
    kept = dict(here.cookies)
    assert here.get(back).status_code == 302
    assert here.get(back).status_code == 422
    here.cookies.update(kept)  # the attempt comes back, too
    assert here.get(back).status_code == 422
    assert log.refused[-2:] == ["state_unknown", "code_unknown"]
    assert not log.tells(back)


def test_a_code_for_another_town(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo, log: Log
) -> None:
    browser.sign_in(anna)
    code = re.search(r"code=([^&]+)", code_for(browser, gladbeck))
    own = re.search(r"state=([^&]+)", browser.client(dorsten.host).get("/konto/anmelden/")["Location"])
    assert code
    assert own
    answer = browser.client(dorsten.host).get(f"/konto/anmelden/zurueck/?code={code[1]}&state={own[1]}")
    assert answer.status_code == 422
    assert log.refused == ["code_unknown"]
    assert browser.client(dorsten.host).get("/konto/").status_code == 302


def test_a_state_that_was_swapped(browser: Browser, anna: Citizen, gladbeck: TenantInfo, log: Log) -> None:
    """Mallory signs in and has Anna's browser open the answer: Anna would fill in forms in Mallory's account."""
    browser.sign_in(anna)
    stranger = Browser(browser._visit)
    own = stranger.client(gladbeck.host).get("/konto/anmelden/")["Location"]
    back = code_for(browser, gladbeck)
    assert stranger.client(gladbeck.host).get(back).status_code == 422
    state = re.search(r"state=([^&]+)", own)
    assert state
    swapped = re.sub(r"state=[^&]+", f"state={state[1]}", back)
    assert stranger.client(gladbeck.host).get(swapped).status_code == 422
    assert log.refused == ["state_unknown", "code_unknown"]
    assert stranger.client(gladbeck.host).get("/konto/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "event"),
    [
        ({"aud": "portal-dorsten"}, "keycloak.token_refused"),
        ({"iss": "https://boese.example"}, "keycloak.token_refused"),
        ({"alg": "none"}, "keycloak.token_refused"),
    ],
)
def test_a_forged_logout_token(
    visit: Callable[[str], Client],
    gladbeck: TenantInfo,
    sign: Sign,
    settings: Any,
    log: Log,
    changes: dict[str, Any],
    event: str,
) -> None:
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "only for these tests"
    token = "eyJhbGciOiJub25lIn0.e30." if "alg" in changes else logout_token(sign, **changes)
    assert visit(gladbeck.host).post("/konto/abmeldung/", {"logout_token": token}).status_code == 400
    assert event in log.events


def test_a_logout_token_that_is_replayed(
    visit: Callable[[str], Client],
    gladbeck: TenantInfo,
    sign: Sign,
    settings: Any,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from shared_services.identity.citizen.tasks import end_sessions_of_provider  # noqa: PLC0415 -- one use

    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "only for these tests"
    monkeypatch.setattr(end_sessions_of_provider, "delay", end_sessions_of_provider)
    token = {"logout_token": logout_token(sign, jti="j-attack")}
    assert [visit(gladbeck.host).post("/konto/abmeldung/", token).status_code for _try in range(2)] == [200, 400]
    assert log.events.count("keycloak.logout_replayed") == 1


@pytest.mark.usefixtures("a_card_reader")
def test_the_level_of_an_earlier_session(browser: Browser, anna: Citizen, log: Log) -> None:
    be_proved(anna.id)
    browser.sign_in(anna)
    set_level(browser, TrustLevel.HOCH)
    browser.post(UMBRELLA, "/konto/abmelden/", {})
    browser.sign_in(anna)
    assert browser.post(UMBRELLA, BANK, {**begin(browser, BANK), **MONEY}).status_code == 403
    assert log.refused == ["level_missing"]


@pytest.mark.usefixtures("a_card_reader")
def test_a_level_that_is_over(browser: Browser, anna: Citizen, log: Log) -> None:
    be_proved(anna.id)
    browser.sign_in(anna)
    set_level(browser, TrustLevel.HOCH, ago=ELEVATION_SECONDS)
    assert browser.post(UMBRELLA, BANK, {**begin(browser, BANK), **MONEY}).status_code == 403
    assert log.refused == ["level_missing"]


@pytest.mark.usefixtures("a_card_reader")
def test_a_self_enrolled_factor_as_substantiell(browser: Browser, anna: Citizen, log: Log) -> None:
    be_proved(anna.id)
    _secret, codes = set_up_app(anna)
    browser.sign_in(anna)
    browser.post(UMBRELLA, browser.path, {"code": codes[0]})
    asked = browser.post(UMBRELLA, BANK, {**begin(browser, BANK), **MONEY})
    assert asked.status_code == 403
    assert "Ihr zweiter Faktor schützt Ihr Konto" in asked.content.decode()
    assert log.refused == ["level_missing"]


@pytest.mark.parametrize(
    "target",
    ["https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:alert(1)", "/\t/boese.example"],
)
def test_an_open_redirect(browser: Browser, anna: Citizen, log: Log, target: str) -> None:
    browser.client(UMBRELLA).get("/konto/anmelden/", {"weiter": target})
    form = {"email": anna.email, "password": PASSWORD, "weiter": target}
    sent = browser.client(UMBRELLA).post(FORM, form)
    assert sent["Location"] == "/konto/"
    assert log.refused == ["foreign_target"] * 2
    assert not log.tells("boese", "alert")


def test_a_session_that_was_planted(browser: Browser, anna: Citizen, log: Log) -> None:
    client = browser.client(UMBRELLA)
    with as_umbrella():  # where the umbrella finds it
        session = client.session
        session["planted"] = "yes"
        session.save()
    client.cookies[COOKIE] = planted = str(session.session_key)
    browser.sign_in(anna)
    assert client.cookies[COOKIE].value != planted
    thief = Browser(browser._visit)
    thief.client(UMBRELLA).cookies[COOKIE] = planted
    assert thief.client(UMBRELLA).get("/konto/").status_code == 302
    # What was planted is seen where a session begins, and its key is nobody's afterwards.
    assert log.refused == ["foreign_session", "session_unknown"]
    assert not log.tells(planted)


def test_a_host_that_is_nobodys(visit: Callable[[str], Client], gladbeck: TenantInfo, log: Log) -> None:
    assert visit("boese.example").get("/konto/anmelden/").status_code == 404
    assert "host.unknown" in log.events


def test_a_forged_host_in_a_mails_link(browser: Browser, anna: Citizen, settings: Any, log: Log) -> None:
    settings.VERBUND_MAIL = True
    forged = {"x-forwarded-host": "boese.example", "forwarded": "host=boese.example"}
    client = browser.client(UMBRELLA)
    assert client.post("/konto/passwort-vergessen/", {"email": anna.email}, headers=forged).status_code == 200
    (mail,) = list_mails()
    assert "boese.example" not in mail.text
    assert f"//{UMBRELLA}" in mail.text
    # Nothing reads these headers, so there is nothing to refuse; and the log does not repeat them.
    assert log.refused == []
    assert not log.tells("boese")


def test_the_cookie_of_another_town(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo, log: Log
) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    key = browser.client(gladbeck.host).cookies[COOKIE].value
    thief = Browser(browser._visit).client(dorsten.host)
    thief.cookies[COOKIE] = key
    assert thief.get("/konto/").status_code == 302
    assert log.refused == ["session_unknown"]
    # Not even with the content of the session copied there, as somebody with the store in hand could.
    name = f"django.contrib.sessions.cache{key}"
    with in_tenant(gladbeck.ref):
        content = caches["sessions"].get(name)
    with in_tenant(dorsten.ref):
        caches["sessions"].set(name, content)
    thief.cookies[COOKIE] = key
    assert thief.get("/konto/").status_code == 302
    assert log.refused[-1] == "session_of_another_site"
    assert not log.tells(str(key))


def test_a_one_time_code_that_was_used(browser: Browser, anna: Citizen, log: Log) -> None:
    secret, _codes = set_up_app(anna)
    seen = pyotp.TOTP(secret).at(int(time.time()) + 30)
    browser.sign_in(anna)
    assert browser.post(UMBRELLA, browser.path, {"code": seen}).status_code == 200
    thief = Browser(browser._visit)
    thief.sign_in(anna)
    assert thief.post(UMBRELLA, thief.path, {"code": seen}).status_code == 422
    assert thief.client(UMBRELLA).get("/konto/").status_code == 302
    assert log.refused == ["second_factor"]
    assert not log.tells(seen)
    told = browser.get(UMBRELLA, "/konto/verlauf/").content.decode()
    assert "Falscher Code nach dem richtigen Passwort" in told
    assert "Unbekannt" in told


def test_whether_there_is_an_account(browser: Browser, anna: Citizen, settings: Any, log: Log) -> None:
    """Known and unknown addresses get the same answers, letter by letter but for what was typed."""
    settings.VERBUND_MAIL = True
    client = browser.client(UMBRELLA)
    for path, more in (
        (FORM, {"password": "falsch, aber lang genug"}),
        ("/konto/registrieren/", {}),
        ("/konto/passwort-vergessen/", {}),
    ):
        answers = {
            (sent.status_code, without_what_differs(sent.content.decode(), email))
            for email in (anna.email, "niemand@example.org")
            for sent in [client.post(path, {"email": email, **more})]
        }
        assert len(answers) == 1, path
    assert log.refused == ["password"] * 2
    assert not log.tells(anna.email, "niemand@example.org")


def without_what_differs(page: str, email: str) -> str:
    """Take out what changes with every page, and what was typed."""
    page = page.replace(email, "…").replace(email.replace("@", "%40"), "…")
    return re.sub(r'(csrfmiddlewaretoken" value="|nonce="|nonce-)[^"\']*', r"\1", page)


def test_a_passkey_that_is_made_up(browser: Browser, log: Log) -> None:
    client = browser.client(UMBRELLA)
    client.post("/konto/anmelden/passkey/aufgabe/")
    assert client.post("/konto/anmelden/passkey/", {"answer": "{}"}).status_code == 422
    assert log.refused == ["passkey"]


def test_whoever_knows_the_password_locks_nobody_out(browser: Browser, anna: Citizen, log: Log) -> None:
    """Wrong codes close the second step for an app's codes; a recovery code of the owner opens it all the same."""
    secret, codes = set_up_app(anna)
    thief = Browser(browser._visit)
    thief.sign_in(anna)
    answers = [thief.client(UMBRELLA).post(thief.path, {"code": "000000"}).status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]
    assert "limits.reached" in log.events
    owner = Browser(browser._visit)
    owner.sign_in(anna)
    refused = owner.post(UMBRELLA, owner.path, {"code": pyotp.TOTP(secret).at(int(time.time()) + 30)})
    assert refused.status_code == 429
    assert "Mit einem Ihrer Notfallcodes kommen Sie sofort hinein." in refused.content.decode()
    assert owner.post(UMBRELLA, owner.path, {"code": codes[0]}).status_code == 200
    assert owner.path == "/konto/"


@pytest.mark.parametrize(
    "path", ["sicherheit/app/", "sicherheit/app/entfernen/", "sicherheit/notfallcodes/", "sicherheit/passkeys/neu/"]
)
def test_a_session_that_was_left_open_changes_no_way_in(
    browser: Browser, anna: Citizen, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _secret, codes = set_up_app(anna)
    browser.sign_in(anna)
    browser.post(UMBRELLA, browser.path, {"code": codes[0]})
    later = sessions.now_seconds() + 11 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    refused = browser.post(UMBRELLA, f"/konto/{path}", {"code": "000000", "answer": "{}"})
    assert refused.status_code == 403
    assert "Zum Ändern melden Sie sich noch einmal an" in refused.content.decode()
    assert secondfactor.get_factors(anna.id).has_app
    browser.post(UMBRELLA, "/konto/rechte/loeschen/neu-anmelden/", {"weiter": "/konto/sicherheit/"})
    assert browser.path == f"{FORM}?weiter=%2Fkonto%2Fsicherheit%2F"
