"""The same ways with the keyboard alone: every stop is visible, and nothing needs a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import editor
from tests.journeys.conftest import NewPage
from tests.journeys.keyboard import tab_to
from tests.journeys.product import Product

REGION = "emscher-lippe"


def test_by_name(any_page: Page, product: Product) -> None:
    any_page.goto(product.at(REGION, "/kommunen/"))
    tab_to(any_page, "Name Ihrer Kommune", tag="input")
    any_page.keyboard.type("Gladbeck")
    any_page.keyboard.press("Enter")
    any_page.wait_for_url("**/kommunen/suche/**")
    tab_to(any_page, "Weiter mit Gladbeck", tag="a")
    any_page.keyboard.press("Enter")
    expect(any_page).to_have_url(product.at("gladbeck"))


def test_by_suggestion(page: Page, product: Product) -> None:
    page.goto(product.at(REGION, "/kommunen/"))
    field = tab_to(page, "Name Ihrer Kommune", tag="input")
    page.keyboard.type("glad", delay=20)
    expect(page.get_by_role("option", name="Gladbeck")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Enter")
    expect(page).to_have_url(product.at("gladbeck"))


def test_suggestions_close_with_escape(page: Page, product: Product) -> None:
    page.goto(product.at(REGION, "/kommunen/"))
    tab_to(page, "Name Ihrer Kommune", tag="input")
    page.keyboard.type("glad", delay=20)
    expect(page.get_by_role("option", name="Gladbeck")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option", name="Gladbeck")).to_be_hidden()


def test_by_postcode(any_page: Page, product: Product) -> None:
    any_page.goto(product.at(REGION))
    tab_to(any_page, "Name Ihrer Kommune", tag="input")
    any_page.keyboard.type("45964")
    any_page.keyboard.press("Enter")
    any_page.wait_for_url("**/kommunen/suche/**")
    tab_to(any_page, "Weiter mit Gladbeck", tag="a")
    any_page.keyboard.press("Enter")
    expect(any_page).to_have_url(product.at("gladbeck"))


def test_nearby(open_page: NewPage, product: Product) -> None:
    page = open_page(geolocation={"latitude": 51.5708, "longitude": 6.9859}, permissions=["geolocation"])
    page.goto(product.at(REGION))
    tab_to(page, "In meiner Nähe suchen", tag="button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/in-der-naehe/**")
    tab_to(page, "^Gladbeck", tag="a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(product.at("gladbeck"))


@pytest.mark.parametrize("where", ["map", "list"])
def test_by_map_and_by_list(where: str, any_page: Page, product: Product) -> None:
    any_page.goto(product.at(REGION, "/kommunen/"))
    found = tab_to(any_page, "^Gladbeck", tag="a")
    while found.locator("xpath=ancestor::*[local-name()='svg']").count() != (where == "map"):
        found = tab_to(any_page, "^Gladbeck", tag="a")
    any_page.keyboard.press("Enter")
    expect(any_page).to_have_url(product.at("gladbeck"))


def test_skip_link_leads_to_the_content(page: Page, product: Product) -> None:
    page.goto(product.at("gladbeck"))
    tab_to(page, "Zum Inhalt springen", tag="a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_staff_sign_in_and_change_a_fee(page: Page, product: Product) -> None:
    person = editor("castrop-rauxel")
    page.goto(product.at(person.site, "/verwaltung/anmelden/"))
    tab_to(page, "E-Mail-Adresse", tag="input")
    page.keyboard.type(person.email)
    tab_to(page, "Passwort", tag="input")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    page.goto(product.at(person.site, "/verwaltung/leistungen/hund-anmelden/feld/processing_time/alle/"))
    days = tab_to(page, "höchstens|bis|längstens", tag="input")
    days.press("Control+a")
    page.keyboard.type("17")
    tab_to(page, "Veröffentlichen", tag="button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/verwaltung/leistungen/hund-anmelden/(?!feld)"))
    page.goto(product.at(person.site, "/leistungen/hund-anmelden/"))
    expect(page.locator("#kosten-und-zeit")).to_contain_text("17")
