"""Citizens sign in once at the umbrella, and are known in every town of the region."""

from __future__ import annotations

import re

import pyotp
import pytest

from shared_services.accounts.sessions import list_devices
from shared_services.identity.citizen.tests.cast import (
    PASSWORD,
    UMBRELLA,
    Browser,
    Citizen,
    code_for,
    set_up_app,
)
from shared_services.identity.tests.authenticator import Device
from tenants.context import as_umbrella
from tenants.registry.sites import TenantInfo

FORM = "/konto/anmelden/passwort/"


def test_signing_in_at_a_town_leads_over_the_umbrella_back_to_the_page(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo
) -> None:
    page = browser.sign_in(anna, host=gladbeck.host, target="/leistungen/?q=Hund")
    assert (browser.host, browser.path) == (gladbeck.host, "/leistungen/?q=Hund")
    assert page.status_code == 200
    assert browser.get(gladbeck.host, "/konto/").status_code == 200
    assert browser.path == "/konto/"


def test_the_next_town_asks_for_nothing(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    assert browser.get(dorsten.host, "/konto/").status_code == 200
    assert (browser.host, browser.path) == (dorsten.host, "/konto/")


@pytest.mark.parametrize("email", ["anna@example.org", "niemand@example.org", "kein at-Zeichen"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(browser: Browser, anna: Citizen, email: str) -> None:
    page = browser.post(UMBRELLA, FORM, {"email": email, "password": "falsch, aber lang genug"})
    assert page.status_code == 422
    assert "stimmen nicht" in page.content.decode()


def test_after_five_wrong_passwords_the_sixth_has_to_wait(browser: Browser, anna: Citizen) -> None:
    wrong = {"email": anna.email, "password": "falsch, aber lang genug"}
    answers = [browser.post(UMBRELLA, FORM, wrong).status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]
    # The right one has to wait, too: from this address.
    assert browser.post(UMBRELLA, FORM, {**wrong, "password": PASSWORD}).status_code == 429


def test_a_code_for_one_town_is_refused_by_another(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    browser.sign_in(anna)
    back = code_for(browser, gladbeck)
    # Dorsten has begun a sign-in, too, in the same browser.
    browser.client(dorsten.host).get("/konto/anmelden/")
    answer = browser.client(dorsten.host).get(back)
    assert answer.status_code == 422


def test_a_code_works_once_and_only_for_the_browser_that_asked(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, visit: object
) -> None:
    browser.sign_in(anna)
    back = code_for(browser, gladbeck)
    stranger = Browser(browser._visit)
    assert stranger.client(gladbeck.host).get(back).status_code == 422
    kept = dict(browser.client(gladbeck.host).cookies)
    assert browser.client(gladbeck.host).get(back).status_code == 302
    browser.client(gladbeck.host).cookies.update(kept)
    assert browser.client(gladbeck.host).get(back).status_code == 422


def test_a_sign_in_never_leads_to_another_host(browser: Browser, anna: Citizen, gladbeck: TenantInfo) -> None:
    for target in ("https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:alert(1)"):
        anew = Browser(browser._visit)
        anew.sign_in(anna, host=gladbeck.host, target=target)
        assert (anew.host, anew.path) == (gladbeck.host, "/konto/")


def test_the_session_of_the_sign_in_page_does_not_become_the_persons(browser: Browser, anna: Citizen) -> None:
    client = browser.client(UMBRELLA)
    client.get(FORM)
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["verbund"] = str(session.session_key)
    planted = session.session_key
    browser.sign_in(anna)
    assert client.cookies["verbund"].value != planted
    assert "planted" not in client.session


def test_signing_out_at_one_town_ends_all_of_the_sign_in(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    browser.get(dorsten.host, "/konto/")
    assert len(list_devices(anna.id, current=None)) == 3
    browser.post(gladbeck.host, "/konto/abmelden/", {})
    assert list_devices(anna.id, current=None) == []
    browser.get(dorsten.host, "/konto/")
    assert browser.host == UMBRELLA
    assert browser.path.startswith(FORM)


def test_a_device_is_ended_from_another_one(browser: Browser, anna: Citizen, gladbeck: TenantInfo) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    lost = Browser(browser._visit)
    lost.sign_in(anna)
    page = browser.get(UMBRELLA, "/konto/geraete/").content.decode()
    assert page.count("Dieses Gerät abmelden") == 1, "what one browser has open is one device"
    assert "Gladbeck, Serviceportal Emscher-Lippe." in " ".join(page.split())
    browser.post(UMBRELLA, "/konto/geraete/abmelden/", {})
    lost.get(UMBRELLA, "/konto/")
    assert lost.path.startswith(FORM)
    for host in (UMBRELLA, gladbeck.host):
        assert browser.get(host, "/konto/").status_code == 200


def test_a_single_device_is_ended_in_all_portals_and_no_other(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    lost, kept = Browser(browser._visit), Browser(browser._visit)
    for one in (browser, lost, kept):
        one.sign_in(anna, host=gladbeck.host)
    page = browser.get(UMBRELLA, "/konto/geraete/").content.decode()
    assert page.count("Dieses Gerät abmelden") == 2
    with as_umbrella():
        proof = lost.client(UMBRELLA).session["account"]["proof"]
    told = browser.post(UMBRELLA, f"/konto/geraete/{proof['session_id']}/abmelden/", {}).content.decode()
    assert "Dieses Gerät ist abgemeldet." in told
    for host in (gladbeck.host, dorsten.host, UMBRELLA):
        lost.get(host, "/konto/")
        assert lost.path.startswith(FORM)
        for one in (browser, kept):
            assert one.get(host, "/konto/").status_code == 200
            assert one.path == "/konto/"


def test_a_second_factor_is_asked_for_and_each_code_works_once(browser: Browser, anna: Citizen) -> None:
    secret, codes = set_up_app(anna)
    browser.sign_in(anna)
    assert browser.path.startswith("/konto/anmelden/code/")
    assert browser.client(UMBRELLA).get("/konto/").status_code == 302, "the password alone opens nothing"
    path = browser.path
    later = pyotp.TOTP(secret).at(_now() + 30)
    assert browser.post(UMBRELLA, path, {"code": "000000"}).status_code == 422
    assert browser.post(UMBRELLA, path, {"code": later}).status_code == 200
    assert browser.path == "/konto/"
    other = Browser(browser._visit)
    other.sign_in(anna)
    assert other.post(UMBRELLA, other.path, {"code": later}).status_code == 422, "a code was used twice"
    assert other.post(UMBRELLA, other.path, {"code": codes[0]}).status_code == 200, "a recovery code opens"
    third = Browser(browser._visit)
    third.sign_in(anna)
    assert third.post(UMBRELLA, third.path, {"code": codes[0]}).status_code == 422


def test_a_second_factor_is_no_trust_level(browser: Browser, anna: Citizen) -> None:
    _secret, codes = set_up_app(anna)
    browser.sign_in(anna)
    browser.post(UMBRELLA, browser.path, {"code": codes[0]})
    page = browser.get(UMBRELLA, "/konto/").content.decode()
    assert "Vertrauensniveau einfach, mit zweitem Faktor" in " ".join(page.split())


def test_a_closed_account_is_out_at_its_next_page(browser: Browser, anna: Citizen, gladbeck: TenantInfo) -> None:
    from shared_services.accounts.models import CitizenAccount  # noqa: PLC0415 -- there is no page for it yet
    from tenants.context import as_accounts  # noqa: PLC0415

    browser.sign_in(anna, host=gladbeck.host)
    with as_accounts():
        CitizenAccount.objects.filter(id=anna.id).update(is_active=False)
    browser.get(gladbeck.host, "/konto/")
    assert browser.host == UMBRELLA


def test_what_happened_is_told_to_the_owner(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    page = browser.get(UMBRELLA, "/konto/verlauf/").content.decode()
    assert re.search(r"Angemeldet", page)
    assert re.search(r"Konto eröffnet", page)


def test_the_public_pages_of_the_umbrella_know_nobody(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    page = browser.get(UMBRELLA, "/")
    assert page.status_code == 200
    assert "anna@example.org" not in page.content.decode()


def test_a_citizen_is_no_staff(browser: Browser, anna: Citizen, gladbeck: TenantInfo) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    answer = browser.client(gladbeck.host).get("/verwaltung/leistungen/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/verwaltung/anmelden/")
    assert browser.client(gladbeck.host).get("/verwaltung/anmelden/").status_code == 200


def _now() -> int:
    import time  # noqa: PLC0415 -- one use

    return int(time.time())


def test_whoever_has_a_passkey_alone_is_asked_for_it_after_the_password(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    client, device = browser.client(UMBRELLA), Device(UMBRELLA)
    options = client.post("/konto/sicherheit/passkeys/aufgabe/").content.decode()
    client.post("/konto/sicherheit/passkeys/neu/", {"answer": device.make(options), "name": "Telefon"})
    client.post("/konto/abmelden/")
    page = browser.sign_in(anna).content.decode()
    assert ("Nehmen Sie jetzt Ihren Passkey" in page, 'name="code"' in page) == (True, False)
    answer = device.show(client.post("/konto/anmelden/passkey/aufgabe/").content.decode())
    assert client.post("/konto/anmelden/passkey/", {"answer": answer, "weiter": "/konto/"})["Location"] == "/konto/"
    assert client.get("/konto/").status_code == 200
