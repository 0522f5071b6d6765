"""The region's editors: one writes, one looks at what it does to the towns and publishes, and citizens read it."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import publisher, region_editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Nobody else's story: a service whose hints no town of the region has changed.
REGION, TOWN, SLUG = "muensterland", "muenster", "fundsache-abgeben"
DESK = f"/redaktion/leistungen/{SLUG}/"
LAYER = "?ebene=region:muensterland"


def _write(page: Page, product: Product, text: str) -> None:
    page.goto(product.at(REGION, f"{DESK}feld/notes/de/{LAYER}"))
    page.get_by_role("textbox", name="Hinweise").fill(text)


def test_a_text_goes_from_the_editor_to_every_town(any_page: Page, open_page: NewPage, product: Product) -> None:
    writer, checker, citizen = any_page, open_page(), open_page()
    text = f"Bringen Sie das Fundstück ins Bürgerbüro. Kennwort {token_hex(4)}."
    region_editor(REGION).sign_in(writer, product)
    _write(writer, product, text)
    writer.get_by_role("button", name="Im Entwurf speichern").click()
    expect(writer.get_by_role("main")).to_contain_text("Gespeichert im Entwurf")
    axe(writer)

    writer.goto(product.at(REGION, f"{DESK}vorschau/{LAYER}&kommune={TOWN}"))
    expect(writer.get_by_role("main")).to_contain_text(text)
    axe(writer)
    citizen.goto(product.at(TOWN, f"/leistungen/{SLUG}/"))
    expect(citizen.get_by_role("main")).not_to_contain_text(text)

    writer.goto(product.at(REGION, f"{DESK}pruefung/{LAYER}"))
    expect(writer.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
    writer.get_by_label("Was ist neu?").fill("Hinweis zum Abgeben")
    writer.get_by_role("button", name="Einreichen").click()
    expect(writer.get_by_role("main")).to_contain_text("Der Entwurf liegt jetzt zur Prüfung")

    publisher(REGION).sign_in(checker, product)
    checker.goto(product.at(REGION, f"{DESK}pruefung/{LAYER}"))
    expect(checker.get_by_role("main")).to_contain_text("folgen sofort")
    expect(checker.get_by_role("insertion").first).to_be_visible()
    axe(checker)
    checker.get_by_role("button", name="Veröffentlichen").click()
    expect(checker.get_by_role("main")).to_contain_text("Veröffentlicht. Alle Kommunen, die folgen")

    citizen.goto(product.at(TOWN, f"/leistungen/{SLUG}/"))
    expect(citizen.get_by_role("main")).to_contain_text(text)
    checker.goto(product.at(REGION, f"{DESK}fassungen/{LAYER}"))
    expect(checker.get_by_role("main")).to_contain_text("Hinweis zum Abgeben")
    axe(checker)


def test_typing_saves_by_itself_and_a_second_editor_is_told(
    open_page: NewPage, product: Product, complaints: Complaints
) -> None:
    complaints.expect(409)
    one, other = open_page(), open_page()
    region_editor(REGION).sign_in(one, product)
    publisher(REGION).sign_in(other, product)
    path = product.at(REGION, f"/redaktion/leistungen/fundsache-suchen/feld/notes/de/{LAYER}")
    one.goto(path)
    other.goto(path)
    one.get_by_role("textbox", name="Hinweise").fill("Fragen Sie zuerst telefonisch.")
    expect(one.locator("#speicherstand")).to_contain_text(re.compile(r"Gespeichert um \d\d:\d\d"))
    other.get_by_role("textbox", name="Hinweise").fill("Fragen Sie zuerst im Bürgerbüro.")
    expect(other.locator("#speicherstand")).to_contain_text("Noch nicht gespeichert")
    other.get_by_role("button", name="Im Entwurf speichern").click()
    expect(other.get_by_role("main")).to_contain_text("Gespeichert von")
    axe(other)
    other.get_by_role("textbox", name="Hinweise").fill("Fragen Sie zuerst telefonisch oder im Bürgerbüro.")
    other.get_by_role("button", name="Im Entwurf speichern").click()
    expect(other.get_by_role("main")).to_contain_text("oder im Bürgerbüro")
