"""Deciding on many services and taking it back; bringing an earlier text back; keeping a list."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

LIST = "/verwaltung/leistungen/"


def test_many_services_are_decided_at_once_and_taken_back(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    editor("oer-erkenschwick").sign_in(staff, product)
    staff.goto(product.at("oer-erkenschwick", f"{LIST}?q=Urkunde&merkmal=voreinstellung&entscheidung=adopt"))
    axe(staff)
    boxes = staff.get_by_role("checkbox", name=re.compile("^Auswählen: "))
    titles = [str(boxes.nth(number).get_attribute("aria-label")).removeprefix("Auswählen: ") for number in (0, 1)]
    boxes.nth(0).check()
    boxes.nth(1).check()
    staff.get_by_role("button", name="Für markierte entscheiden").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Für 2 Leistungen entscheiden")
    axe(staff)
    staff.get_by_role("radio", name=re.compile("^nicht anbieten")).check()
    staff.get_by_label(re.compile("^Grund")).fill("Das macht der Kreis.")
    staff.get_by_role("button", name="Weiter: ansehen, was sich ändert").click()
    changes = staff.get_by_role("region", name="2 Leistungen ändern sich")
    for title in titles:
        expect(changes).to_contain_text(title)
    axe(staff)
    staff.get_by_role("button", name="Für 2 Leistungen so entscheiden").click()
    expect(staff.get_by_role("main")).to_contain_text("Die Entscheidung ist gespeichert.")
    axe(staff)
    service = staff.get_by_role("link", name=titles[0], exact=True).first
    page_of_service = str(service.get_attribute("href")).replace("/verwaltung", "")
    citizen.goto(product.at("oer-erkenschwick", page_of_service))
    expect(citizen.get_by_role("main")).to_contain_text("Das macht der Kreis.")

    staff.get_by_role("link", name="Rückgängig machen").click()
    expect(staff.get_by_role("main")).to_contain_text("2 Leistungen bekommen zurück, was vorher galt")
    axe(staff)
    staff.get_by_role("button", name="Rückgängig machen").click()
    expect(staff.get_by_role("main")).to_contain_text("Die Entscheidung ist rückgängig gemacht.")
    citizen.reload()
    expect(citizen.get_by_role("main")).not_to_contain_text("Das macht der Kreis.")


def test_an_earlier_text_comes_back(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    town, path = "castrop-rauxel", "/verwaltung/leistungen/meldebescheinigung/feld/notes/de/"
    word = token_hex(4)  # what an earlier run has left must not be what this one writes
    editor(town).sign_in(staff, product)
    for text in (f"Bitte klingeln Sie am Tor {word}.", f"Bitte klopfen Sie am Tor {word}."):
        staff.goto(product.at(town, path))
        staff.locator("[name=text]").fill(text)
        staff.get_by_role("button", name="Veröffentlichen", exact=True).click()
        expect(staff.get_by_role("main")).to_contain_text("Ihre Abweichung ist veröffentlicht.")
    staff.get_by_role("link", name="Verlauf: Hinweise").click()
    expect(staff.locator("ins").first).to_have_text("klopfen")
    expect(staff.locator("del").first).to_have_text("klingeln")
    axe(staff)
    staff.get_by_role("button", name=re.compile("^Wiederherstellen")).first.click()
    expect(staff.get_by_role("main")).to_contain_text("Die frühere Fassung gilt wieder.")
    citizen.goto(product.at(town, "/leistungen/meldebescheinigung/"))
    expect(citizen.get_by_role("main")).to_contain_text(f"Bitte klingeln Sie am Tor {word}.")


def test_a_list_is_kept_under_a_name(any_page: Page, product: Product) -> None:
    editor("dueren").sign_in(any_page, product)
    any_page.goto(product.at("dueren", f"{LIST}?entscheidung=link&ebene=federation"))
    any_page.get_by_role("link", name="Diese Ansicht speichern").click()
    any_page.get_by_label("Name der Ansicht").fill("Links zum Bund")
    axe(any_page)
    any_page.get_by_role("button", name="Ansicht speichern").click()
    tab = any_page.get_by_role("link", name="Links zum Bund")
    expect(tab).to_have_attribute("aria-current", "page")
    any_page.goto(product.at("dueren", LIST))
    tab.click()
    expect(any_page).to_have_url(re.compile("entscheidung=link"))
    any_page.get_by_role("link", name="Ansichten verwalten").or_(
        any_page.get_by_role("link", name="Diese Ansicht speichern")
    ).first.click()
    axe(any_page)
    any_page.get_by_role("button", name="Löschen").click()
    expect(any_page.get_by_role("main")).to_contain_text("Die Ansicht ist gelöscht.")
