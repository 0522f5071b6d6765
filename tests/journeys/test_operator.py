"""An operator closes a portal and opens it again: citizens are told whom to call meanwhile."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import editor, operator
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Nothing else in the demo depends on it.
TOWN = "oer-erkenschwick"


def test_a_suspended_portal_says_whom_to_call(open_page: NewPage, product: Product, complaints: Complaints) -> None:
    complaints.expect(422, 503)
    provider, citizen = open_page(), open_page()
    operator("emscher-lippe").sign_in(provider, product)
    citizen.goto(product.at(TOWN))  # its page is in the store now

    _open_tenant(provider, product)
    provider.get_by_role("link", name="Portal sperren").click()
    provider.get_by_role("main").locator("form").get_by_role("button").first.click()
    expect(provider.get_by_role("alert")).to_contain_text("Nennen Sie den Grund")
    axe(provider)
    provider.get_by_label("Grund der Sperrung").fill("Sicherheitslücke, wird geprüft")
    provider.get_by_role("main").locator("form").get_by_role("button").first.click()
    expect(provider.get_by_role("main")).to_contain_text("gesperrt")

    for path in ("/", "/leistungen/hund-anmelden/", "/verwaltung/", "/en/"):
        answer = citizen.goto(product.at(TOWN, path))
        assert answer is not None
        assert answer.status == 503
    citizen.goto(product.at(TOWN))
    axe(citizen)
    expect(citizen.locator('a[href^="tel:"]').first).to_be_visible()
    expect(citizen.locator("body")).not_to_contain_text("Sicherheitslücke")
    citizen.goto(product.at("emscher-lippe", "/kommunen/"))
    expect(citizen.get_by_role("region", name="In der Liste")).not_to_contain_text("Oer-Erkenschwick\ngewählt")

    _open_tenant(provider, product)
    provider.get_by_role("link", name="Portal freigeben").click()
    axe(provider)
    provider.get_by_role("main").locator("form").get_by_role("button").first.click()
    answer = citizen.goto(product.at(TOWN))
    assert answer is not None
    assert answer.status == 200


def test_a_wrong_key_is_refused_and_nothing_is_left(page: Page, product: Product, complaints: Complaints) -> None:
    complaints.expect(404, 422)
    operator("modellkommunen").sign_in(page, product)
    page.goto(product.at("konsole", "/kommunen/neu/?region=modellkommunen&kommune=03452025"))
    page.goto(product.at("konsole", "/kommunen/neu/?region=modellkommunen"))
    main = page.get_by_role("main")
    main.get_by_role("link").filter(has_not_text="Portalregion").last.click()
    page.get_by_label("Amtlicher Gemeindeschlüssel (AGS)").fill("12345678")
    page.get_by_label("Kurzname").fill("falschstadt")
    page.get_by_label("Hauptadresse").fill("falschstadt.localhost")
    page.get_by_role("button", name="Kommune einrichten").click()
    expect(page.get_by_role("alert")).to_contain_text("prüfen")
    axe(page)
    answer = page.goto(product.at("falschstadt"))
    assert answer is not None
    assert answer.status == 404


def test_an_operator_sees_the_own_region_only(page: Page, product: Product, complaints: Complaints) -> None:
    complaints.expect(404)
    operator("modellkommunen").sign_in(page, product)
    page.goto(product.at("konsole", "/kommunen/"))
    expect(page.get_by_role("main")).to_contain_text("Wiesmoor")
    expect(page.get_by_role("main")).not_to_contain_text("Gladbeck")
    answer = page.goto(product.at("konsole", "/kommunen/gladbeck/"))
    assert answer is not None
    assert answer.status == 404


def test_staff_have_no_place_on_the_console(page: Page, product: Product, complaints: Complaints) -> None:
    complaints.expect(400, 422)
    person = editor("gladbeck")
    page.goto(product.at("konsole", "/anmelden/"))
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort").fill(person.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("stimmen nicht")
    axe(page)


def _open_tenant(page: Page, product: Product) -> None:
    page.goto(product.at("konsole", f"/kommunen/{TOWN}/"))
