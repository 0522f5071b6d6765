"""Home, members, legal pages, feedback, and what machines fetch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from federation.umbrella.models import PageKind, RegionPage, UmbrellaFeedback
from federation.umbrella.retention import forget_of_regions
from federation.umbrella.services import FEEDBACK_BOX, FEEDBACK_LIMIT, ensure_region_pages
from federation.umbrella.tests.conftest import Witness
from tenants.context import as_migration, as_operator, as_umbrella
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.keystore.messages import Message
from tenants.registry.sites import directory

PAGES = [
    "/themen/",
    "/themen/familie_kind/",
    "/",
    "/kommunen/",
    "/leistungen/",
    "/mitglieder/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/gebaerdensprache/",
    "/thema.css",
    "/robots.txt",
    "/sitemap.xml",
    "/barrierefreiheit.json",
]
FORM = "/barrierefreiheit/rueckmeldung/"
REGIONS = ("emscher-lippe", "muensterland", "modellkommunen")


@pytest.mark.parametrize("region_slug", REGIONS)
@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(
    visit: Callable[[str], Client], path: str, prefix: str, region_slug: str
) -> None:
    response = visit(f"{region_slug}.localhost").get(prefix + path)
    assert response.status_code == 200
    assert response["ETag"]
    assert "style=" not in response.content.decode()
    assert "{{" not in response.content.decode()


def test_home_asks_for_services_and_situations_and_nothing_else(region: Client, witness: Witness) -> None:
    region.get("/")
    statements = witness.statements
    assert len(statements) == 2, statements
    assert "services_service" in statements[0]
    assert "services_situation" in statements[1]


def test_home_speaks_for_the_region(region: Client) -> None:
    page = region.get("/").content.decode()
    assert "Zwölf Städte und ein Kreis" in page
    assert "13 Kommunen" in page
    assert "Twelve towns and a district" in region.get("/en/").content.decode()


def test_members_are_named_with_state_and_operator(region: Client) -> None:
    page = region.get("/mitglieder/").content.decode()
    assert page.count("in Betrieb") == 12
    assert page.count('kern-label--small">Pilotbetrieb') == 1
    assert "Muster-IT" in page


def test_the_imprint_names_the_region(region: Client) -> None:
    page = region.get("/impressum/").content.decode()
    assert "Zweckverband Serviceportal Emscher-Lippe" in page
    assert "0221 4710011" in page or "0221 4710 011" in page


def test_the_statement_follows_the_law_of_the_state(region: Client) -> None:
    assert "Ombudsstelle" in region.get("/barrierefreiheit/").content.decode()
    facts = region.get("/barrierefreiheit.json").json()
    assert facts["conformance"] == "partial"
    assert facts["site"] == "http://emscher-lippe.localhost/"
    assert "Ombudsstelle" in facts["enforcement"]["name"]


def test_each_region_has_its_own_colours(visit: Callable[[str], Client]) -> None:
    sheets = {visit(f"{slug}.localhost").get("/thema.css").content for slug in REGIONS}
    assert len(sheets) == 3
    assert visit("emscher-lippe.localhost").get("/thema.css")["Content-Type"].startswith("text/css")


def test_search_engines_are_shown_pages_and_no_results(region: Client) -> None:
    robots = region.get("/robots.txt").content.decode()
    assert "Disallow: /suche/" in robots
    assert "Sitemap: http://emscher-lippe.localhost/sitemap.xml" in robots
    index = region.get("/sitemap.xml").content.decode()
    assert "<loc>http://emscher-lippe.localhost/sitemap-1.xml</loc>" in index
    sitemap = region.get("/sitemap-1.xml").content.decode()
    assert "<loc>http://emscher-lippe.localhost/leistungen/hund-anmelden/</loc>" in sitemap
    assert "<loc>http://emscher-lippe.localhost/en/leistungen/hund-anmelden/</loc>" in sitemap


def _stored() -> list[UmbrellaFeedback]:
    with as_operator():
        return list(UmbrellaFeedback.objects.all())


def test_feedback_is_kept_for_its_region(region: Client) -> None:
    sent = region.post(FORM, {"message": "Das Menü klappt nicht.", "email": "a@beispiel.de", "page": "/kommunen/"})
    assert sent.status_code == 302
    assert "Danke" in region.get(sent["Location"]).content.decode()
    (kept,) = _stored()
    assert (kept.message, kept.email, kept.page) == (None, None, None)
    opened = FEEDBACK_BOX.unseal({kept.id: kept.sealed or b""})[kept.id]
    assert opened == Message(text="Das Menü klappt nicht.", page="/kommunen/", contact="a@beispiel.de")
    assert kept.region_id == directory.snapshot().regions["emscher-lippe"].id


@pytest.mark.parametrize(
    "values", [{}, {"message": "  "}, {"message": "x" * 5000}, {"message": "gut", "email": "keine-adresse"}]
)
def test_what_is_wrong_with_feedback_is_said_at_its_field(region: Client, values: dict[str, str]) -> None:
    response = region.post(FORM, values)
    assert response.status_code == 422
    assert "Bitte prüfen Sie" in response.content.decode()
    assert _stored() == []


def test_robots_are_thanked_and_forgotten(region: Client) -> None:
    assert region.post(FORM, {"message": "Kauft!", "website": "https://x.example"}).status_code == 302
    assert _stored() == []


def test_feedback_is_limited(region: Client) -> None:
    answers = [
        region.post(FORM, {"message": f"Nummer {i}"}, REMOTE_ADDR="192.0.2.77") for i in range(FEEDBACK_LIMIT + 1)
    ]
    assert [answer.status_code for answer in answers] == [302] * FEEDBACK_LIMIT + [429]
    assert "Versuche" in answers[-1].content.decode()


def test_feedback_goes_after_its_period_with_its_key(region: Client) -> None:
    with as_umbrella():
        rows = [UmbrellaFeedback(region_id=uuid7(), language="de", message="offen", email="a@b.test") for _ in range(3)]
        handled, waiting, new = UmbrellaFeedback.objects.bulk_create(rows)
    today = timezone.localdate()
    assert forget_of_regions(today) == 0
    assert {(row.message, row.email) for row in _stored()} == {(None, None)}, "sealed meanwhile"
    opened = FEEDBACK_BOX.unseal({row.id: row.sealed or b"" for row in _stored()})
    assert {(one.text, one.contact) for one in opened.values()} == {("offen", "a@b.test")}
    with as_operator():
        for row, change in (
            (handled, {"handled_at": timezone.now() - timedelta(days=367)}),
            (waiting, {"created_at": timezone.now() - timedelta(days=3 * 366)}),
        ):
            UmbrellaFeedback.objects.filter(id=row.id).update(**change)
    assert forget_of_regions(today) == 2
    assert [row.id for row in _stored()] == [new.id]
    assert [bool(store.list_scopes(row.id)) for row in (handled, waiting, new)] == [False, False, True]


def test_feedback_needs_the_token_of_its_form(db: None) -> None:
    strict = Client(headers={"host": "emscher-lippe.localhost"}, enforce_csrf_checks=True)
    assert strict.post(FORM, {"message": "von woanders"}).status_code == 403


class NewRegion:
    """A region as the loader has it."""

    def __init__(self, *prefixes: str) -> None:
        self.id = uuid4()
        self.area_prefixes = list(prefixes)


def test_pages_are_made_once_by_the_law_of_the_state(db: None) -> None:
    saxony = NewRegion("03452")
    assert ensure_region_pages(saxony) == 2 * len(PageKind)
    assert ensure_region_pages(saxony) == 0
    with as_migration():
        page = RegionPage.objects.get(region_id=saxony.id, kind=PageKind.ACCESSIBILITY, language="de")
    assert "Schlichtungsstelle" in page.body
    assert "{{ official_name }}" in page.body


def test_pages_that_were_changed_stay(db: None) -> None:
    region = NewRegion("05")
    ensure_region_pages(region)
    with as_migration():
        RegionPage.objects.filter(region_id=region.id, kind=PageKind.IMPRINT).update(title="Eigenes")
    ensure_region_pages(region)
    with as_migration():
        titles = set(
            RegionPage.objects.filter(region_id=region.id, kind=PageKind.IMPRINT).values_list("title", flat=True)
        )
    assert titles == {"Eigenes"}
