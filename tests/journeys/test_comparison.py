"""A citizen compares a service across the towns of the region, and finds it again in the town where they live."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.product import Product

REGION, SERVICE, TITLE = "emscher-lippe", "hund-anmelden", "Hund anmelden"


def test_fees_are_compared_and_lead_to_the_town(any_page: Page, product: Product) -> None:
    page = any_page
    page.goto(product.at(REGION, "/themen/"))
    page.get_by_role("main").get_by_role("link", name=re.compile("^Steuern und Zoll")).click()
    page.get_by_role("main").get_by_role("link", name=TITLE, exact=True).click()
    expect(page).to_have_url(product.at(REGION, f"/leistungen/{SERVICE}/"))
    page.get_by_role("main").get_by_role("link", name=re.compile("[Vv]ergleich")).first.click()
    expect(page.get_by_role("heading", name=f"Vergleich: {TITLE}", level=1)).to_be_visible()
    axe(page)

    table = page.get_by_role("table", name=f"{TITLE} in den Kommunen")
    row = table.get_by_role("row", name=re.compile("Gladbeck"))
    fee = row.get_by_role("cell").first.locator(".kern-body--bold").inner_text()
    bars = page.get_by_role("list", name="Kosten")
    # The picture says the same as the table, and as text.
    expect(bars.get_by_role("listitem").filter(has_text="Gladbeck")).to_contain_text(re.search(r"\d+", fee).group())  # type: ignore[union-attr]  # a fee has a number
    expect(bars.get_by_role("listitem")).to_have_count(
        table.get_by_role("row").filter(has=page.locator("td", has_text="€")).count()
    )

    page.get_by_role("link", name="Nach Kosten").click()
    expect(page).to_have_url(re.compile("sortieren=kosten"))
    expect(page.get_by_role("link", name="Nach Kosten")).to_have_attribute("aria-current", "true")
    page.get_by_role("main").get_by_role("link", name="Gladbeck", exact=True).click()
    expect(page).to_have_url(product.at("gladbeck", f"/leistungen/{SERVICE}/"))
    expect(page.get_by_role("main")).to_contain_text(fee)


def test_whoever_reads_another_towns_page_is_led_to_their_own(any_page: Page, product: Product) -> None:
    page = any_page
    page.goto(product.at("herten"))
    page.goto(product.at("gladbeck", f"/leistungen/{SERVICE}/"))
    page.get_by_role("link", name="Diese Leistung in Ihrer Kommune").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("link", name=re.compile("Marl")).first.click()
    expect(page).to_have_url(product.at("marl", f"/leistungen/{SERVICE}/"))
