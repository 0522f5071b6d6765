"""A citizen's account, by both ways in: opened by a mail's link, good in every town, ended in all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from federation.devstack.keycloak import write_hosts
from federation.devstack.keycloak_for_tests import RunningKeycloak
from federation.devstack.processes import stop_process
from tests.journeys.accessibility import axe, violations
from tests.journeys.browser import DESKTOP, PHONE, Complaints
from tests.journeys.conftest import NewPage
from tests.journeys.product import ROOT, Product, running_product
from tests.journeys.ways_in import BuiltIn, Keycloak, Way, put_authenticator_into
from tests.keycloak import JOURNEYS_REALM, KeycloakForTests, prepare_clients, prepare_realm

PORTALS = ("gladbeck", "dorsten", "muenster")
SINK = ROOT / "tenants" / "mail" / "tests" / "sink.py"
BOTH = ["built in", pytest.param("keycloak", marks=pytest.mark.keycloak)]


@pytest.fixture(scope="session")
def keycloak_product(
    running_keycloak: RunningKeycloak, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[tuple[Product, Path]]:
    """The product with sign-in switched over to Keycloak, and the folder of the mails that Keycloak sends."""
    ours, mails = KeycloakForTests(running_keycloak, JOURNEYS_REALM), tmp_path_factory.mktemp("mails")
    with ExitStack() as ending:
        sink = subprocess.Popen([sys.executable, str(SINK), str(mails)], stdout=subprocess.PIPE, text=True)
        ending.callback(stop_process, sink)
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        ending.callback(sink.stdout.close)
        product = ending.enter_context(running_product(suffix="_keycloak", more=ours.environment()))
        settings = {
            **ours.settings(),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": port,
            "VERBUND_PUBLIC_SCHEME": "http",
            "VERBUND_PUBLIC_PORT": str(product.port),
        }
        with django_db_blocker.unblock(), override_settings(**settings):
            prepare_realm()
            prepare_clients(PORTALS)
        hosts = [f"{one}.localhost" for one in (*PORTALS, "emscher-lippe", "muensterland", "konsole")]
        write_hosts(running_keycloak.hosts, names=hosts)
        yield product, mails


@pytest.fixture(params=BOTH)
def way(request: pytest.FixtureRequest) -> Way:
    """Both, one after the other: what works with Keycloak works without."""
    if request.param == "keycloak":
        product, mails = request.getfixturevalue("keycloak_product")
        # One realm for all regions: Münster lies in another.
        return Keycloak(product, mails, neighbour="muenster")
    own = Path(os.environ["VERBUND_DATA_DIR"]) / "mail"
    return BuiltIn(request.getfixturevalue("product"), own, neighbour="dorsten")


@pytest.fixture
def keycloak_way(keycloak_product: tuple[Product, Path]) -> Keycloak:
    """Only what Keycloak can do."""
    return Keycloak(*keycloak_product, neighbour="muenster")


def test_one_account_opens_every_town_and_ends_in_all(way: Way, page: Page) -> None:
    here, there = way.product.at("gladbeck", "/konto/"), way.product.at(way.neighbour, "/konto/")
    page.goto(here)
    way.expect_form(page)
    way.register(page, f"nadja.{token_hex(4)}@example.org")
    page.goto(here)
    expect(page.get_by_role("main").get_by_role("button", name="Abmelden")).to_be_visible()
    axe(page)
    page.goto(there)
    expect(page).to_have_url(there)
    expect(page.get_by_role("main").get_by_role("button", name="Abmelden")).to_be_visible()

    page.goto(here)
    page.get_by_role("main").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    page.goto(there)
    way.expect_form(page)


def test_a_passkey_opens_the_account_without_a_password(way: Way, page: Page) -> None:
    product = way.product
    put_authenticator_into(page)
    page.goto(product.at("emscher-lippe", "/konto/sicherheit/"))
    way.sign_in(page, way.owner)
    expect(page).to_have_url(product.at("emscher-lippe", "/konto/sicherheit/"))
    axe(page)
    way.add_passkey(page)
    page.get_by_role("button", name="Abmelden").first.click()
    page.goto(product.at("gladbeck", "/konto/"))
    way.sign_in_with_passkey(page)
    expect(page).to_have_url(product.at("gladbeck", "/konto/"))
    expect(page.get_by_role("main")).to_contain_text("Vertrauensniveau: einfach")


@pytest.mark.keycloak
def test_a_step_up_leads_over_bundid_and_back_to_the_page(keycloak_way: Keycloak, page: Page) -> None:
    product = keycloak_way.product
    target = "/leistungen/?q=Hund"
    page.goto(product.at("gladbeck", "/konto/anmelden/?niveau=hoch&ueber=bundid&weiter=/leistungen/%3Fq%3DHund"))
    keycloak_way.sign_in(page, "erika")
    expect(page).to_have_url(product.at("gladbeck", target))
    page.goto(product.at("gladbeck", "/konto/"))
    expect(page.get_by_role("main")).to_contain_text("Vertrauensniveau: hoch")


@pytest.mark.keycloak
def test_who_calls_it_off_or_is_failed_by_the_provider_is_told(
    keycloak_way: Keycloak, open_page: NewPage, complaints: Complaints
) -> None:
    complaints.expect(400, 401, 403)
    product = keycloak_way.product
    begin = product.at("gladbeck", "/konto/anmelden/?niveau=hoch&ueber=bundid&weiter=/leistungen/%3Fq%3DHund")
    abel, fabian = open_page(), open_page()
    abel.goto(begin)
    keycloak_way.sign_in(abel, "abel")
    abel.locator("#kc-decline").click()
    expect(abel.get_by_text("abgebrochen").first).to_be_visible()
    fabian.goto(begin)
    keycloak_way.sign_in(fabian, "fabian")
    expect(fabian.get_by_text("Störung beim Anbieter")).to_be_visible()


@pytest.mark.keycloak
@pytest.mark.parametrize("language", ["de", "en"])
def test_keycloaks_pages_are_for_everybody(keycloak_way: Keycloak, open_page: NewPage, language: str) -> None:
    prefix = "" if language == "de" else "/en"
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme, viewport=PHONE if scheme == "dark" else DESKTOP)
        page.goto(keycloak_way.product.at("gladbeck", f"{prefix}/konto/"))
        keycloak_way.expect_form(page)
        assert page.locator("html").get_attribute("lang") == language
        found = violations(page)
        assert not found, f"{scheme}:\n" + "\n".join(found)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0, "nothing scrolls sideways"
