"""Somebody of the IT provider works in a town's portal, and the town sees and ends it; staff with a second factor."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import administrator, editor, operator
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Nothing else in the journeys depends on its people.
TOWN = "gelsenkirchen"
REASON = "Öffnungszeiten prüfen, Anruf aus dem Rathaus"


def test_the_town_sees_who_is_there_and_ends_it(open_page: NewPage, product: Product) -> None:
    provider, town = open_page(java_script_enabled=False), open_page()
    operator("emscher-lippe").sign_in(provider, product)
    provider.goto(product.at("konsole", f"/kommunen/{TOWN}/"))
    provider.get_by_role("link", name="Im Portal arbeiten").click()
    provider.get_by_label("Grund").fill(REASON)
    provider.get_by_label("15 Minuten").check()
    provider.get_by_role("button", name="Zugriff beginnen").click()
    axe(provider)
    provider.get_by_role("link", name="Portal betreten").click()
    expect(provider.get_by_role("heading", level=1)).to_contain_text("Gelsenkirchen")
    expect(provider.get_by_role("complementary", name="Zugriff des IT-Dienstleisters")).to_contain_text(
        "Die Kommune sieht es"
    )
    axe(provider)

    administrator(TOWN).sign_in(town, product)
    band = town.get_by_role("complementary", name="Zugriff des IT-Dienstleisters")
    expect(band).to_contain_text(REASON)
    band.get_by_role("link", name="Ansehen oder beenden").click()
    axe(town)
    town.get_by_role("button", name="Jetzt beenden").click()
    expect(town.get_by_role("main")).to_contain_text("hat keinen Zugriff mehr")
    provider.goto(product.at(TOWN, "/verwaltung/"))
    expect(provider.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_a_second_factor_is_set_up_and_asked_for(page: Page, product: Product) -> None:
    person = editor(TOWN)
    person.sign_in(page, product)
    page.goto(product.at(TOWN, "/verwaltung/konto/zweiter-faktor/"))
    axe(page)
    secret = (page.locator("code").first.text_content() or "").replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="App einrichten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Notfallcodes")
    codes = page.get_by_role("main").locator("li code").all_text_contents()
    axe(page)
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort").fill(person.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiter Faktor")
    axe(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile(r"/verwaltung/$"))
    page.goto(product.at(TOWN, "/verwaltung/konto/zweiter-faktor/"))
    page.get_by_label("Code").last.fill(codes[1])
    page.get_by_role("button", name="App entfernen").click()
    expect(page.get_by_role("main")).to_contain_text("Die App ist entfernt")
