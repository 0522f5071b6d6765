"""Five ways to a municipality, what is remembered, and where nobody is led."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from federation.umbrella.tests.conftest import Witness
from tenants.names import group_role

COOKIE = "verbund_kommune"


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("query", ["Gladbeck", "gladb", "Gldabeck", "45964", "GLADBECK"])
def test_one_town_is_offered_with_the_way_to_its_portal(region: Client, query: str) -> None:
    page = text_of(region, f"/kommunen/suche/?q={query}")
    assert "Gefunden: Gladbeck" in page
    assert "/kommune/waehlen/?kommune=gladbeck" in page


def test_castrop_finds_castrop_rauxel(region: Client) -> None:
    assert "kommune=castrop-rauxel" in text_of(region, "/kommunen/suche/?q=Castrop")


def test_suggestions_are_a_part_for_htmx(region: Client) -> None:
    part = text_of(region, "/kommunen/vorschlaege/?q=re")
    assert "<html" not in part
    assert [name for name in ("Recklinghausen", "Kreis Recklinghausen") if name in part]
    assert part.count('role="option"') == 2


@pytest.mark.parametrize("spelling", ["Münster", "muenster", "Munster"])
def test_suggestions_know_umlauts(muensterland: Client, spelling: str) -> None:
    assert "kommune=muenster" in text_of(muensterland, f"/kommunen/vorschlaege/?q={spelling}")


def test_a_town_without_a_portal_leads_to_its_district(muensterland: Client) -> None:
    page = text_of(muensterland, "/kommunen/suche/?q=48653")
    assert "Coesfeld hat hier kein eigenes Portal" in page
    assert "/kommune/waehlen/?kommune=kreis-coesfeld" in page


def test_a_shared_postcode_asks(region: Client, change_tenant: Callable[..., None]) -> None:
    for slug in ("gladbeck", "dorsten"):
        change_tenant(slug, postcodes=("45999",))
    page = text_of(region, "/kommunen/suche/?q=45999")
    assert "Zur Postleitzahl 45999 gehören mehrere Kommunen" in page
    assert "kommune=gladbeck" in page
    assert "kommune=dorsten" in page


def test_the_beginning_of_a_postcode_lists(region: Client) -> None:
    page = text_of(region, "/kommunen/suche/?q=457")
    assert len(set(re.findall(r"kommune=([a-z-]+)", page))) > 3


def test_a_town_of_another_region_is_named_with_its_region(region: Client) -> None:
    page = text_of(region, "/kommunen/suche/?q=Wiesmoor")
    assert "Portal der Modellkommunen" in page
    assert "wiesmoor.localhost" in page
    assert "kommune=wiesmoor" not in page


def test_nothing_found_offers_the_other_ways(region: Client) -> None:
    page = text_of(region, "/kommunen/suche/?q=Xyzzy")
    assert "Nichts gefunden" in page
    assert "/kommunen/in-der-naehe/" in page


@pytest.mark.parametrize("path", ["/kommunen/", "/kommune/aendern/", "/", "/leistungen/hund-anmelden/"])
def test_map_and_list_offer_the_same_portals(region: Client, path: str) -> None:
    page = text_of(region, path)
    drawings = re.findall(r"<svg class=\"vb-map.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 2
    outside = page
    for drawing in drawings:
        outside = outside.replace(drawing, "")
    offered = set(re.findall(r"kommune=([a-z-]+)", outside))
    assert len(offered) == 13
    assert all(set(re.findall(r"kommune=([a-z-]+)", drawing)) == offered for drawing in drawings)


def test_nearby_lists_the_nearest_first_and_says_how_far(region: Client) -> None:
    page = text_of(region, "/kommunen/in-der-naehe/?lat=51.57077&lon=6.98593")
    assert re.findall(r"kommune=([a-z-]+)", page)[0] == "gladbeck"
    assert "etwa 1 km" in page
    assert "Ihr Standort wurde nicht gespeichert" in page


@pytest.mark.parametrize("query", ["?lat=abc&lon=7", "?lat=91&lon=7", "?lat=51", "?lat=&lon="])
def test_a_strange_location_is_told_and_the_other_ways_stay(region: Client, query: str) -> None:
    page = text_of(region, f"/kommunen/in-der-naehe/{query}")
    assert "Mit diesem Standort können wir nichts anfangen" in page
    assert "/kommunen/suche/" in page


def test_nearby_without_script_explains_itself(region: Client) -> None:
    assert "JavaScript" in text_of(region, "/kommunen/in-der-naehe/")


def test_far_away_is_said(region: Client) -> None:
    assert "außerhalb der Region" in text_of(region, "/kommunen/in-der-naehe/?lat=48.14&lon=11.58")


def test_choosing_remembers_for_this_host_and_leads_to_the_portal(region: Client) -> None:
    response = region.get("/kommune/waehlen/?kommune=gladbeck")
    assert response.status_code == 302
    assert response["Location"].startswith("http://gladbeck.localhost")
    cookie = response.cookies[COOKIE]
    assert (cookie.value, cookie["domain"], cookie["samesite"], cookie["max-age"]) == ("gladbeck", "", "Lax", 31536000)
    assert "Ihre Kommune" in text_of(region, "/mitglieder/")


def test_the_english_page_leads_to_the_english_portal(region: Client) -> None:
    location = region.get("/en/kommune/waehlen/?kommune=gladbeck")["Location"]
    assert location.endswith("gladbeck.localhost/en/")


def test_a_choice_may_lead_on_to_a_page_of_this_host(region: Client) -> None:
    response = region.get("/kommune/waehlen/?kommune=gladbeck&weiter=/leistungen/hund-anmelden/")
    assert response["Location"] == "/leistungen/hund-anmelden/"


@pytest.mark.parametrize(
    "onward",
    [
        "https://boese.example/",
        "//boese.example/",
        "/\\boese.example",
        "\\\\boese.example",
        "http:boese.example",
        "javascript:alert(1)",
        "/%2F/boese.example",
        "/gibt-es-nicht/",
        "leistungen/",
        "/" + "a" * 400 + "/",
        "///boese.example",
        "/\t/boese.example",
        "@boese.example",
    ],
)
def test_nobody_is_led_elsewhere(region: Client, onward: str) -> None:
    response = region.get("/kommune/waehlen/", {"kommune": "gladbeck", "weiter": onward})
    assert response["Location"].startswith("http://gladbeck.localhost")


@pytest.mark.parametrize("slug", ["", "gibt-es-nicht", "muenster", "../gladbeck", "Gladbeck", "x" * 500])
def test_unknown_and_foreign_towns_can_not_be_chosen(region: Client, slug: str) -> None:
    response = region.get("/kommune/waehlen/", {"kommune": slug})
    assert response.status_code == 404
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("value", ["gibt-es-nicht", "muenster", "<script>", "", "gladbeck;x"])
def test_a_made_up_cookie_counts_as_none(region: Client, value: str) -> None:
    region.cookies[COOKIE] = value
    assert "Ihre Kommune:" not in text_of(region, "/mitglieder/")
    assert region.get("/leistungen/hund-anmelden/").status_code == 200


@pytest.mark.parametrize("life", ["suspended", "setup"])
def test_a_closed_portal_is_never_offered(region: Client, change_tenant: Callable[..., None], life: str) -> None:
    change_tenant("gladbeck", life=life)
    region.cookies[COOKIE] = "gladbeck"
    paths = ["/", "/kommunen/", "/mitglieder/", "/kommunen/suche/?q=Gladbeck", "/kommunen/suche/?q=45964"]
    paths += ["/suche/?q=hund", "/leistungen/hund-anmelden/", "/kommunen/in-der-naehe/?lat=51.57&lon=6.99"]
    for path in paths:
        page = text_of(region, path)
        assert "kommune=gladbeck" not in page, path
        assert "gladbeck.localhost" not in page, path
    assert region.get("/kommune/waehlen/?kommune=gladbeck").status_code == 404


def test_the_ways_carry_the_service_along(region: Client) -> None:
    page = text_of(region, "/kommunen/suche/?q=Gladbeck&weiter=/leistungen/hund-anmelden/")
    assert "kommune=gladbeck&amp;weiter=%2Fleistungen%2Fhund-anmelden%2F" in page
    foreign = text_of(region, "/kommunen/suche/?q=Gladbeck&weiter=//boese.example/")
    assert "kommune=gladbeck&amp;weiter" not in foreign
    assert 'name="weiter"' not in foreign


@pytest.mark.parametrize(
    "path",
    ["/kommunen/", "/kommunen/suche/?q=a", "/kommunen/vorschlaege/?q=a", "/kommunen/in-der-naehe/?lat=51&lon=7"],
)
def test_choosing_asks_the_database_nothing(region: Client, witness: Witness, path: str) -> None:
    text_of(region, path)
    assert witness.statements == []


def test_what_is_asked_is_asked_as_the_umbrella(region: Client, witness: Witness) -> None:
    for path in ("/", "/suche/?q=hund", "/leistungen/", "/leistungen/hund-anmelden/", "/impressum/", "/sitemap.xml"):
        text_of(region, path)
    assert witness.roles == {group_role("umbrella")}
    assert not any("t_gladbeck" in statement for statement in witness.statements)


@pytest.mark.parametrize("path", ["/kommunen/", "/kommune/waehlen/?kommune=gladbeck", "/suche/", "/"])
def test_pages_are_read_only(region: Client, path: str) -> None:
    assert region.post(path).status_code in {403, 405}
