"""The region changes a text that a town has made its own: the town looks at both and joins them."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import editor, publisher
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

TOWN, REGION, SERVICE = "marl", "emscher-lippe", "baumfaellung-genehmigen"
FIELD = f"leistungen/{SERVICE}/feld/notes/de/"
LIST = "/verwaltung/leistungen/pruefungen/"


def _publish(page: Page, product: Product, text: str) -> None:
    """Write a text for the region and publish it."""
    page.goto(product.at(REGION, f"/redaktion/{FIELD}"))
    page.locator("[name=text]").fill(text)
    page.get_by_role("button", name="Im Entwurf speichern").click()
    page.goto(product.at(REGION, f"/redaktion/leistungen/{SERVICE}/pruefung/"))
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_load_state()


def _write(page: Page, product: Product, text: str) -> None:
    """Write the town's own text."""
    page.goto(product.at(TOWN, f"/verwaltung/{FIELD}"))
    page.locator("[name=text]").fill(text)
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    page.wait_for_load_state()


def test_a_change_from_above_is_joined_with_ones_own_text(any_page: Page, open_page: NewPage, product: Product) -> None:
    town, region, citizen = any_page, open_page(), open_page()
    word = token_hex(3)
    editor(TOWN).sign_in(town, product)
    publisher(REGION).sign_in(region, product)
    _publish(region, product, f"<p>Fragen Sie vorher nach {word}. Das kostet 9 Euro.</p>")
    _write(town, product, f"<p>Fragen Sie vorher im Rathaus nach {word}. Das kostet 9 Euro.</p>")
    _publish(region, product, f"<p>Fragen Sie vorher nach {word}. Das kostet 12 Euro.</p>")

    town.goto(product.at(TOWN, "/verwaltung/"))
    town.get_by_role("link", name="Änderungen von oben prüfen").click()
    axe(town)
    town.locator(f'main a[href*="{SERVICE}/pruefung/"]').click()
    expect(town.get_by_role("region", name="Ihre Fassung").locator("ins")).to_have_text("im Rathaus")
    new = town.get_by_role("region", name="Von oben, jetzt")
    expect(new.locator("del")).to_have_text("9")
    expect(new.locator("ins")).to_have_text("12")
    axe(town)
    joined = f"<p>Fragen Sie vorher im Rathaus nach {word}. Das kostet 12 Euro.</p>"
    expect(town.locator("[name=text]")).to_have_value(joined)
    town.get_by_role("button", name="Zusammengeführten Text speichern").click()
    expect(town.get_by_role("main")).to_contain_text(re.compile("gespeichert|beantwortet"))
    citizen.goto(product.at(TOWN, f"/leistungen/{SERVICE}/"))
    expect(citizen.get_by_role("main")).to_contain_text(f"im Rathaus nach {word}. Das kostet 12 Euro.")

    _publish(region, product, f"<p>Fragen Sie vorher nach {word}. Das kostet 15 Euro.</p>")
    town.goto(product.at(TOWN, LIST))
    town.get_by_role("checkbox", name=re.compile("Fällen eines Baumes")).check()
    town.get_by_role("button", name="Markierte von oben übernehmen").click()
    expect(town.get_by_role("main")).to_contain_text("beantwortet")
    axe(town)
    citizen.goto(product.at(TOWN, f"/leistungen/{SERVICE}/"))
    expect(citizen.get_by_role("main")).to_contain_text("Das kostet 15 Euro.")


def test_a_town_that_is_not_in_a_hurry_holds_a_version(any_page: Page, product: Product) -> None:
    editor(TOWN).sign_in(any_page, product)
    any_page.goto(product.at(TOWN, "/verwaltung/leistungen/geburtsurkunde/"))
    any_page.get_by_text("Bei dieser Fassung bleiben").click()
    any_page.get_by_role("button", name="Fassung festhalten").click()
    expect(any_page.get_by_role("main")).to_contain_text("Sie bleiben bei dieser Fassung.")
    axe(any_page)
    any_page.get_by_role("button", name="Neueste Fassung verwenden").click()
    expect(any_page.get_by_role("main")).to_contain_text("Die neueste Fassung gilt wieder.")
