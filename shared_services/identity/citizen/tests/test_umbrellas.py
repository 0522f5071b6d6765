"""One sign-in for all regions: umbrellas ask each other, by codes as towns get them, and people notice nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from shared_services.accounts.events import list_events
from shared_services.accounts.models import CitizenAccount
from shared_services.accounts.sessions import list_devices
from shared_services.identity import sessions
from shared_services.identity.citizen.proof import ELEVATION_SECONDS
from shared_services.identity.citizen.tests.cast import (
    PASSWORD,
    UMBRELLA,
    Browser,
    Citizen,
    list_mails,
    open_account,
    set_up_app,
)
from shared_services.identity.citizen.tests.test_played import come_back, level_at
from shared_services.identity.tests.authenticator import Device
from tenants.context import as_accounts
from tenants.registry.sites import TenantInfo, directory

FORM = "/konto/anmelden/passwort/"
# The demo's oldest region is the anchor; these two ask it.
OTHER, THIRD = "muensterland.localhost", "modellkommunen.localhost"


@pytest.fixture
def muenster(town: Callable[[str], TenantInfo]) -> TenantInfo:
    """Return a town of another region than Gladbeck's."""
    return town("muenster")


def test_the_oldest_region_hears_of_all_sign_ins(db: None) -> None:
    oldest = min(directory.snapshot().regions.values(), key=lambda region: region.id)
    assert oldest.host == UMBRELLA


@pytest.mark.parametrize(
    ("first", "then"), [("gladbeck", "muenster"), ("muenster", "gladbeck"), ("muenster", "wiesmoor")]
)
def test_who_is_signed_in_in_one_region_is_in_another(
    browser: Browser, anna: Citizen, town: Callable[[str], TenantInfo], first: str, then: str
) -> None:
    browser.sign_in(anna, host=town(first).host, target="/leistungen/?q=Hund")
    assert (browser.host, browser.path) == (town(first).host, "/leistungen/?q=Hund")
    for slug in (then, first, "dueren"):
        assert browser.get(town(slug).host, "/konto/").status_code == 200
        assert (browser.host, browser.path) == (town(slug).host, "/konto/")


def test_umbrellas_themselves_are_told(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna, host=OTHER)
    for host in (UMBRELLA, THIRD, OTHER):
        assert browser.get(host, "/en/konto/daten/").status_code == 200
        assert (browser.host, browser.path) == (host, "/en/konto/daten/")


def test_who_is_nowhere_gets_the_form_of_the_region_in_their_language(browser: Browser, muenster: TenantInfo) -> None:
    page = browser.get(muenster.host, "/en/konto/")
    assert browser.host == OTHER
    assert browser.path.startswith(f"/en{FORM}")
    assert page.status_code == 200
    # Browsers hold the form's redirects to the policy, too: to the town, and to the umbrella that hears of it.
    (allowed,) = (part for part in page["Content-Security-Policy"].split(";") if "form-action" in part)
    assert f"http://{muenster.host}" in allowed
    assert f"http://{UMBRELLA}" in allowed


def test_signing_out_in_one_region_ends_it_in_all(browser: Browser, anna: Citizen, muenster: TenantInfo) -> None:
    browser.sign_in(anna)
    browser.get(muenster.host, "/konto/")
    assert len(list_devices(anna.id, current=None)) == 3
    browser.post(muenster.host, "/konto/abmelden/", {})
    assert list_devices(anna.id, current=None) == []
    for host in (UMBRELLA, OTHER, muenster.host):
        browser.get(host, "/konto/")
        assert urlsplit(browser.path).path == FORM


def test_who_signs_in_as_somebody_else_is_that_everywhere(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, muenster: TenantInfo
) -> None:
    browser.sign_in(anna)
    berta = open_account("berta@example.org")
    # The form itself, without asking: as from a bookmark.
    browser.post(OTHER, FORM, {"email": berta.email, "password": PASSWORD})
    assert (browser.host, browser.path) == (OTHER, "/konto/")
    for host in (UMBRELLA, gladbeck.host, muenster.host):
        assert browser.get(host, "/konto/").status_code == 200
    assert {one.site for one in list_devices(berta.id, current=None)} >= {"umbrella:emscher-lippe", str(gladbeck.id)}


def test_a_second_factor_and_a_passkey_are_told_as_what_they_are(browser: Browser, anna: Citizen) -> None:
    _secret, codes = set_up_app(anna)
    browser.sign_in(anna, host=OTHER)
    browser.post(OTHER, browser.path, {"code": codes[0]})
    assert (browser.host, browser.path) == (OTHER, "/konto/")
    for host in (UMBRELLA, OTHER, THIRD):
        page = " ".join(browser.get(host, "/konto/").content.decode().split())
        assert "Vertrauensniveau einfach, mit zweitem Faktor" in page
    client, device = browser.client(OTHER), Device(OTHER)
    options = client.post("/konto/sicherheit/passkeys/aufgabe/").content.decode()
    client.post("/konto/sicherheit/passkeys/neu/", {"answer": device.make(options), "name": "Telefon"})
    browser.post(OTHER, "/konto/abmelden/", {})
    answer = device.show(client.post("/konto/anmelden/passkey/aufgabe/").content.decode())
    browser.post(OTHER, "/konto/anmelden/passkey/", {"answer": answer, "weiter": "/konto/geraete/"})
    assert (browser.host, browser.path) == (OTHER, "/konto/geraete/")
    assert browser.get(UMBRELLA, "/konto/").status_code == 200


def test_whoever_opens_an_account_in_one_region_is_in_the_others(browser: Browser, gladbeck: TenantInfo) -> None:
    browser.post(OTHER, "/konto/registrieren/", {"email": "neu@example.org"})
    page = browser.post(OTHER, list_mails()[-1].link, {"password": PASSWORD})
    assert (browser.host, browser.path) == (OTHER, "/konto/")
    assert "Willkommen!" in page.content.decode()
    assert browser.get(gladbeck.host, "/konto/").status_code == 200


def test_a_level_holds_in_all_regions_and_ends_in_all_at_once(
    browser: Browser,
    muenster: TenantInfo,
    gladbeck: TenantInfo,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = "", True
    begun = sessions.now_seconds()
    come_back(browser, "erika", host=muenster.host, level="hoch", target="/leistungen/")
    assert (browser.host, browser.path) == (muenster.host, "/leistungen/")
    monkeypatch.setattr(sessions, "now_seconds", lambda: begun + ELEVATION_SECONDS - 60)
    assert [level_at(browser, host) for host in (muenster.host, gladbeck.host, UMBRELLA)] == ["hoch"] * 3
    monkeypatch.setattr(sessions, "now_seconds", lambda: begun + ELEVATION_SECONDS + 60)
    assert [level_at(browser, host) for host in (muenster.host, gladbeck.host, UMBRELLA)] == ["einfach"] * 3


def test_a_browser_that_is_told_of_is_no_new_device(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    browser.get(OTHER, "/konto/")
    browser.post(OTHER, "/konto/abmelden/", {})
    browser.sign_in(anna, host=OTHER)
    assert list_mails("accounts.new_device") == []
    Browser(browser._visit).sign_in(anna, host=OTHER)
    assert len(list_mails("accounts.new_device")) == 1


def test_the_account_stays_with_the_region_to_which_its_owner_came_and_its_history_too(
    browser: Browser, anna: Citizen
) -> None:
    browser.sign_in(anna, host=OTHER)
    assert browser.get(UMBRELLA, "/konto/").status_code == 200
    with as_accounts():
        assert CitizenAccount.objects.get(id=anna.id).region == "muensterland"
    opened = [one.details["site"] for one in list_events(anna.id) if one.action == "session.opened"]
    assert opened == ["umbrella:muensterland"]


def question(browser: Browser, host: str = OTHER) -> str:
    """Begin at an umbrella, and return the anchor's page that it asks at, unopened."""
    location = browser.client(host).get("/konto/anmelden/")["Location"]
    assert location.startswith(f"http://{UMBRELLA}/konto/weitergeben/?")
    return str(location.partition(UMBRELLA)[2])


def answer_to(browser: Browser, question_path: str, host: str = OTHER) -> str:
    """Return the address with which the anchor answers, unopened."""
    location = browser.client(UMBRELLA).get(question_path)["Location"]
    assert location.startswith(f"http://{host}/konto/anmelden/zurueck/?")
    return str(location.partition(host)[2])


def test_a_code_is_for_the_umbrella_and_the_browser_that_asked_and_works_once(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    back = answer_to(browser, question(browser))
    assert Browser(browser._visit).client(OTHER).get(back).status_code == 422
    browser.client(THIRD).get("/konto/anmelden/")
    assert browser.client(THIRD).get(back).status_code == 422
    kept = dict(browser.client(OTHER).cookies)
    assert browser.client(OTHER).get(back).status_code == 302
    browser.client(OTHER).cookies.update(kept)
    assert browser.client(OTHER).get(back).status_code == 422


def test_a_code_asked_for_in_anothers_name_is_good_for_nobody(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    asked = parse_qs(urlsplit(question(browser)).query)
    forged = {"region": "modellkommunen", "state": asked["state"][0], "challenge": asked["challenge"][0]}
    back = answer_to(browser, f"/konto/weitergeben/?{urlencode(forged)}", THIRD)
    assert browser.client(THIRD).get(back).status_code == 422, "it has not asked"
    assert browser.client(OTHER).get(back).status_code == 422, "the code is not for it"


@pytest.mark.parametrize("error", ["login_required", "access_denied", ""])
def test_an_answer_to_nothing_signs_nobody_in(browser: Browser, anna: Citizen, error: str) -> None:
    page = browser.client(OTHER).get(f"/konto/anmelden/zurueck/?state=erfunden&code=erfunden&error={error}")
    assert page.status_code == 422
    assert browser.client(OTHER).get("/konto/").status_code == 302


@pytest.mark.parametrize("slug", ["boese.example", "emscher-lippe", ""])
def test_who_asks_must_be_another_umbrella_of_the_deployment(browser: Browser, anna: Citizen, slug: str) -> None:
    browser.sign_in(anna)
    page = browser.client(UMBRELLA).get(f"/konto/weitergeben/?region={slug}&state=s&challenge=c")
    assert page.status_code == 404
    assert "Diese Region gibt es hier nicht" in page.content.decode()


@pytest.mark.parametrize("back", ["https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:x", ""])
def test_going_back_leads_to_the_registered_host_alone(browser: Browser, db: None, back: str) -> None:
    path = f"/konto/weitergeben/?{urlencode({'region': 'muensterland', 'weiter': back})}"
    answer = browser.client(UMBRELLA).get(path)
    assert answer["Location"] == f"http://{OTHER}/konto/"


def test_only_the_anchor_asks_back(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna, host=OTHER)
    # Nobody can have a browser taken from one umbrella's account to another's by an address.
    begun = browser.client(THIRD).get("/konto/anmelden/?ueber=region:muensterland")
    assert begun["Location"].startswith(FORM)
    begun = browser.client(UMBRELLA).get("/konto/anmelden/?ueber=region:gibtesnicht")
    assert begun["Location"].startswith(FORM)


def test_a_form_that_comes_too_late_leads_over_a_page_to_the_umbrella_that_is_asked(
    browser: Browser, anna: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(anna, host=OTHER)
    begun = sessions.now_seconds()
    monkeypatch.setattr(sessions, "now_seconds", lambda: begun + 61 * 60)
    page = browser.client(OTHER).post("/konto/daten/adresse/", {"street": "Am Markt 1"})
    assert page.status_code == 403
    assert "Weiter zur Anmeldung" in page.content.decode()


def test_a_target_too_long_for_an_address_within_an_address_is_reached_all_the_same(
    browser: Browser, anna: Citizen
) -> None:
    target = "/konto/geraete/?q=" + "%C3%BC" * 150
    browser.post(OTHER, FORM, {"email": anna.email, "password": PASSWORD, "weiter": target})
    assert (browser.host, browser.path) == (OTHER, target)


def test_with_one_region_nobody_is_asked(browser: Browser, anna: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared_services.identity.citizen import umbrellas  # noqa: PLC0415 -- one use

    monkeypatch.setattr(umbrellas, "_anchor", lambda: directory.snapshot().regions["muensterland"])
    assert browser.client(OTHER).get("/konto/anmelden/")["Location"].startswith(FORM)
    browser.post(OTHER, FORM, {"email": anna.email, "password": PASSWORD})
    assert (browser.host, browser.path) == (OTHER, "/konto/")
