"""A citizen remembers a service in a town and finds it again on the umbrella, with and without JavaScript."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import citizen
from tests.journeys.product import Product

REGION, TOWN, SERVICE = "emscher-lippe", "marl", "hund-anmelden"
_PATIENCE = 40


def test_what_is_remembered_in_a_town_is_found_in_my_area(any_page: Page, product: Product) -> None:
    page = any_page
    citizen(REGION).sign_in(page, product)
    page.goto(product.at(TOWN, f"/leistungen/{SERVICE}/"))
    page.get_by_role("link", name="Diese Leistung merken").click()
    page.get_by_role("button", name="Diese Leistung merken").click()
    expect(page.get_by_text("Die Leistung ist gemerkt.")).to_be_visible()
    axe(page)

    for _look in range(_PATIENCE):
        page.goto(product.at(REGION, "/konto/bereich/"))
        town = page.get_by_role("main").get_by_role("link", name="Marl", exact=True)
        if town.count():
            break
        page.wait_for_timeout(250)
    town.click()
    expect(page.get_by_role("heading", name="Bei Marl", level=1)).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("link", name="Hund anmelden").click()
    expect(page).to_have_url(product.at(TOWN, f"/leistungen/{SERVICE}/"))

    page.goto(product.at(TOWN, "/konto/gemerkt/"))
    page.get_by_role("button", name="„Hund anmelden“ nicht mehr merken").click()
    expect(page.get_by_text("Sie merken sich hier noch nichts")).to_be_visible()
