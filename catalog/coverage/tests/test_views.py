"""The pages of a region's editors on quality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalog.coverage.models import RegionCoverage, TownCoverage
from catalog.coverage.services import sum_regions
from catalog.linkcheck.models import CheckedLink, LinkPlace
from catalog.quality.services import count_quality
from tenants.actors import Actor
from tenants.context import as_projector, in_tenant
from tenants.registry.sites import TenantInfo

HOST = "emscher-lippe.localhost"
BASE = "/redaktion/qualitaet/"
PAGES = ["", "kommunen.csv", "links/", "verlauf/", "verlauf.csv"]
DEAD = "https://tot.example/"


@pytest.fixture
def region_client(visit: Callable[[str], Client]) -> Client:
    """Return a browser in which an editor of the region is signed in."""
    client = visit(HOST)
    login = {"email": "redaktion@emscher-lippe.example", "password": "verbund-demo-region-editor"}
    answer = client.post("/redaktion/anmelden/", login)
    assert answer.status_code == 302, answer.content.decode()[:500]
    return client


@pytest.fixture
def told(gladbeck: TenantInfo, system: Actor, project: Callable[[], None]) -> None:
    """Let Gladbeck tell its figures."""
    with in_tenant(gladbeck.ref):
        count_quality(actor=system, is_full=True)
    project()
    sum_regions(actor=system)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_staff_of_towns_sign_in_first(
    page: str, visit: Callable[[str], Client], editor_client: Client
) -> None:
    stranger = visit(HOST)
    assert stranger.get(BASE + page)["Location"].startswith("/redaktion/anmelden/")
    stranger.cookies = editor_client.cookies
    assert stranger.get(BASE + page).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_stand_before_towns_have_told_anything(page: str, region_client: Client) -> None:
    with as_projector():
        TownCoverage.objects.all().delete()
        RegionCoverage.objects.all().delete()
    assert region_client.get(BASE + page).status_code == 200


def test_towns_stand_side_by_side_with_figures_only(region_client: Client, told: None) -> None:
    page = region_client.get(BASE, {"sortieren": "punkte"}).content.decode()
    assert "Gladbeck" in page
    assert "Münster" not in page
    # Which service of a town lacks what stays in the town.
    assert "Hund anmelden" not in page
    lines = region_client.get(BASE + "kommunen.csv").content.decode("utf-8-sig").splitlines()
    assert any(line.startswith("Gladbeck;") for line in lines)


def test_the_region_has_a_history(region_client: Client, told: None) -> None:
    with as_projector():
        RegionCoverage.objects.create(
            region="emscher-lippe", day=timezone.localdate() - dt.timedelta(days=9), services=3, scored=1, score_total=5
        )
        RegionCoverage.objects.create(
            region="muensterland", day=timezone.localdate() - dt.timedelta(days=20), services=999
        )
    page = region_client.get(BASE + "verlauf/").content.decode()
    assert "vb-trend__line" in page
    assert "999" not in page
    assert len(region_client.get(BASE + "verlauf.csv").content.decode("utf-8-sig").splitlines()) == 3


def test_broken_links_of_the_catalogue_are_shown_with_their_place_and_checked_again(
    region_client: Client, service_id: Callable[[str], UUID], settings: Settings
) -> None:
    settings.VERBUND_LINKCHECK = True
    now = timezone.now()
    with as_projector():
        LinkPlace.objects.create(
            url=DEAD, service_id=service_id("hund-anmelden"), layer="federation", field="notes", language="de"
        )
        CheckedLink.objects.create(
            url=DEAD, host="tot.example", is_ok=False, problem="no_host", failures=3, seen_at=now,
            checked_at=now - dt.timedelta(hours=1), due_at=now + dt.timedelta(days=1),
        )  # fmt: skip
    page = region_client.get(BASE + "links/").content.decode()
    assert "Hund anmelden" in page
    assert "Diese Internetadresse gibt es nicht mehr" in page
    assert "Hinweise" in page
    assert "Defekte Links" in region_client.get("/redaktion/").content.decode()
    assert region_client.post(BASE + "links/pruefen/", {"url": DEAD}).status_code == 302
    with as_projector():
        assert CheckedLink.objects.get(url=DEAD).due_at <= timezone.now()
    assert "wird geprüft" in region_client.get(BASE + "links/").content.decode()
    assert region_client.post(BASE + "links/pruefen/", {"url": "https://fremd.example/"}).status_code == 404
