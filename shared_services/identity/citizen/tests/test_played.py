"""Identity providers that are played beside the built-in login: levels, people, and what is tried with their codes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from shared_services.identity import sessions
from shared_services.identity.citizen.proof import ELEVATION_SECONDS
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen
from tenants.context import as_umbrella
from tenants.registry.sites import TenantInfo

FORM, DATA, BUNDID = "/konto/anmelden/passwort/", "/konto/daten/", "/konto/anmelden/ueber/bundid/"


@pytest.fixture(autouse=True)
def _played(settings: Any, db: None) -> None:
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = "", True


def begin(browser: Browser, *, host: str = UMBRELLA, over: str = "bundid", level: str = "", target: str = "") -> Any:
    """Begin a sign-in and stop at the provider's page."""
    asked = {"ueber": over, **({"niveau": level} if level else {}), **({"weiter": target} if target else {})}
    return browser.get(host, f"/konto/anmelden/?{urlencode(asked)}")


def come_back(browser: Browser, user: str, *, host: str = UMBRELLA, **begun: str) -> Any:
    """Begin, and come back as somebody."""
    page = begin(browser, host=host, **begun)
    assert page.status_code == 200, page.content.decode()
    return browser.post(browser.host, browser.path, {"person": user})


def answer_of(browser: Browser, user: str) -> str:
    """Return the address with the code that somebody would come back with, unopened."""
    begin(browser)
    return str(browser.client(UMBRELLA).post(browser.path, {"person": user})["Location"])


def level_at(browser: Browser, host: str) -> str:
    """Return what a portal says of the level."""
    page = " ".join(browser.get(host, "/konto/").content.decode().split())
    found = re.search(r"Vertrauensniveau:? (einfach|substantiell|hoch)", page)
    return found[1] if found else ""


def account_of(browser: Browser) -> str:
    """Return whose session the umbrella has."""
    with as_umbrella():
        return str(browser.client(UMBRELLA).session["account"]["id"])


def test_a_step_up_at_a_town_leads_back_to_the_page_and_holds_at_its_neighbour(
    browser: Browser, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    come_back(browser, "erika", host=gladbeck.host, level="hoch", target="/leistungen/?q=Hund")
    assert (browser.host, browser.path) == (gladbeck.host, "/leistungen/?q=Hund")
    assert [level_at(browser, host) for host in (gladbeck.host, dorsten.host, UMBRELLA)] == ["hoch"] * 3


def test_an_elevation_ends_everywhere_half_an_hour_after_it_was_proved(
    browser: Browser, gladbeck: TenantInfo, dorsten: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = sessions.now_seconds()
    come_back(browser, "erika", host=gladbeck.host, level="hoch")
    monkeypatch.setattr(sessions, "now_seconds", lambda: begun + ELEVATION_SECONDS - 60)
    assert level_at(browser, dorsten.host) == "hoch"  # which hears of it now
    monkeypatch.setattr(sessions, "now_seconds", lambda: begun + ELEVATION_SECONDS + 60)
    assert [level_at(browser, host) for host in (gladbeck.host, dorsten.host, UMBRELLA)] == ["einfach"] * 3


def test_what_the_provider_tells_is_known_at_its_level(browser: Browser) -> None:
    come_back(browser, "erika")
    page = browser.get(UMBRELLA, DATA).content.decode()
    assert "Heidestraße 17" in page
    assert "Vertrauensniveau hoch" in page
    assert "BundID (Simulation)" in page


def test_whoever_has_no_password_is_told_nothing_of_one(browser: Browser) -> None:
    come_back(browser, "petra")
    overview = " ".join(browser.get(UMBRELLA, "/konto/").content.decode().split())
    assert "Vertrauensniveau einfach" in overview
    assert "Passwort, Vertrauensniveau" not in overview
    assert "gestohlenes Passwort" not in overview
    security = browser.get(UMBRELLA, "/konto/sicherheit/").content.decode()
    assert "bei uns kein Passwort" in security
    assert "App einrichten" not in security


def test_one_person_over_two_providers_is_one_account(browser: Browser) -> None:
    come_back(browser, "erika", over="landeskonto")
    browser.post(UMBRELLA, "/konto/abmelden/", {})
    come_back(browser, "erika")
    page = browser.get(UMBRELLA, "/konto/identitaeten/").content.decode()
    assert "Landeskonto (Simulation)" in page
    assert "BundID (Simulation)" in page


def test_another_name_is_the_same_person_and_another_person_with_the_same_address_is_not(browser: Browser) -> None:
    come_back(browser, "maria")
    account = account_of(browser)
    browser.post(UMBRELLA, "/konto/abmelden/", {})
    come_back(browser, "maria-neu")
    assert account_of(browser) == account
    assert "Vermählt" in browser.get(UMBRELLA, DATA).content.decode()
    ids = set()
    for user in ("klaus", "klara"):
        browser.post(UMBRELLA, "/konto/abmelden/", {})
        come_back(browser, user)
        ids.add(account_of(browser))
    assert len(ids) == 2


def test_who_acts_for_a_company_brings_it_along(browser: Browser) -> None:
    come_back(browser, "gerda", over="unternehmenskonto")
    assert "Muster Bau GmbH" in browser.get(UMBRELLA, DATA).content.decode()


@pytest.mark.parametrize("user", ["nils", "freya"])
def test_a_level_that_nobody_knows_is_none(browser: Browser, user: str) -> None:
    with capture_logs() as lines:
        page = come_back(browser, user)
    assert page.status_code == 422
    assert "kein Vertrauensniveau genannt" in page.content.decode()
    assert "level_unknown" in [line.get("attempted") for line in lines]
    assert browser.client(UMBRELLA).get("/konto/").status_code == 302


def test_a_level_below_the_one_asked_for_is_explained(browser: Browser, gladbeck: TenantInfo) -> None:
    page = come_back(browser, "petra", host=gladbeck.host, level="hoch", target="/leistungen/")
    assert page.status_code == 403
    assert "Sicherer Nachweis nötig" in page.content.decode()
    assert level_at(browser, gladbeck.host) == "einfach"


@pytest.mark.parametrize("choice", [{"person": "abel"}, {}])
def test_who_calls_it_off_is_told_at_the_town(browser: Browser, gladbeck: TenantInfo, choice: dict[str, str]) -> None:
    begin(browser, host=gladbeck.host, level="hoch", target="/leistungen/?q=Hund")
    page = browser.post(browser.host, browser.path, choice)
    assert (browser.host, browser.path) == (gladbeck.host, "/leistungen/?q=Hund")
    assert "abgebrochen" in page.content.decode()
    assert browser.client(gladbeck.host).get("/konto/").status_code == 302


def test_who_calls_it_off_at_the_umbrella_is_told_there(browser: Browser) -> None:
    begin(browser, target="/")
    assert "abgebrochen" in browser.post(UMBRELLA, browser.path, {}).content.decode()
    assert browser.path == "/"


def test_whom_the_provider_fails_reads_why_and_may_try_again(browser: Browser) -> None:
    page = come_back(browser, "fabian")
    assert page.status_code == 503
    assert "Störung beim Anbieter" in page.content.decode()
    assert browser.post(UMBRELLA, browser.path, {"person": "erika"}).status_code == 200
    assert level_at(browser, UMBRELLA) == "hoch"


def test_nobody_unknown_comes_back(browser: Browser) -> None:
    assert come_back(browser, "niemand").status_code == 404
    assert browser.client(UMBRELLA).get("/konto/").status_code == 302


def test_the_form_offers_citizens_providers_once_each(browser: Browser) -> None:
    page = browser.get(UMBRELLA, FORM).content.decode()
    for name in ("BundID (Simulation)", "Landeskonto (Simulation)", "Mein Unternehmenskonto (Simulation)"):
        assert name in page
    assert "SAML" not in page
    assert "Stadt Dorsten" not in page


def test_a_code_works_once_and_for_its_browser_alone(browser: Browser) -> None:
    back, here = answer_of(browser, "erika"), browser.client(UMBRELLA)
    kept = dict(here.cookies)
    stranger = Browser(browser._visit)
    begin(stranger)
    own_state = re.search(r"state=([^&]+)", stranger.path)
    assert own_state
    with capture_logs() as lines:
        assert stranger.client(UMBRELLA).get(back).status_code == 422
        swapped = re.sub(r"state=[^&]+", f"state={own_state[1]}", back)
        assert stranger.client(UMBRELLA).get(swapped).status_code == 422  # which has used the code up
        assert here.get(back).status_code == 422
        here.cookies.update(kept)
    refused = [line["attempted"] for line in lines if "attempted" in line]
    assert refused == ["state_unknown", "code_unknown", "code_unknown"]
    back = answer_of(browser, "erika")
    kept = dict(here.cookies)
    assert here.get(back).status_code == 302
    here.cookies.update({name: kept[name] for name in kept if name.endswith("anmeldung")})
    assert here.get(back).status_code == 422


def test_a_providers_page_answers_the_sign_in_that_asked_for_it(browser: Browser) -> None:
    begin(browser)
    asked = browser.path.replace("/bundid/", "/landeskonto/")
    assert browser.client(UMBRELLA).post(asked, {"person": "erika"}).status_code == 422
    assert Browser(browser._visit).client(UMBRELLA).post(browser.path, {"person": "erika"}).status_code == 422


def test_a_town_of_another_region_is_not_told(browser: Browser) -> None:
    answer = browser.client(UMBRELLA).get("/konto/weitergeben/?kommune=muenster&state=x&error=access_denied")
    assert answer.status_code == 404


@pytest.mark.parametrize(("name", "value"), [("VERBUND_SIMULATORS", False), ("VERBUND_LOGIN", "keycloak")])
def test_where_nobody_is_played_there_is_nothing(
    browser: Browser, anna: Citizen, settings: Any, name: str, value: object
) -> None:
    begin(browser)
    path = browser.path
    setattr(settings, name, value)
    here = browser.client(UMBRELLA)
    assert here.get(path).status_code == 404
    assert here.post(path, {"person": "erika"}).status_code == 404
    if name == "VERBUND_SIMULATORS":
        assert "BundID" not in browser.get(UMBRELLA, FORM).content.decode()
        assert "ueber" not in browser.client(UMBRELLA).get("/konto/anmelden/?ueber=bundid")["Location"]


def test_a_code_of_before_is_nothing_once_nobody_is_played(browser: Browser, settings: Any) -> None:
    back = answer_of(browser, "erika")
    settings.VERBUND_SIMULATORS = False
    assert browser.client(UMBRELLA).get(back).status_code == 422
