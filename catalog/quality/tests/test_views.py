"""The staff's pages on quality, over HTTP and without JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalog.linkcheck.models import CheckedLink
from catalog.quality.models import CoverageDay, ServiceScore
from catalog.quality.services import count_quality
from tenants.actors import Actor
from tenants.context import as_projector, in_tenant
from tenants.registry.sites import TenantInfo

BASE = "/verwaltung/leistungen/qualitaet/"
PAGES = ["", "leistungen/", "leistungen.csv", "links/", "verlauf/", "verlauf.csv"]


@pytest.fixture
def counted(gladbeck: TenantInfo, system: Actor, project: Callable[[], None]) -> None:
    """Count Gladbeck."""
    with in_tenant(gladbeck.ref):
        count_quality(actor=system, is_full=True)
    project()


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(page: str, visit: Callable[[str], Client], gladbeck: TenantInfo) -> None:
    answer = visit(gladbeck.host).get(BASE + page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/verwaltung/anmelden/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_stand_before_anything_is_counted(page: str, editor_client: Client, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        ServiceScore.objects.all().delete()
        CoverageDay.objects.all().delete()
    assert editor_client.get(BASE + page).status_code == 200


def test_the_overview_names_score_and_next_steps(editor_client: Client, counted: None, gladbeck: TenantInfo) -> None:
    page = editor_client.get(BASE).content.decode()
    assert "von 100 Punkten im Durchschnitt" in page
    assert "Diese Schritte bringen am meisten" in page
    with in_tenant(gladbeck.ref):
        best = ServiceScore.objects.filter(score__isnull=False).order_by("-best_gain", "score", "sort_key")[0]
    assert best.title in page
    assert "/verwaltung/leistungen/qualitaet/leistungen/?schwaeche=translations" in page


def test_the_list_searches_filters_and_sorts(editor_client: Client, counted: None) -> None:
    dogs = editor_client.get(BASE + "leistungen/", {"q": "hund"}).content.decode()
    assert "Hund anmelden" in dogs
    assert "Geburtsurkunde" not in dogs
    nothing = editor_client.get(BASE + "leistungen/", {"q": "qqqq"}).content.decode()
    assert "Keine Leistung passt dazu" in nothing
    for level, weak in (("schwach", "fee"), ("gut", "links"), ("unsinn", "unsinn")):
        assert (
            editor_client.get(BASE + "leistungen/", {"stufe": level, "schwaeche": weak, "seite": "99"}).status_code
            == 200
        )


def test_the_list_as_a_file(editor_client: Client, counted: None, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        ServiceScore.objects.filter(slug="hund-anmelden").update(title="=HYPERLINK(1)")
    answer = editor_client.get(BASE + "leistungen.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="qualitaet-leistungen.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Leistung;Entscheidung;Punkte;Vollständigkeit")
    assert any(line.startswith("'=HYPERLINK(1);") for line in lines)


def test_broken_links_are_listed_and_checked_again(
    editor_client: Client, gladbeck: TenantInfo, counted: None, settings: Settings
) -> None:
    settings.VERBUND_LINKCHECK = True
    with in_tenant(gladbeck.ref):
        url = next(row.links[0][0] for row in ServiceScore.objects.exclude(links=[]))
    with as_projector():
        CheckedLink.objects.update_or_create(
            url=url,
            defaults={
                "host": "x",
                "is_ok": False,
                "status": 404,
                "problem": "status",
                "checked_at": timezone.now(),
                "due_at": timezone.now() + dt.timedelta(days=1),
                "seen_at": timezone.now(),
            },
        )
    page = editor_client.get(BASE + "links/").content.decode()
    assert "Die Seite gibt es nicht mehr (Antwort 404)." in page
    assert "Erneut prüfen" in page
    assert editor_client.post(BASE + "links/pruefen/", {"url": url}).status_code == 302
    assert editor_client.post(BASE + "links/pruefen/", {"url": "https://fremd.example/"}).status_code == 404
    settings.VERBUND_LINKCHECK = False
    assert "Die Linkprüfung ist ausgeschaltet" in editor_client.get(BASE + "links/").content.decode()
    assert editor_client.post(BASE + "links/pruefen/", {"url": url}).status_code == 422


def test_the_history_has_a_table_beside_its_pictures(
    editor_client: Client, counted: None, gladbeck: TenantInfo
) -> None:
    single = editor_client.get(BASE + "verlauf/").content.decode()
    assert "erster Tag" in single
    with in_tenant(gladbeck.ref):
        CoverageDay.objects.create(
            day=timezone.localdate() - dt.timedelta(days=3), services=1, online=0, scored=1, score_total=10
        )
    page = editor_client.get(BASE + "verlauf/").content.decode()
    assert page.count('class="vb-trend__line"') > 3
    assert "mehr seit" in page
    lines = editor_client.get(BASE + "verlauf.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3


def test_a_service_shows_its_score_in_the_editor(editor_client: Client, counted: None) -> None:
    page = editor_client.get("/verwaltung/leistungen/hund-anmelden/").content.decode()
    assert "Qualität der Beschreibung" in page
    assert "von 100 Punkten" in page
    linked = editor_client.get("/verwaltung/leistungen/kindergeld-beantragen/").content.decode()
    assert "Qualität der Beschreibung" not in linked
