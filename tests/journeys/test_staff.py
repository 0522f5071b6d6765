"""A day in a town's work area: what staff change is what citizens see on their next page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from secrets import token_hex

from playwright.sync_api import Locator, Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import Person, administrator, editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Each story has a town of its own, so that they don't disturb one another.
SERVICE = "/leistungen/sperrmuell-abholen-lassen/"


def _decide(page: Page, product: Product, town: str, label: str, **fields: str) -> None:
    page.goto(product.at(town, f"/verwaltung{SERVICE}"))
    page.get_by_text("Entscheidung ändern").click()
    page.get_by_role("radio", name=re.compile(label)).check()
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Entscheidung speichern").click()


def _citizen_reads(page: Page, product: Product, town: str) -> Locator:
    page.goto(product.at(town, SERVICE))
    return page.get_by_role("main")


def _value(page: Page, label: str) -> Locator:
    return page.locator(".vb-value", has=page.get_by_role("heading", name=label, exact=True))


def test_a_town_decides_about_a_service(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    editor("datteln").sign_in(staff, product)

    reason = "Das macht bei uns der Entsorgungsbetrieb."
    _decide(staff, product, "datteln", "nicht an", reason=reason, alternative="Rufen Sie den Betrieb an.")
    expect(staff.get_by_role("main")).to_contain_text("gespeichert")
    axe(staff)
    text = _citizen_reads(citizen, product, "datteln")
    expect(text).to_contain_text("Datteln bietet diese Leistung nicht an")
    expect(text).to_contain_text(reason)
    axe(citizen)

    _decide(staff, product, "datteln", "verlink", link_url="https://entsorgung.example/", link_authority="Betrieb Vest")
    expect(_citizen_reads(citizen, product, "datteln")).to_contain_text("Diese Leistung erbringt: Betrieb Vest")
    expect(citizen.get_by_role("link", name="Weiter zu: Betrieb Vest")).to_have_attribute(
        "href", "https://entsorgung.example/"
    )

    _decide(staff, product, "datteln", "übernehmen")
    expect(_citizen_reads(citizen, product, "datteln")).not_to_contain_text("Betrieb Vest")

    _decide(staff, product, "datteln", "anpassen")
    expect(staff.get_by_role("link", name="Abweichung bearbeiten").first).to_be_visible()


def test_a_decision_without_its_reason_is_refused(page: Page, product: Product, complaints: Complaints) -> None:
    complaints.expect(422)
    editor("herten").sign_in(page, product)
    _decide(page, product, "herten", "nicht an")
    expect(page.get_by_role("alert")).to_contain_text("prüfen")
    axe(page)


def test_a_text_is_adapted_and_taken_back(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    editor("marl").sign_in(staff, product)
    staff.goto(product.at("marl", "/verwaltung/leistungen/hund-anmelden/feld/teaser/de/"))
    axe(staff)
    staff.locator("[name=text]").fill("In Marl sind Hunde willkommen.")
    staff.get_by_role("button", name="Veröffentlichen", exact=True).click()
    own = _value(staff, "Kurzbeschreibung").or_(staff.locator(".vb-value--own", has_text="In Marl sind Hunde")).first
    expect(own).to_contain_text("In Marl sind Hunde willkommen.")
    citizen.goto(product.at("marl", "/leistungen/hund-anmelden/"))
    expect(citizen.get_by_role("main")).to_contain_text("In Marl sind Hunde willkommen.")

    staff.locator(".vb-value", has_text="In Marl sind Hunde").get_by_role(
        "button", name="Wert von oben wieder verwenden"
    ).click()
    citizen.reload()
    expect(citizen.get_by_role("main")).not_to_contain_text("In Marl sind Hunde willkommen.")
    expect(citizen.get_by_role("main")).to_contain_text("Melden Sie Ihren Hund zur Hundesteuer an.")


def test_a_fee_is_previewed_before_it_is_saved(page: Page, product: Product) -> None:
    editor("marl").sign_in(page, product)
    page.goto(product.at("marl", "/verwaltung/leistungen/sperrmuell-abholen-lassen/feld/fee/alle/"))
    page.get_by_role("radio", name=re.compile("fest")).check()
    page.get_by_label("Betrag in Euro (fester Betrag)").fill("77,50")
    page.get_by_role("button", name="Vorschau").click()
    preview = page.get_by_role("region", name="So sehen es Bürgerinnen und Bürger")
    expect(preview.or_(page.locator("#vorschau"))).to_contain_text("77,50 €")
    page.goto(product.at("marl", SERVICE))
    expect(page.get_by_role("main")).not_to_contain_text("77,50 €")


def test_two_people_at_one_field_see_both_versions(
    open_page: NewPage, product: Product, complaints: Complaints
) -> None:
    complaints.expect(409)
    first, second = open_page(), open_page()
    address = product.at("bottrop", "/verwaltung/leistungen/meldebescheinigung/feld/teaser/de/")
    editor("bottrop").sign_in(first, product)
    administrator("bottrop").sign_in(second, product)
    _adapt(first, product)
    first.goto(address)
    second.goto(address)
    for page, text in ((first, "Fassung der Redaktion"), (second, "Fassung der Leitung")):
        page.locator("[name=text]").fill(text)
        page.get_by_role("button", name="Veröffentlichen", exact=True).click()
        page.wait_for_load_state()
    expect(second.get_by_role("main")).to_contain_text("Fassung der Redaktion")
    expect(second.get_by_role("main")).to_contain_text("Fassung der Leitung")
    axe(second)


def _adapt(page: Page, product: Product) -> None:
    page.goto(product.at("bottrop", "/verwaltung/leistungen/meldebescheinigung/"))
    page.get_by_text("Entscheidung ändern").click()
    page.get_by_role("radio", name=re.compile("anpassen")).check()
    page.get_by_role("button", name="Entscheidung speichern").click()
    page.wait_for_load_state()


def test_colours_that_cannot_be_read_are_refused(any_page: Page, product: Product, complaints: Complaints) -> None:
    complaints.expect(422)
    page = any_page
    administrator("herten").sign_in(page, product)
    page.goto(product.at("herten", "/verwaltung/erscheinungsbild/"))
    colour = page.locator("input[type=color]").first
    before = colour.input_value()
    colour.fill("#ffff99")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text(re.compile(r"\d,\d+"))
    axe(page)
    page.goto(product.at("herten", "/verwaltung/erscheinungsbild/"))
    expect(page.locator("input[type=color]").first).to_have_value(before)
    page.get_by_label("Leitsatz auf Deutsch").fill("Herten hält zusammen")
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.goto(product.at("herten"))
    expect(page.get_by_role("banner")).to_contain_text("Herten hält zusammen")


def test_contact_and_hours_reach_citizens(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    editor("haltern-am-see").sign_in(staff, product)
    staff.goto(product.at("haltern-am-see", "/verwaltung/kontakt/"))
    staff.get_by_label("Telefonnummer").fill("0221 4710 999")
    staff.get_by_role("button", name="Speichern", exact=True).click()
    citizen.goto(product.at("haltern-am-see", "/kontakt/"))
    expect(citizen.get_by_role("main")).to_contain_text("4710999")

    staff.goto(product.at("haltern-am-see", "/verwaltung/oeffnungszeiten/"))
    staff.get_by_label("Anmerkung auf Deutsch").fill("Donnerstags nur mit Termin.")
    staff.get_by_role("button", name="Speichern", exact=True).click()
    day = date.today() + timedelta(days=10)  # noqa: DTZ011 -- a day as people type it
    staff.get_by_label("Tag", exact=True).fill(day.isoformat())
    staff.get_by_label("Anlass auf Deutsch").fill("Betriebsausflug")
    staff.get_by_role("button", name="Ausnahme hinzufügen").click()
    expect(staff.get_by_role("main")).to_contain_text("Betriebsausflug")
    citizen.reload()
    expect(citizen.get_by_role("main")).to_contain_text("Donnerstags nur mit Termin.")
    expect(citizen.get_by_role("main")).to_contain_text("Betriebsausflug")


def test_a_notice_stands_on_the_home_page(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    editor("hamm").sign_in(staff, product)
    staff.goto(product.at("hamm", "/verwaltung/hinweise/"))
    staff.get_by_role("link", name="Hinweis schreiben").first.click()
    staff.get_by_label("Überschrift auf Deutsch").fill("Das Rathaus bleibt heute zu")
    staff.get_by_label("Text auf Deutsch").fill("Der Strom ist ausgefallen.")
    staff.get_by_role("radio", name="Warnung").check()
    staff.get_by_role("button", name="Speichern").click()
    expect(staff.get_by_role("main")).to_contain_text("Das Rathaus bleibt heute zu")
    citizen.goto(product.at("hamm"))
    expect(citizen.get_by_role("main")).to_contain_text("Der Strom ist ausgefallen.")
    axe(citizen)

    staff.goto(product.at("hamm", "/verwaltung/hinweise/"))
    staff.get_by_role("link", name="„Das Rathaus bleibt heute zu“ löschen").first.click()
    staff.get_by_role("button", name="Endgültig löschen").click()
    citizen.reload()
    expect(citizen.get_by_role("main")).not_to_contain_text("Der Strom ist ausgefallen.")


def test_a_legal_page_is_edited(any_page: Page, open_page: NewPage, product: Product) -> None:
    staff, citizen = any_page, open_page()
    administrator("wiesmoor").sign_in(staff, product)
    staff.goto(product.at("wiesmoor", "/verwaltung/seiten/"))
    staff.get_by_role("link", name="Impressum (Deutsch)").click()
    body = staff.get_by_role("textbox", name=re.compile("^Text"))
    body.fill(body.input_value() + "\n<h2>Bildnachweis</h2>\n<p>Alle Bilder: Stadt Wiesmoor.</p>")
    staff.get_by_role("button", name="Vorschau").click()
    expect(staff.get_by_role("main")).to_contain_text("Alle Bilder: Stadt Wiesmoor.")
    axe(staff)
    staff.get_by_role("button", name="Speichern", exact=True).click()
    citizen.goto(product.at("wiesmoor", "/impressum/"))
    expect(citizen.get_by_role("heading", name="Bildnachweis").last).to_be_visible()


def test_someone_new_joins_the_team(any_page: Page, open_page: NewPage, product: Product) -> None:
    boss, newcomer = any_page, open_page()
    password = "ein langer geheimer Satz"
    name = f"Nora Neu {token_hex(2)}"
    email = f"{name.replace(' ', '.').lower()}@waltrop.example"
    administrator("waltrop").sign_in(boss, product)
    boss.goto(product.at("waltrop", "/verwaltung/team/"))
    boss.get_by_label("E-Mail-Adresse").fill(email)
    boss.get_by_role("checkbox", name="Redaktion").check()
    boss.get_by_role("button", name="Link erstellen").click()
    axe(boss)
    link = boss.get_by_label(f"Link für {email}").input_value()

    newcomer.goto(link)
    axe(newcomer)
    newcomer.get_by_label("Name").fill(name)
    newcomer.get_by_label("Passwort", exact=True).fill(password)
    newcomer.get_by_label(re.compile("Passwort.*(wiederholen|noch einmal)")).fill(password)
    newcomer.get_by_role("button", name="Zugang einrichten").click()
    expect(newcomer.get_by_role("main")).to_contain_text("Ihr Zugang ist eingerichtet")
    Person("waltrop", email, password).sign_in(newcomer, product)
    expect(newcomer.get_by_role("banner")).to_contain_text(name)
    newcomer.goto(product.at("waltrop", "/verwaltung/leistungen/"))
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Leistungen")

    boss.goto(product.at("waltrop", "/verwaltung/team/"))
    boss.get_by_role("link", name=name).click()
    boss.get_by_role("button", name="Zugang beenden").click()
    expect(boss.get_by_role("main")).to_contain_text("beendet")
    newcomer.goto(product.at("waltrop", "/verwaltung/leistungen/"))
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Anmelden")
