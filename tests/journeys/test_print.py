"""A service on paper: what belongs there is there, what does not is not, and the way back is printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.product import Product

MOST_PAGES = 4


@pytest.fixture
def printed(page: Page, product: Product) -> Page:
    """Return a service's page as a printer gets it."""
    page.goto(product.at("gladbeck", "/leistungen/hund-anmelden/"))
    page.emulate_media(media="print")
    return page


def test_a_service_is_a_few_sheets_of_a4(printed: Page) -> None:
    pdf = printed.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", pdf)
    assert 1 <= len(sheets) <= MOST_PAGES
    width, height = (float(size) for size in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0])
    assert (round(width), round(height)) in {(595, 842), (596, 842), (595, 841)}


def test_paper_has_no_ways_through_the_site(printed: Page) -> None:
    for name in (".vb-nav", ".vb-top", ".vb-breadcrumb", ".vb-footer", "#themen", "#woanders", "#teilen"):
        for one in printed.locator(name).all():
            expect(one).to_be_hidden()


def test_addresses_and_what_is_folded_are_printed(printed: Page) -> None:
    expect(printed.locator("[data-short-address] svg")).to_be_visible()
    expect(printed.locator("[data-short-address]")).to_contain_text(
        re.compile(r"gladbeck\.localhost:\d+/l/[a-z0-9]{6}")
    )
    expect(printed.get_by_text("Hundesteuersatzung Ihrer Stadt", exact=False).first).to_be_visible()


def test_the_address_of_a_link_stands_behind_it(page: Page, product: Product) -> None:
    page.goto(product.at("gladbeck", "/leistungen/kindergeld-beantragen/"))
    page.emulate_media(media="print")
    behind = page.locator('main a[href^="https://"]').first.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "https://" in behind


def test_on_the_screen_the_code_is_hidden(page: Page, product: Product) -> None:
    page.goto(product.at("gladbeck", "/leistungen/hund-anmelden/"))
    expect(page.locator("[data-short-address]")).to_be_hidden()
    expect(page.locator("#teilen")).to_be_visible()
