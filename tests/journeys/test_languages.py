"""German at the root, English under /en/: the switch keeps the page, and links keep the language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product

PAGES = [
    ("emscher-lippe", "/"),
    ("emscher-lippe", "/kommunen/"),
    ("emscher-lippe", "/mitglieder/"),
    ("gladbeck", "/"),
    ("gladbeck", "/leistungen/"),
    ("gladbeck", "/leistungen/hund-anmelden/"),
    ("gladbeck", "/kontakt/"),
    ("gladbeck", "/suche/?q=Hund"),
    ("gladbeck", "/verwaltung/anmelden/"),
    ("konsole", "/anmelden/"),
]


@pytest.mark.parametrize(("site", "path"), PAGES)
def test_switch_keeps_the_page(site: str, path: str, any_page: Page, product: Product) -> None:
    any_page.goto(product.at(site, path))
    expect(any_page.locator("html")).to_have_attribute("lang", "de")
    any_page.get_by_role("link", name="English").first.click()
    expect(any_page).to_have_url(product.at(site, f"/en{path}"))
    expect(any_page.locator("html")).to_have_attribute("lang", "en")
    any_page.get_by_role("link", name="Deutsch").first.click()
    expect(any_page).to_have_url(product.at(site, path))


def test_english_stays_english_on_the_way(any_page: Page, product: Product) -> None:
    page = any_page
    page.goto(product.at("emscher-lippe", "/en/"))
    page.get_by_role("search").first.locator("input[type=search]").fill("dog")
    page.get_by_role("search").first.get_by_role("button").click()
    page.get_by_role("main").locator("h3 a").first.click()
    page.get_by_role("main").get_by_role("link", name="Gladbeck").first.click()
    expect(page).to_have_url(product.at("gladbeck", "/en/leistungen/hund-anmelden/"))
    expect(page.locator("#kosten-und-zeit")).to_contain_text("One dog")
    page.get_by_role("banner").get_by_role("link", name="Home").first.click()
    expect(page).to_have_url(product.at("gladbeck", "/en/"))
