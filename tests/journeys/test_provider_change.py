"""From an identity provider that ends to its successor, with consent: known at once, or two accounts become one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.ways_in import Way

IDENTITIES = "/konto/identitaeten/"


@pytest.fixture
def citizen(way: Way, page: Page, complaints: Complaints) -> Page:
    """Return the browser of somebody new at the umbrella, on their way to the provider that ends."""
    complaints.expect(422)
    page.goto(way.product.at("emscher-lippe", f"/konto/anmelden/?ueber=landeskonto&weiter={IDENTITIES}"))
    return page


def test_who_is_known_by_the_states_id_keeps_the_account_at_once(way: Way, citizen: Page) -> None:
    change_to_successor(way, citizen, "max")
    main = citizen.get_by_role("main")
    expect(citizen.locator("body")).to_contain_text("„BundID (Simulation)“ führt jetzt in Ihr Konto")
    expect(main).to_contain_text("Landeskonto (Simulation)")
    axe(citizen)
    citizen.get_by_role("button", name="„Landeskonto (Simulation)“ trennen").click()
    expect(main.get_by_role("heading", name="Landeskonto (Simulation)")).to_have_count(0)


def test_two_accounts_become_one_by_the_link_in_a_mail(way: Way, citizen: Page) -> None:
    change_to_successor(way, citizen, "bela")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Konten zusammenführen")
    axe(citizen)
    citizen.get_by_role("button", name="E-Mail schicken").click()
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihr Postfach")
    portal = replace(way, mails=Path(os.environ["VERBUND_DATA_DIR"]) / "mail")
    # Both products write into one folder, and to one address.
    link = way.product.at("emscher-lippe", "/konto/identitaeten/wechsel/")
    citizen.goto(portal.link_in_mail("bela@example.org", path=link))
    axe(citizen)
    citizen.get_by_role("button", name="Jetzt zusammenführen").click()
    way.prove_again(citizen, "bela")
    expect(citizen.locator("body")).to_contain_text("Ihre Konten sind jetzt eines")
    main = citizen.get_by_role("main")
    for provider in ("Landeskonto (Simulation)", "BundID (Simulation)"):
        expect(main.get_by_role("heading", name=provider)).to_be_visible()


def change_to_successor(way: Way, page: Page, user: str) -> None:
    """Sign in over the provider that ends, agree to the change, and sign in over the one that follows."""
    way.prove(page, user)
    expect(page.get_by_role("main")).to_contain_text("„Landeskonto (Simulation)“ endet am")
    page.get_by_role("link", name="Jetzt wechseln").click()
    axe(page)
    page.get_by_role("button", name="Weiter zu „BundID (Simulation)“").click()
    expect(page.get_by_role("alert").first).to_contain_text("Setzen Sie den Haken")
    page.get_by_label("Ich stimme zu").check()
    page.get_by_role("button", name="Weiter zu „BundID (Simulation)“").click()
    way.prove(page, user)
