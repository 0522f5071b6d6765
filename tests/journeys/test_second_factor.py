"""The built-in sign-in where a second factor is required, as in production: from the link in a mail to the next day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from federation.devstack import pytest_plugin
from shared_services.identity.onboarding import INVITATION_PATH
from tenants.actors import system_actor
from tenants.context import in_tenant
from tenants.registry.sites import directory
from tenants.staff.invitations import renew_first_invitation
from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import Person, editor
from tests.journeys.product import Product, running_product
from tests.journeys.with_keycloak import connected_to

PASSWORD = "Regen über Zeche Moltke 1904"


@pytest.fixture(scope="module")
def strict_product() -> Iterator[Product]:
    """The product as production has it: whoever works here shows two factors."""
    with running_product(suffix="_strict", more={"VERBUND_STAFF_SECOND_FACTOR": "required"}) as running:
        yield running


@pytest.fixture
def newcomer(strict_product: Product, django_db_blocker: Any) -> tuple[Person, str]:
    """Return somebody who comes new to Gladbeck, and the path of the link that a mail brings them."""
    nele = Person("gladbeck", f"nele.{token_hex(3)}@gladbeck.example", PASSWORD)
    with (
        django_db_blocker.unblock(),
        connected_to(pytest_plugin.database_name("_live_strict")),
        in_tenant(directory.snapshot().tenants["gladbeck"].ref),
    ):
        made = renew_first_invitation(actor=system_actor("tests"), email=nele.email)
    return nele, INVITATION_PATH.format(token=made.token)


def test_whoever_is_invited_sets_a_factor_up_first_and_shows_it_from_then_on(
    strict_product: Product, newcomer: tuple[Person, str], page: Page, complaints: Complaints
) -> None:
    complaints.expect(422)
    product, (nele, link) = strict_product, newcomer
    page.goto(product.at("gladbeck", link))
    axe(page)
    page.get_by_label("Vor- und Nachname").fill("Nele Neu")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_label("Passwort wiederholen").fill(PASSWORD)
    page.get_by_role("button", name="Zugang einrichten").click()
    # Nothing else opens before.
    page.goto(product.at("gladbeck", "/verwaltung/leistungen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiten Faktor einrichten")
    axe(page)
    app = pyotp.TOTP(page.locator("main code").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="App einrichten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Notfallcodes")
    axe(page)
    spare = page.locator("main li code").first.inner_text()
    page.get_by_role("link", name="Ich habe die Codes notiert").click()
    expect(page).to_have_url(product.at("gladbeck", "/verwaltung/leistungen/"))
    page.get_by_role("button", name="Abmelden").first.click()

    show_password(page, nele)
    expect(page.get_by_role("main")).to_contain_text("Geben Sie jetzt den Code aus Ihrer App ein.")
    axe(page)
    # Each code once, also the one with which the app was set up.
    page.get_by_label("Code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Code").fill(spare)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(product.at("gladbeck", "/verwaltung/"))


def test_a_password_without_a_factor_opens_nothing_and_says_how_it_goes_on(
    strict_product: Product, page: Page, complaints: Complaints
) -> None:
    complaints.expect(422)
    page.goto(strict_product.at("gladbeck", "/verwaltung/anmelden/"))
    show_password(page, editor("gladbeck"))
    expect(page.get_by_role("alert").first).to_contain_text("Link")
    axe(page)
    page.goto(strict_product.at("gladbeck", "/verwaltung/leistungen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Anmeld"))


def show_password(page: Page, person: Person) -> None:
    """Fill in the form of the work area, on which one is."""
    page.get_by_label("E-Mail-Adresse").fill(person.email)
    page.get_by_label("Passwort").fill(person.password)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
