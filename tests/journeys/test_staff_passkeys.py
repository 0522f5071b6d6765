"""Those who work here sign in with a passkey instead of password and code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import Person, editor, operator, region_editor
from tests.journeys.product import Product
from tests.journeys.ways_in import put_authenticator_into

# Each takes the passkey away in the end: whoever has one is asked for it after the password, by other journeys, too.
PEOPLE = (editor("haltern-am-see"), operator("muensterland"), region_editor("modellkommunen"))


@pytest.mark.parametrize("person", PEOPLE, ids=["town", "console", "umbrella"])
def test_a_passkey_opens_the_work_area_without_password_and_code(
    person: Person, page: Page, product: Product, complaints: Complaints
) -> None:
    put_authenticator_into(page)
    person.sign_in(page, product)
    page.goto(product.at(person.site, f"{person.area}konto/"))
    page.get_by_role("link", name="Passkey einrichten").click()
    axe(page)
    page.get_by_role("link", name="Bestätigen").click()
    axe(page)
    page.get_by_label("Passwort").fill(person.password)
    page.get_by_role("button", name="Bestätigen").click()
    page.get_by_label("Name").fill("Schlüssel am Bund")
    page.get_by_role("button", name="Passkey einrichten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Notfallcodes")
    expect(page.locator("body")).to_contain_text("Ihr Passkey ist eingerichtet")
    page.get_by_role("button", name="Abmelden").first.click()

    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page).to_have_url(product.at(person.site, person.area))
    page.goto(product.at(person.site, f"{person.area}anmelden/"))
    page.get_by_role("button", name="Abmelden").first.click()

    # The password alone is no longer enough, and the passkey stands for the code.
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort").fill(person.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Nehmen Sie jetzt Ihren Passkey")
    axe(page)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page).to_have_url(product.at(person.site, person.area))

    page.goto(product.at(person.site, f"{person.area}konto/passkeys/"))
    expect(page.get_by_role("main")).to_contain_text("Schlüssel am Bund")
    page.get_by_role("link", name="Bestätigen").click()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    page.get_by_role("button", name="Passkey entfernen").click()
    expect(page.get_by_role("main")).to_contain_text("Der Passkey ist entfernt")
    expect(page.get_by_role("main")).to_contain_text("Sie haben noch keinen Passkey")
    axe(page)


def test_without_javascript_the_page_says_what_is_missing(page_without_javascript: Page, product: Product) -> None:
    page = page_without_javascript
    page.goto(product.at("gladbeck", "/verwaltung/anmelden/"))
    # This browser does not draw what stands there for want of scripts, but it got it.
    assert "<noscript>" in page.content()
    assert "Passkeys brauchen JavaScript." in page.content()
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
