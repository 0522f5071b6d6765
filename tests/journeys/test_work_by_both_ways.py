"""Those who work here, by both ways: their own town and no other, a visit of the IT provider, which the town ends."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import administrator, editor, operator
from tests.journeys.conftest import NewPage
from tests.journeys.ways_in import Way

REASON = "Öffnungszeiten prüfen, Anruf von Frau Amsel"


def test_staff_come_into_their_own_town_and_into_no_other(way: Way, page: Page, complaints: Complaints) -> None:
    complaints.expect(400, 403, 422)
    person = editor("gladbeck")
    way.come_to_work(page, person)
    page.goto(way.product.at("gladbeck", "/verwaltung/leistungen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Leistungen")
    way.expect_refusal(page, person, town="dorsten")
    axe(page)
    page.goto(way.product.at("dorsten", "/verwaltung/leistungen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Anmeld"))


def test_the_town_sees_a_visit_of_the_it_provider_and_ends_it(
    way: Way, open_page: NewPage, complaints: Complaints
) -> None:
    complaints.expect(403)
    product = way.product
    provider, town = open_page(), open_page()
    way.come_to_work(provider, operator("emscher-lippe"))
    way.come_to_work(town, administrator("gladbeck"))
    provider.goto(product.at("konsole", "/kommunen/gladbeck/zugriff/"))
    provider.get_by_label("Grund").fill(REASON)
    provider.get_by_role("button", name="Zugriff beginnen").click()
    axe(provider)
    provider.get_by_role("link", name="Portal betreten").first.click()
    expect(provider).to_have_url(product.at("gladbeck", "/verwaltung/"))
    expect(provider.locator("body")).to_contain_text("Die Kommune sieht es")

    town.goto(product.at("gladbeck", "/verwaltung/zugriff/"))
    expect(town.get_by_role("row", name=re.compile(REASON))).to_contain_text("Olga Betrieb")
    axe(town)
    town.get_by_role("button", name="Jetzt beenden").first.click()
    expect(town.get_by_role("main").or_(town.get_by_role("status")).first).to_be_visible()
    expect(town.locator("body")).to_contain_text("Beendet. Olga Betrieb")
    provider.goto(product.at("gladbeck", "/verwaltung/leistungen/"))
    expect(provider.get_by_role("heading", level=1)).to_have_text(re.compile("^Anmeld"))
