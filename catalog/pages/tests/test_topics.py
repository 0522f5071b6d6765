"""Topics as a town calls them: two of one name are one, and the shared codes stay; services by whom they are for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from catalog.decisions.labels import set_category_labels
from catalog.decisions.selectors import get_town_service
from catalog.pages.tests.test_linkeddata import linked
from catalog.pages.tests.test_pages import words
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

Visit = Callable[[str], Client]
NAME = "Gesundheit und Soziales"


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


@pytest.fixture
def merged(gladbeck: TenantInfo, editor: Actor) -> None:
    """Call two topics by one name."""
    labels = {(code, "de"): NAME for code in ("familie_kind", "gesundheit")}
    english = {("familie_kind", "en"): "", ("gesundheit", "en"): "Health and social affairs"}
    with in_tenant(gladbeck.ref):
        set_category_labels(actor=editor, labels={**labels, **english})


def entries(client: Client, path: str) -> list[str]:
    """Return the services that a topic lists."""
    return re.findall(r'href="/leistungen/([a-z-]+)/"', client.get(path).content.decode().split("<main")[1])


def test_two_topics_of_one_name_are_one(portal: Client, gladbeck: TenantInfo, editor: Actor) -> None:
    apart = {code: set(entries(portal, f"/themen/{code}/")) for code in ("familie_kind", "gesundheit")}
    with in_tenant(gladbeck.ref):
        set_category_labels(actor=editor, labels={(code, "de"): NAME for code in apart})
    overview = portal.get("/themen/").content.decode()
    assert overview.count(NAME) == 1
    together = entries(portal, "/themen/familie_kind/")
    assert set(together) == apart["familie_kind"] | apart["gesundheit"]
    assert len(together) == len(set(together))
    card = overview.split('href="/themen/familie_kind/"')[1].split("</a>")[0]
    assert f"{len(together)} Leistungen" in card
    assert portal.get("/").content.decode().count(NAME) == 1


@pytest.mark.usefixtures("merged")
def test_the_other_code_leads_there_and_services_keep_theirs(portal: Client, gladbeck: TenantInfo) -> None:
    answer = portal.get("/themen/gesundheit/")
    assert (answer.status_code, answer["Location"]) == (302, "/themen/familie_kind/")
    assert "Health and social affairs" in words(portal.get("/en/themen/familie_kind/").content)
    page = portal.get("/leistungen/kindergeld-beantragen/").content.decode()
    assert page.split('id="themen"')[1].split("</nav>")[0].count(NAME) == 1
    with in_tenant(gladbeck.ref):
        assert "familie_kind" in get_town_service("kindergeld-beantragen").record.category_codes


@pytest.mark.usefixtures("merged")
def test_staff_still_name_each_of_them(editor_client: Client) -> None:
    page = editor_client.get("/verwaltung/leistungen/themen/").content.decode()
    assert page.count(f'value="{NAME}"') == 2
    assert "stehen sie auf Ihren Seiten als eines" in page


def test_services_are_found_by_whom_they_are_for(portal: Client) -> None:
    businesses = entries(portal, "/leistungen/?fuer=businesses")
    assert "gewerbe-anmelden" in businesses
    assert "geburtsurkunde" not in businesses
    assert "geburtsurkunde" in entries(portal, "/leistungen/?fuer=unsinn")
    assert 'aria-current="true"><span>Unternehmen' in portal.get("/leistungen/?fuer=businesses").content.decode()
    assert "Businesses" in words(portal.get("/en/leistungen/?fuer=businesses").content)


def test_a_page_says_whom_it_is_for(portal: Client) -> None:
    text = words(portal.get("/leistungen/gewerbe-anmelden/").content)
    assert re.search(r"Für: [^.]*Unternehmen", text)
    audience = [one["audienceType"] for one in linked(portal, "/leistungen/gewerbe-anmelden/")[0]["audience"]]
    assert "Unternehmen" in audience
