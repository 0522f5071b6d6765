"""320 pixels wide, which is 400 % zoom on a screen of 1280: nothing scrolls sideways, and the menu is within reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.cast import administrator, operator
from tests.journeys.product import Product
from tests.journeys.test_axe import GROUPS

_TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter(one => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && box.right > width + 1;
    });
    return [document.documentElement.scrollWidth + " px", ...wide.slice(-4).map(one => one.outerHTML.slice(0, 120))];
}"""


@pytest.mark.parametrize("group", list(GROUPS))
def test_nothing_scrolls_sideways(group: str, narrow: Page, product: Product) -> None:
    site, table, person = GROUPS[group]
    if person is not None:
        person.sign_in(narrow, product)
    wrong = []
    for address in [listed[0] for listed in table.values()]:
        if not isinstance(address, str):
            continue
        narrow.goto(product.at(site, address))
        too_wide = narrow.evaluate(_TOO_WIDE)
        if too_wide:
            wrong.append(f"{site}{address}: " + "\n    ".join(too_wide))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("site", ["emscher-lippe", "gladbeck"])
def test_the_menu_opens_without_javascript_too(site: str, any_page: Page, product: Product) -> None:
    any_page.set_viewport_size({"width": 320, "height": 640})
    any_page.goto(product.at(site))
    banner = any_page.get_by_role("banner")
    banner.get_by_text("Menü").click()
    menu = banner.get_by_role("navigation", name="Hauptnavigation")
    expect(menu.get_by_role("link", name="English")).to_be_visible()
    menu.get_by_role("link", name="Startseite").click()
    expect(any_page).to_have_url(product.at(site))


def test_the_work_areas_menu_opens(narrow: Page, product: Product) -> None:
    administrator(pages.TOWN).sign_in(narrow, product)
    narrow.get_by_text("Menü").click()
    narrow.get_by_role("navigation", name="Arbeitsbereich").get_by_role("link", name="Kontakt").click()
    expect(narrow).to_have_url(product.at(pages.TOWN, "/verwaltung/kontakt/"))


def test_the_consoles_menu_opens(narrow: Page, product: Product) -> None:
    operator(pages.REGION).sign_in(narrow, product)
    narrow.get_by_text("Menü").click()
    narrow.get_by_role("navigation", name="Arbeitsbereich").get_by_role("link", name="Kommunen").click()
    expect(narrow).to_have_url(product.at(pages.CONSOLE, "/kommunen/"))


def test_a_fee_can_be_read_on_a_phone(narrow: Page, product: Product) -> None:
    narrow.goto(product.at("gladbeck", "/leistungen/hund-anmelden/"))
    row = narrow.get_by_role("row", name="Gefährlicher Hund")
    row.scroll_into_view_if_needed()
    expect(row).to_contain_text("€")
