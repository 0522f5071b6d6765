"""A citizen's account, by both ways in: opened by a mail's link, good in every town, ended in all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from secrets import token_hex

import httpx
import pytest
from playwright.sync_api import Page, expect

from shared_services.identity.citizen import discovery
from tests.journeys.accessibility import axe
from tests.journeys.browser import DESKTOP, PHONE, Complaints
from tests.journeys.conftest import NewPage
from tests.journeys.keycloak_pages import expect_for_everybody
from tests.journeys.product import Product
from tests.journeys.ways_in import BuiltIn, Keycloak, Way, hurry_past, put_authenticator_into
from tests.journeys.with_keycloak import WithKeycloak

# A town of another region than Gladbeck's.
ELSEWHERE = "muenster"


def register_somebody(
    way: Way, page: Page, complaints: Complaints, *, on_page: Callable[[Page], object] = hurry_past
) -> None:
    """Open an account for a person of this test alone, from the form to sign in."""
    way.register(page, f"nadja.{token_hex(4)}@example.org", on_page=on_page)
    # A script of Keycloak's own looks for a password field that its page for new people has not.
    complaints.found[:] = [one for one in complaints.found if "reading 'addEventListener'" not in one]


def test_one_account_opens_every_town_and_ends_in_all(way: Way, page: Page, complaints: Complaints) -> None:
    here, there = way.product.at("gladbeck", "/konto/"), way.product.at(ELSEWHERE, "/konto/")
    page.goto(here)
    way.expect_form(page)
    register_somebody(way, page, complaints, on_page=expect_for_everybody if isinstance(way, Keycloak) else axe)
    page.set_viewport_size(DESKTOP)
    page.goto(here)
    expect(page.get_by_role("main").get_by_role("button", name="Abmelden")).to_be_visible()
    axe(page)
    page.goto(there)
    expect(page).to_have_url(there)
    expect(page.get_by_role("main").get_by_role("button", name="Abmelden")).to_be_visible()

    page.goto(here)
    page.get_by_role("main").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet. Das gilt in allen Kommunen")).to_be_visible()
    page.goto(there)
    way.expect_form(page)


def test_a_sign_in_in_the_other_region_is_good_here_and_signing_out_ends_all_devices(
    way: Way, open_page: NewPage, complaints: Complaints
) -> None:
    # A sign-in that ends while it is on the way is refused.
    complaints.expect(400, 422)
    here, there = way.product.at("gladbeck", "/konto/"), way.product.at(ELSEWHERE, "/konto/")
    computer, phone = open_page(), open_page()
    for page in (computer, phone):
        page.goto(there)
        way.sign_in(page, way.owner)
        expect(page).to_have_url(there)
        page.goto(here)
        expect(page).to_have_url(here)
    phone.get_by_role("main").get_by_role("button", name="Abmelden").click()
    expect(phone.get_by_text("Das gilt in allen Kommunen und auf allen Ihren Geräten.")).to_be_visible()
    # What the computer has at Keycloak a worker ends, which may have other things to do first.
    for _try in range(100):
        computer.goto(there)
        if computer.locator("input[name=password]").count():
            break
        computer.wait_for_timeout(500)
    way.expect_form(computer)


def test_a_passkey_opens_the_account_without_a_password(way: Way, page: Page, complaints: Complaints) -> None:
    product = way.product
    put_authenticator_into(page)
    page.goto(product.at("emscher-lippe", "/konto/"))
    # Of their own: whoever has a passkey is asked for it after the password.
    register_somebody(way, page, complaints)
    page.goto(product.at("emscher-lippe", "/konto/sicherheit/"))
    expect(page).to_have_url(product.at("emscher-lippe", "/konto/sicherheit/"))
    axe(page)
    way.add_passkey(page)
    page.get_by_role("button", name="Abmelden").first.click()
    page.goto(product.at("gladbeck", "/konto/"))
    way.sign_in_with_passkey(page)
    expect(page).to_have_url(product.at("gladbeck", "/konto/"))
    expect(page.get_by_role("main")).to_contain_text("Vertrauensniveau: einfach")


def test_a_step_up_leads_over_bundid_and_back_to_the_page(way: Way, page: Page) -> None:
    product = way.product
    target = "/leistungen/?q=Hund"
    page.goto(product.at("gladbeck", "/konto/anmelden/?niveau=hoch&ueber=bundid&weiter=/leistungen/%3Fq%3DHund"))
    way.prove(page, "erika")
    expect(page).to_have_url(product.at("gladbeck", target))
    for town in ("gladbeck", ELSEWHERE):
        page.goto(product.at(town, "/konto/"))
        expect(page.get_by_role("main")).to_contain_text("Vertrauensniveau: hoch")


def session_of(page: Page) -> str:
    """Return the key of a browser's session at the region's umbrella."""
    (found,) = (one for one in page.context.cookies(page.url) if one["name"] == "verbund")
    return str(found["value"])


def test_a_session_that_ends_in_the_middle_of_an_edit_costs_nothing(
    way: Way, page: Page, complaints: Complaints
) -> None:
    form = way.product.at("emscher-lippe", "/konto/daten/adresse/")
    street = f"Zechenbahntrasse {token_hex(2)}"
    complaints.expect(403)
    page.goto(form)
    way.sign_in(page, way.owner)
    page.get_by_label("Straße und Hausnummer").fill(street)
    way.product.let_time_pass(session_of(page), minutes=61)
    page.get_by_role("button", name="Speichern").click()
    if isinstance(way, BuiltIn):
        expect(page.get_by_text("Was Sie eingetippt haben, ist noch da.")).to_be_visible()
        way.sign_in(page, way.owner)
    expect(page).to_have_url(form)
    expect(page.get_by_text("Noch nicht gespeichert")).to_be_visible()
    expect(page.get_by_label("Straße und Hausnummer")).to_have_value(street)
    axe(page)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("main")).to_contain_text(street)


def test_a_step_up_in_the_middle_of_an_edit_keeps_what_was_typed(way: Way, page: Page, complaints: Complaints) -> None:
    complaints.expect(403)
    product, path = way.product, "/konto/daten/bank/"
    page.goto(product.at("emscher-lippe", f"/konto/anmelden/?ueber=bundid&weiter={path}"))
    way.prove(page, "erika")
    holder = f"Erika {token_hex(2)}"
    page.get_by_label("Kontoinhaber").fill(holder)
    page.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 00")
    product.let_time_pass(session_of(page), minutes=31)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sicherer Nachweis nötig")
    expect(page.get_by_role("main")).to_contain_text("lenkt niemand mit Ihrem Passwort allein Geld um")
    axe(page)
    page.get_by_role("main").get_by_role("link", name="BundID (Simulation)").click()
    way.prove(page, "erika")
    expect(page).to_have_url(product.at("emscher-lippe", path))
    expect(page.get_by_label("Kontoinhaber")).to_have_value(holder)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("main")).to_contain_text(holder)


def test_who_calls_it_off_or_is_failed_by_the_provider_is_told(
    way: Way, open_page: NewPage, complaints: Complaints
) -> None:
    complaints.expect(400, 401, 403, 503)
    begin = way.product.at("gladbeck", "/konto/anmelden/?niveau=hoch&ueber=bundid&weiter=/leistungen/%3Fq%3DHund")
    abel, fabian = open_page(), open_page()
    abel.goto(begin)
    way.decline(abel, "abel")
    expect(abel.get_by_text("abgebrochen").first).to_be_visible()
    fabian.goto(begin)
    way.prove(fabian, "fabian")
    expect(fabian.get_by_text("Störung beim Anbieter")).to_be_visible()


def test_the_page_that_stands_for_a_provider_is_for_everybody(product: Product, page: Page) -> None:
    for prefix, heading in (("", "Als wer kommen Sie zurück?"), ("/en", "As whom do you come back?")):
        page.goto(product.at("emscher-lippe", f"{prefix}/konto/anmelden/?ueber=bundid"))
        expect(page.get_by_role("main")).to_contain_text(heading)
        axe(page)
    page.set_viewport_size(PHONE)
    axe(page)


@pytest.mark.keycloak
@pytest.mark.parametrize(
    ("prefix", "language", "code"), [("", "de", "Code aus der App"), ("/en", "en", "Code from the app")]
)
def test_keycloaks_pages_are_for_everybody(
    keycloak_way: Keycloak, page: Page, prefix: str, language: str, code: str
) -> None:
    page.goto(keycloak_way.product.at("gladbeck", f"{prefix}/konto/"))
    keycloak_way.expect_form(page)
    assert page.locator("html").get_attribute("lang") == language
    expect_for_everybody(page)
    page.goto(f"{page.url}&kc_action=CONFIGURE_TOTP")
    keycloak_way.sign_in(page, "anna")
    expect(page.get_by_label(code)).to_be_visible()
    expect_for_everybody(page)


@pytest.mark.keycloak
def test_keycloaks_pages_after_the_password_and_for_what_it_refuses_are_for_everybody(
    keycloak_way: Keycloak, page: Page, complaints: Complaints
) -> None:
    complaints.expect(400)
    page.goto(keycloak_way.product.at("gladbeck", "/konto/"))
    sign_in = page.url
    page.goto(f"{sign_in}&acr_values=zwei-faktor")
    keycloak_way.sign_in(page, "otto")
    expect(page.get_by_label("Code aus der App")).to_be_visible()
    expect_for_everybody(page)
    page.goto(sign_in.replace("client_id=", "client_id=not-"))
    expect(page.get_by_role("main")).to_contain_text("Öffnen Sie Ihr Portal")
    expect_for_everybody(page)


@pytest.mark.keycloak
def test_while_keycloak_hangs_pages_go_on_and_signing_in_says_so(
    keycloak_product: WithKeycloak, page: Page, complaints: Complaints
) -> None:
    complaints.expect(503)
    product, road = keycloak_product.product, keycloak_product.road
    sign_in = product.at("gladbeck", "/konto/")
    road.become("hanging")
    try:
        time.sleep(discovery._PRESENT_SECONDS)  # it was heard of a moment ago
        impatient = [threading.Thread(target=ask, args=(product, "/konto/anmelden/")) for _person in range(6)]
        for one in impatient:
            one.start()
        meanwhile = slowest_of_twenty(product)
        begun = time.monotonic()
        page.goto(sign_in)
        expect(page.get_by_text("gerade nicht erreichbar")).to_be_visible()
        assert time.monotonic() - begun < 5
        for one in impatient:
            one.join()
    finally:
        road.become("open")
        time.sleep(discovery._AWAY_SECONDS)
    # Who waited for Keycloak would wait longer, however busy the machine; how fast pages are is for the benchmark.
    assert meanwhile < 2
    page.goto(sign_in)
    expect(page.locator("#username")).to_be_visible()


def ask(product: Product, path: str) -> float:
    """Fetch a page of Gladbeck, whatever it says, and return the seconds it took."""
    host, begun = f"gladbeck.localhost:{product.port}", time.monotonic()
    httpx.get(f"http://127.0.0.1:{product.port}{path}", headers={"Host": host}, timeout=30)
    return time.monotonic() - begun


def slowest_of_twenty(product: Product, *, times: int = 30) -> float:
    """Return the 95th percentile of the seconds that a public page takes."""
    return sorted(ask(product, "/leistungen/?q=Hund") for _time in range(times))[int(times * 0.95)]
