"""The main job of README: a citizen reads a fee, the town changes it, the citizen reads the new one, a town joins."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.cast import editor, operator
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

OLD_FEE, NEW_FEE, DORSTENS_FEE = "120,00 €", "132,00 €", "96,00 €"
DUELMEN = "Dülmen"


def test_a_fee_is_changed_and_another_town_joins(open_page: NewPage, product: Product) -> None:
    citizen, clerk, provider = open_page(), open_page(), open_page()
    _find_gladbecks_fee(citizen, product)
    expect(_fee(citizen)).to_contain_text(OLD_FEE)

    _change_fee(clerk, product)

    citizen.reload()
    expect(_fee(citizen)).to_contain_text(NEW_FEE)
    expect(_fee(citizen)).not_to_contain_text(OLD_FEE)
    expect(citizen.locator("[data-origin]")).to_contain_text("angepasst von Gladbeck")
    citizen.goto(product.at("dorsten", "/leistungen/hund-anmelden/"))
    expect(_fee(citizen)).to_contain_text(DORSTENS_FEE)
    expect(_fee(citizen)).not_to_contain_text(NEW_FEE)

    _onboard_duelmen(provider, product)
    _visit_duelmen(citizen, product)


def _fee(page: Page) -> Locator:
    return page.locator("#kosten-und-zeit")


def _find_gladbecks_fee(page: Page, product: Product) -> None:
    page.goto(product.at("emscher-lippe"))
    search = page.get_by_role("search", name="Leistung oder Kommune suchen")
    search.get_by_role("searchbox").or_(search.get_by_role("combobox")).fill("Hund anmelden")
    search.get_by_role("button", name="Suchen").click()
    page.get_by_role("main").get_by_role("link", name="Hund anmelden", exact=True).click()
    page.get_by_role("main").get_by_role("link", name=re.compile("^Gladbeck")).first.click()
    expect(page).to_have_url(product.at("gladbeck", "/leistungen/hund-anmelden/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Hund anmelden")
    expect(page.get_by_role("banner")).to_contain_text("Ihre Kommune: Gladbeck")


def _change_fee(page: Page, product: Product) -> None:
    editor("gladbeck").sign_in(page, product)
    page.get_by_role("navigation", name="Arbeitsbereich").get_by_role("link", name="Leistungen").click()
    page.get_by_label("Titel oder Suchwort").fill("Hund anmelden")
    page.get_by_label("Titel oder Suchwort").press("Enter")
    page.get_by_role("link", name="Hund anmelden", exact=True).click()
    fee = page.locator(".vb-value", has=page.get_by_role("heading", name="Kosten"))
    expect(fee).to_contain_text("eigene Abweichung")
    fee.get_by_text("Was von oben käme").click()
    fee.get_by_role("link", name="Abweichung bearbeiten").click()
    page.get_by_role("group", name="Zeile 1 der Staffel").get_by_label("Betrag in Euro").fill("132,00")
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.locator(".vb-value", has=page.get_by_role("heading", name="Kosten"))).to_contain_text(NEW_FEE)


def _onboard_duelmen(page: Page, product: Product) -> None:
    operator("muensterland").sign_in(page, product)
    page.goto(product.at("konsole", "/kommunen/neu/"))
    if page.get_by_role("link", name="Münsterland").count():
        page.get_by_role("main").get_by_role("link", name="Münsterland").first.click()
    page.get_by_label("Welche Kommune in Münsterland?").fill(DUELMEN)
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_label("Amtlicher Gemeindeschlüssel (AGS)")).to_have_value("05558016")
    expect(page.get_by_label("Hauptadresse")).to_have_value("duelmen.localhost")
    page.get_by_label("in Betrieb").check()
    page.get_by_role("button", name="Kommune einrichten").click()
    expect(page.get_by_role("textbox", name="Einladungslink")).to_have_value(re.compile("/verwaltung/einladung/"))


def _visit_duelmen(page: Page, product: Product) -> None:
    answer = page.goto(product.at("duelmen"))
    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("banner")).to_contain_text(DUELMEN)
    page.goto(product.at("duelmen", "/leistungen/"))
    services = page.get_by_role("main")
    for own in ("Hund anmelden", "Meldebescheinigung", "Personalausweis"):
        expect(services.get_by_role("link", name=own).first).to_be_visible()
    # What other levels do is here too, and says who does it.
    page.goto(product.at("duelmen", "/leistungen/fahrzeug-zulassen/"))
    expect(page.locator("[data-linked]")).to_contain_text("Kreis Coesfeld")
    page.goto(product.at("muensterland", "/kommunen/suche/?q=48249"))
    page.get_by_role("link", name=f"Weiter mit {DUELMEN}").click()
    expect(page).to_have_url(product.at("duelmen"))
