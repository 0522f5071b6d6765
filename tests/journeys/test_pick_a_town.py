"""Five ways to a town: name, postcode, nearby, list, map. With JavaScript, without it, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

REGION = "emscher-lippe"
IN_GLADBECK = {"latitude": 51.5708, "longitude": 6.9859}


def _search(page: Page) -> Locator:
    return page.get_by_role("search", name="Kommune suchen", exact=True)


def _fill_in(page: Page, text: str) -> Locator:
    field = _search(page).locator("input[type=search]")
    field.fill(text)
    return field


def _by_name(page: Page) -> None:
    _fill_in(page, "Gladb")
    _search(page).get_by_role("button", name="Finden").click()
    page.get_by_role("link", name="Weiter mit Gladbeck").click()


def _by_postcode(page: Page) -> None:
    _fill_in(page, "45964")
    _search(page).get_by_role("button", name="Finden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gefunden: Gladbeck")
    page.get_by_role("link", name="Weiter mit Gladbeck").click()


def _by_list(page: Page) -> None:
    page.get_by_role("link", name="Alle Orte von A bis Z").click()
    page.get_by_role("region", name="In der Liste").get_by_role("link", name="Gladbeck").click()


def _by_map(page: Page) -> None:
    page.get_by_role("group", name="Karte: Emscher-Lippe").get_by_role("link", name="Gladbeck").first.click()


WAYS: dict[str, Callable[[Page], None]] = {
    "name": _by_name,
    "postcode": _by_postcode,
    "list": _by_list,
    "map": _by_map,
}


@pytest.mark.parametrize("way", list(WAYS))
def test_a_town_is_found_with_and_without_javascript(way: str, any_page: Page, product: Product) -> None:
    any_page.goto(product.at(REGION))
    WAYS[way](any_page)
    expect(any_page).to_have_url(product.at("gladbeck"))
    _is_remembered(any_page, product)


def test_suggestions_lead_to_the_town(page: Page, product: Product) -> None:
    page.goto(product.at(REGION))
    _fill_in(page, "")
    _search(page).locator("input[type=search]").press_sequentially("glad", delay=20)
    page.get_by_role("option", name="Gladbeck").click()
    expect(page).to_have_url(product.at("gladbeck"))


def test_nearby_after_asking_and_granting(open_page: NewPage, product: Product) -> None:
    page = open_page(geolocation=IN_GLADBECK, permissions=["geolocation"])
    page.goto(product.at(REGION))
    page.get_by_role("button", name="In meiner Nähe suchen").click()
    # About a kilometre is enough: nothing more precise leaves the browser.
    page.wait_for_url(re.compile(r"lat=51\.57&lon=6\.99"))
    nearest = page.get_by_role("main").get_by_role("listitem").filter(has_text="km").first
    expect(nearest).to_contain_text("Gladbeck")
    nearest.get_by_role("link").click()
    expect(page).to_have_url(product.at("gladbeck"))
    _is_remembered(page, product)


def test_nearby_refused_says_what_to_do(open_page: NewPage, product: Product) -> None:
    page = open_page(permissions=[])
    page.goto(product.at(REGION))
    page.get_by_role("button", name="In meiner Nähe suchen").click()
    expect(page.get_by_role("status").filter(has_text="Standort")).to_contain_text("wählen Sie in der Liste")
    expect(page).to_have_url(product.at(REGION))


def test_nearby_without_javascript_explains_itself(page_without_javascript: Page, product: Product) -> None:
    page = page_without_javascript
    page.goto(product.at(REGION))
    page.get_by_role("button", name="In meiner Nähe suchen").click()
    expect(page.get_by_role("main")).to_contain_text("JavaScript in Ihrem Browser ausgeschaltet")
    page.get_by_role("main").get_by_role("link", name="Gladbeck").click()
    expect(page).to_have_url(product.at("gladbeck"))


def test_a_beginning_of_postcodes_asks_which_town(any_page: Page, product: Product) -> None:
    any_page.goto(product.at(REGION))
    _fill_in(any_page, "457")
    _search(any_page).get_by_role("button", name="Finden").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("Welche Kommune meinen Sie?")
    any_page.get_by_role("main").get_by_role("link", name="Marl").click()
    expect(any_page).to_have_url(product.at("marl"))


def test_a_town_without_a_portal_leads_to_its_district(any_page: Page, product: Product) -> None:
    any_page.goto(product.at("muensterland"))
    _fill_in(any_page, "48301")
    _search(any_page).get_by_role("button", name="Finden").click()
    expect(any_page.get_by_role("main")).to_contain_text("Nottuln hat hier kein eigenes Portal")
    any_page.get_by_role("link", name="Weiter mit Kreis Coesfeld").click()
    expect(any_page).to_have_url(product.at("kreis-coesfeld"))


def test_the_choice_can_be_changed_everywhere(any_page: Page, product: Product) -> None:
    page = any_page
    page.goto(product.at(REGION, "/kommunen/"))
    page.get_by_role("region", name="In der Liste").get_by_role("link", name="Gladbeck").click()
    for path in ("/", "/suche/?q=Hund", "/leistungen/hund-anmelden/", "/mitglieder/", "/impressum/", "/en/"):
        page.goto(product.at(REGION, path))
        expect(page.get_by_role("banner")).to_contain_text("Gladbeck")
    page.goto(product.at(REGION, "/mitglieder/"))
    page.get_by_role("banner").get_by_role("link", name="ändern").first.click()
    page.get_by_role("region", name="In der Liste").get_by_role("link", name="Dorsten").click()
    expect(page).to_have_url(re.compile("dorsten|mitglieder"))
    page.goto(product.at(REGION))
    expect(page.get_by_role("banner")).to_contain_text("Ihre Kommune: Dorsten")


def test_the_town_that_was_chosen_is_where_services_lead(page: Page, product: Product) -> None:
    page.goto(product.at(REGION, "/kommune/waehlen/?kommune=gladbeck"))
    page.goto(product.at(REGION, "/suche/?q=Hund+anmelden"))
    page.get_by_role("main").get_by_role("link", name="Hund anmelden in Gladbeck").click()
    expect(page).to_have_url(product.at("gladbeck", "/leistungen/hund-anmelden/"))


def _is_remembered(page: Page, product: Product) -> None:
    expect(page.get_by_role("banner")).to_contain_text("Ihre Kommune: Gladbeck")
    page.goto(product.at(REGION))
    expect(page.get_by_role("banner")).to_contain_text("Ihre Kommune: Gladbeck")
    expect(page.get_by_role("main").get_by_role("link", name="Zum Portal").first).to_be_visible()
