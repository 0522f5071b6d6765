"""Every address of a service: old ones lead on, short ones are printed, machines learn of all languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from catalog.pages import sitemaps
from catalog.pages.sitemaps import SitemapPage, answer_sitemap, split
from catalog.services.models import Service
from catalog.services.versions import keep_versions
from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.sites import TenantInfo, directory

UMBRELLA = "emscher-lippe.localhost"
Visit = Callable[[str], Client]


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


@pytest.fixture
def renamed(db: None) -> str:
    """Publish a service under a new name and return that."""
    with as_operator():
        service = Service.objects.get(slug="hund-anmelden")
        service.slug = "vierbeiner-anmelden"
        service.save(update_fields=["slug"])
        keep_versions([service.id], author="Katalogredaktion")
    return "vierbeiner-anmelden"


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("gladbeck.localhost", "/leistungen/{}/"),
        ("gladbeck.localhost", "/en/leistungen/{}/"),
        ("gladbeck.localhost", "/leistungen/{}/leichte-sprache/"),
        (UMBRELLA, "/leistungen/{}/?auswahl=1"),
        (UMBRELLA, "/leistungen/{}/vergleich/"),
    ],
)
def test_a_former_address_leads_to_the_new_one(renamed: str, visit: Visit, host: str, path: str) -> None:
    client = visit(host)
    answer = client.get(path.format("hund-anmelden"))
    assert answer.status_code == 301
    assert answer["Location"] == path.format(renamed)
    assert client.get(answer["Location"]).status_code == 200


def test_a_name_that_nothing_had_is_not_found(renamed: str, portal: Client) -> None:
    assert portal.get("/leistungen/gab-es-nie/").status_code == 404


def test_a_short_address_is_on_the_page_and_leads_back_to_it(portal: Client, visit: Visit) -> None:
    page = portal.get("/leistungen/hund-anmelden/").content.decode()
    path = re.findall(r'href="http://gladbeck\.localhost(/l/[a-z0-9]{6})"', page)[0]
    assert f"gladbeck.localhost{path}</strong>" in page
    for written in (path, path.upper().replace("/L/", "/l/"), f"{path}/"):
        answer = portal.get(written)
        assert (answer.status_code, answer["Location"]) == (301, "/leistungen/hund-anmelden/")
    assert portal.get(f"/en{path}")["Location"] == "/en/leistungen/hund-anmelden/"
    assert visit(UMBRELLA).get(path)["Location"] == "/leistungen/hund-anmelden/"
    assert portal.get("/l/222222").status_code == 404


def test_the_printed_code_is_a_picture_that_the_policy_allows(portal: Client) -> None:
    page = portal.get("/leistungen/hund-anmelden/").content.decode()
    picture = re.findall(r'<svg[^>]*class="vb-qr__picture".*?</svg>', page, re.DOTALL)[0]
    assert "style=" not in picture
    assert "viewBox" in picture


def test_a_page_names_itself_in_every_language(portal: Client) -> None:
    page = portal.get("/en/leistungen/hund-anmelden/").content.decode()
    here = "http://gladbeck.localhost"
    assert f'<link rel="canonical" href="{here}/en/leistungen/hund-anmelden/">' in page
    for language, path in {
        "de": "/leistungen/hund-anmelden/",
        "en": "/en/leistungen/hund-anmelden/",
        "x-default": "/leistungen/hund-anmelden/",
        "de-simple": "/leistungen/hund-anmelden/leichte-sprache/",
    }.items():
        assert f'<link rel="alternate" hreflang="{language}" href="{here}{path}">' in page
    easy = portal.get("/en/leistungen/hund-anmelden/leichte-sprache/").content.decode()
    assert f'<link rel="canonical" href="{here}/leistungen/hund-anmelden/leichte-sprache/">' in easy


def test_a_towns_sitemap_has_what_it_lists_with_the_day_of_the_last_change(portal: Client) -> None:
    sitemap = portal.get("/sitemap.xml").content.decode()
    here = "http://gladbeck.localhost"
    assert re.search(f"<loc>{here}/leistungen/hund-anmelden/</loc><lastmod>20\\d\\d-\\d\\d-\\d\\d</lastmod>", sitemap)
    assert f'hreflang="en" href="{here}/en/leistungen/hund-anmelden/"' in sitemap
    easy, lists = "/leistungen/hund-anmelden/leichte-sprache/", ("/lebenslagen/umzug/", "/themen/umwelt/")
    for path in (easy, *lists, "/behoerden/steueramt/"):
        assert f"<loc>{here}{path}</loc>" in sitemap
    assert "<loc>http://gladbeck.localhost/leistungen/kindergeld-beantragen/</loc>" in sitemap


def test_the_umbrellas_index_leads_to_its_own_and_every_towns_sitemap(visit: Visit) -> None:
    region = visit(UMBRELLA)
    index = region.get("/sitemap.xml").content.decode()
    towns = [
        one for one in directory.snapshot().tenants.values() if one.region_slug == "emscher-lippe" and one.is_listed
    ]
    assert index.count("<sitemap>") == 1 + len(towns)
    assert "<loc>http://gladbeck.localhost/sitemap.xml</loc>" in index
    own = region.get("/sitemap-1.xml").content.decode()
    for path in ("/leistungen/hund-anmelden/", "/leistungen/hund-anmelden/vergleich/", "/en/lebenslagen/umzug/"):
        assert f"<loc>http://{UMBRELLA}{path}</loc>" in own
    assert region.get("/sitemap-2.xml").status_code == 404


def test_too_many_addresses_are_split_and_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_ADDRESSES", 4)
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    pages = [SitemapPage({"de": f"/{number}/", "en": f"/en/{number}/"}, moment) for number in range(5)]
    assert [len(file) for file in split(pages)] == [2, 2, 1]
    index = answer_sitemap(pages, url="https://stadt.example{}".format).content.decode()
    assert index.count("<loc>https://stadt.example/sitemap-") == 3
    last = answer_sitemap(pages, url="https://stadt.example{}".format, number=3).content.decode()
    assert "<loc>https://stadt.example/en/4/</loc><lastmod>2026-11-02</lastmod>" in last
    with pytest.raises(NotFound):
        answer_sitemap(pages, url=str, number=4)
