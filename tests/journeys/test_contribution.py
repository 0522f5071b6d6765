"""A town's own service, from its first title to the catalogue of the whole region."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import editor, publisher, region_editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

AREA = "/verwaltung/leistungen/eigene/"
REGION = "emscher-lippe"
OFFER = "Region Emscher-Lippe"


def test_a_towns_own_service_becomes_everybodys(any_page: Page, open_page: NewPage, product: Product) -> None:
    clerk, citizen, writer, chief = any_page, open_page(), open_page(), open_page()
    # Each run of the journey needs a service of its own: the first one is everybody's afterwards.
    title = f"Marktstand anmelden {time.monotonic_ns() % 10**6}"
    editor("marl").sign_in(clerk, product)
    _write(clerk, product, title)
    citizen.goto(product.at("marl", "/leistungen/"))
    citizen.get_by_role("main").get_by_role("link", name=title).click()
    expect(citizen.locator("[data-origin]")).to_have_text("Eigenes Angebot: Stadt Marl")
    axe(citizen)

    _offer(clerk)
    region_editor(REGION).sign_in(writer, product)
    _edit(writer, product, title)
    publisher(REGION).sign_in(chief, product)
    chief.goto(product.at(REGION, "/redaktion/beitraege/"))
    chief.get_by_role("link", name=title).click()
    chief.get_by_role("button", name="veröffentlichen").click()
    expect(chief.get_by_role("main")).to_contain_text("Der Beitrag ist veröffentlicht")
    axe(chief)

    _wait_for_adoption(clerk, product)
    axe(clerk)
    path = citizen.url.rpartition("/leistungen/")[2]
    for town in ("marl", "herten"):
        citizen.goto(product.at(town, f"/leistungen/{path}"))
        expect(citizen.get_by_role("main")).to_contain_text("Der Markt ist jeden Freitag.")
        expect(citizen.locator("[data-origin]")).to_contain_text("Text aus Marl")


def _write(page: Page, product: Product, title: str) -> None:
    page.goto(product.at("marl", AREA))
    page.get_by_role("link", name="Neue Leistung").first.click()
    page.get_by_label("Titel").fill(title)
    page.get_by_role("checkbox", name="Engagement und Hobby").check()
    page.get_by_role("button", name="Entwurf anlegen").click()
    axe(page)
    for field, text in (
        ("Kurz gesagt", "Ein Platz auf dem Wochenmarkt."),
        ("Beschreibung", "Der Markt ist am Freitag."),
    ):
        page.get_by_role("link", name=f"Schreiben: {field}").click()
        page.locator("[name=text]").fill(text)
        axe(page)
        page.get_by_role("button", name="Text speichern").click()
    page.get_by_role("link", name="Eckdaten ändern").click()
    axe(page)
    page.get_by_label("Gewicht in Listen und Suche").fill("3")
    page.get_by_role("button", name="Eckdaten speichern").click()
    page.get_by_role("link", name="Verlauf: Beschreibung").click()
    expect(page.get_by_role("main")).to_contain_text("jetziger Stand")
    axe(page)
    page.go_back()
    page.get_by_role("link", name="Vorschau").click()
    expect(page.get_by_role("main")).to_contain_text("Der Markt ist am Freitag.")
    axe(page)
    page.get_by_role("link", name="Zurück zur Bearbeitung").click()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Die Leistung ist veröffentlicht.")


def _offer(page: Page) -> None:
    page.get_by_role("link", name="Anbieten").click()
    axe(page)
    page.get_by_label(OFFER).check()
    page.get_by_label("Nachricht an die Redaktion dort").fill("Märkte gibt es in jeder Stadt.")
    page.get_by_role("button", name="Anbieten").click()
    expect(page.get_by_role("main")).to_contain_text("wartet auf die Redaktion")
    axe(page)


def _edit(page: Page, product: Product, title: str) -> None:
    for _attempt in range(40):
        page.goto(product.at(REGION, "/redaktion/beitraege/"))
        if page.get_by_role("link", name=title).count():
            break
        page.wait_for_timeout(250)
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("main")).to_contain_text("Märkte gibt es in jeder Stadt.")
    axe(page)
    page.get_by_role("link", name="Bearbeiten: Beschreibung (Deutsch)").click()
    page.locator("[name=text]").fill("Der Markt ist jeden Freitag.")
    axe(page)
    page.get_by_role("button", name="Fassung speichern").click()
    expect(page.get_by_role("main")).to_contain_text("Ihre Fassung ist gespeichert.")


def _wait_for_adoption(page: Page, product: Product) -> None:
    for _attempt in range(60):
        page.goto(product.at("marl", f"{AREA}beitraege/"))
        if page.get_by_text("Sie zeigen jetzt den gemeinsamen Text.").count():
            return
        page.wait_for_timeout(250)
    expect(page.get_by_role("main")).to_contain_text("Sie zeigen jetzt den gemeinsamen Text.")
