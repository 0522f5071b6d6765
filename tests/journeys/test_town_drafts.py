"""A town's texts on their way: kept while typing, joined when two write, read by a second person, then published."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import administrator, editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Towns and services of nobody else's story.
STRICT = "oer-erkenschwick"
FIELD = "leistungen/fundsache-abgeben/feld/notes/de/"


def test_two_write_and_both_texts_are_joined(open_page: NewPage, product: Product, complaints: Complaints) -> None:
    complaints.expect(409)
    one, other = open_page(), open_page()
    town, field = "haltern-am-see", f"/verwaltung/{FIELD}"
    editor(town).sign_in(one, product)
    administrator(town).sign_in(other, product)
    one.goto(product.at(town, field))
    one.get_by_role("textbox", name="Hinweise").fill("<p>Fragen Sie vorher. Das kostet nichts.</p>")
    one.get_by_role("button", name="Entwurf speichern").click()
    one.goto(product.at(town, field))
    other.goto(product.at(town, field))
    one.get_by_role("textbox", name="Hinweise").fill("<p>Fragen Sie vorher im Rathaus. Das kostet nichts.</p>")
    expect(one.locator("#speicherstand")).to_contain_text(re.compile(r"Entwurf gespeichert um \d\d:\d\d"))
    other.get_by_role("textbox", name="Hinweise").fill("<p>Fragen Sie vorher. Das kostet 2 Euro.</p>")
    expect(other.locator("#speicherstand")).to_contain_text("Noch nicht gespeichert")
    other.get_by_role("button", name="Entwurf speichern").click()
    expect(other.get_by_role("main")).to_contain_text("Unten steht beides zusammen")
    axe(other)
    joined = "<p>Fragen Sie vorher im Rathaus. Das kostet 2 Euro.</p>"
    expect(other.get_by_role("textbox", name="Hinweise")).to_have_value(joined)
    other.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(other.get_by_role("main")).to_contain_text("Ihre Abweichung ist veröffentlicht")
    one.goto(product.at(town, "/leistungen/fundsache-abgeben/"))
    expect(one.get_by_role("main")).to_contain_text("Fragen Sie vorher im Rathaus. Das kostet 2 Euro.")


def test_with_four_eyes_a_second_person_publishes(any_page: Page, open_page: NewPage, product: Product) -> None:
    writer, reader, citizen = any_page, open_page(), open_page()
    text = f"Bringen Sie das Fundstück ins Rathaus. Kennwort {token_hex(4)}."
    administrator(STRICT).sign_in(reader, product)
    reader.goto(product.at(STRICT, "/verwaltung/leistungen/regeln/"))
    axe(reader)
    reader.get_by_role("radio", name="eingeschaltet").check()
    reader.get_by_role("button", name="Regel speichern").click()
    expect(reader.get_by_role("main")).to_contain_text("gilt ab sofort")

    editor(STRICT).sign_in(writer, product)
    writer.goto(product.at(STRICT, f"/verwaltung/{FIELD}"))
    writer.get_by_role("textbox", name="Hinweise").fill(text)
    writer.get_by_role("button", name="Auf der Seite ansehen").click()
    expect(writer.get_by_role("main")).to_contain_text("Diese Seite sieht nur Ihr Team")
    expect(writer.get_by_role("main")).to_contain_text(text)
    axe(writer)
    citizen.goto(product.at(STRICT, "/leistungen/fundsache-abgeben/"))
    expect(citizen.get_by_role("main")).not_to_contain_text(text)
    writer.goto(product.at(STRICT, f"/verwaltung/{FIELD}"))
    expect(writer.get_by_role("button", name="Veröffentlichen", exact=True)).to_have_count(0)
    writer.get_by_role("button", name="Zur Freigabe geben").click()
    expect(writer.get_by_role("main")).to_contain_text("Der Entwurf wartet jetzt auf Freigabe")
    writer.get_by_role("link", name="Entwürfe ansehen und veröffentlichen").click()
    expect(writer.get_by_role("button", name="Freigeben und veröffentlichen")).to_have_count(0)
    axe(writer)

    reader.goto(product.at(STRICT, "/verwaltung/"))
    reader.get_by_role("link", name="Entwürfe freigeben").click()
    reader.get_by_role("link", name=re.compile("[Ff]und")).first.click()
    reader.get_by_role("link", name="Entwürfe ansehen und veröffentlichen").click()
    axe(reader)
    reader.get_by_role("button", name="Freigeben und veröffentlichen").click()
    expect(reader.get_by_role("main")).to_contain_text("Veröffentlicht.")
    citizen.reload()
    expect(citizen.get_by_role("main")).to_contain_text(text)
