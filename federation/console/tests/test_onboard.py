"""A new municipality by form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tenants.provisioning.selectors import find_areas, get_region_areas
from tenants.registry.sites import directory

FORM = {
    "region_slug": "muensterland",
    "ags": "05558004",
    "official_name": "Gemeinde Ascheberg",
    "slug": "ascheberg",
    "host": "ascheberg.localhost",
    "other_hosts": "www.ascheberg.localhost\nservice.ascheberg.example",
    "admin_email": "amt@ascheberg.example",
    "life": "live",
}
SECRET = "/verwaltung/einladung/"


def test_the_town_answers_at_once_and_its_link_is_shown_once(
    fresh_database: str, signed_in_anew: Callable[[str], Client]
) -> None:
    browser = signed_in_anew("muensterland")
    answer = browser.post("/kommunen/neu/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/kommunen/ascheberg/")
    page = browser.get(answer["Location"]).content.decode()
    assert "ascheberg.localhost" in page
    link = re.search(rf"{SECRET}[\w-]+/", page)
    assert link is not None
    assert Client(headers={"host": "ascheberg.localhost"}).get("/").status_code == 200
    assert Client(headers={"host": "ascheberg.localhost"}).get(link.group()).status_code == 200
    assert Client(headers={"host": "www.ascheberg.localhost"}).get("/").status_code == 301
    assert SECRET not in browser.get(answer["Location"]).content.decode()


def test_a_second_click_is_harmless_and_keeps_the_link(
    fresh_database: str, signed_in_anew: Callable[[str], Client]
) -> None:
    browser = signed_in_anew("muensterland")
    assert browser.post("/kommunen/neu/", FORM).status_code == 302
    again = browser.post("/kommunen/neu/", FORM)
    assert (again.status_code, again["Location"]) == (302, "/kommunen/ascheberg/")
    page = browser.get("/kommunen/ascheberg/").content.decode()
    assert SECRET in page
    assert len([one for one in directory.reload().tenants if one.startswith("ascheberg")]) == 1


def test_each_step_prefills_the_next(matthis: Client) -> None:
    choose = matthis.get("/kommunen/neu/").content.decode()
    assert 'value="Ascheberg (05558004)"' in choose
    assert "Münster (05515000)" not in choose
    details = matthis.get("/kommunen/neu/", {"kommune": "Ascheberg (05558004)"}).content.decode()
    for value in ("05558004", "Gemeinde Ascheberg", "ascheberg", "ascheberg.localhost"):
        assert f'value="{value}"' in details


def test_a_part_of_a_name_offers_all_that_fit(matthis: Client) -> None:
    page = matthis.get("/kommunen/neu/", {"kommune": "send"})
    assert page.status_code == 200
    assert "Senden" in page.content.decode()
    assert "Sendenhorst" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "hint"), [("Xanadu", "Schreibweise"), ("Münster", "schon eingerichtet"), ("", "Namen")]
)
def test_what_is_not_to_be_had_is_said(matthis: Client, text: str, hint: str) -> None:
    page = matthis.get("/kommunen/neu/", {"kommune": text})
    assert page.status_code == 422
    assert hint in page.content.decode()


def test_where_all_are_there_it_says_so(olga: Client) -> None:
    assert "sind eingerichtet" in olga.get("/kommunen/neu/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "status", "hint"),
    [
        ("ags", "05515000", 422, "05558004 (Ascheberg)"),
        ("ags", "", 422, "Geben Sie den Gemeindeschlüssel an"),
        ("slug", "Ä b", 422, "Kleinbuchstaben"),
        ("host", "gladbeck.localhost", 409, "anderes Portal"),
        ("host", "https://x", 422, "kein gültiger Rechnername"),
        ("other_hosts", "gladbeck.localhost", 409, "anderes Portal"),
        ("admin_email", "kein@", 422, "zum Beispiel"),
        ("life", "leaving", 422, ""),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_is_lost(
    matthis: Client, field: str, value: str, status: int, hint: str
) -> None:
    answer = matthis.post("/kommunen/neu/", {**FORM, field: value})
    page = answer.content.decode()
    assert answer.status_code == status
    target = f"id_{field}_0" if field == "life" else f"id_{field}"
    assert f'href="#{target}"' in page
    assert hint in page
    for name in ("official_name", "host", "slug"):
        if name != field:
            assert f'value="{FORM[name]}"' in page
    assert "ascheberg" not in directory.reload().tenants


def test_a_region_of_another_operator_looks_like_none(olga: Client) -> None:
    assert olga.get("/kommunen/neu/", {"region": "muensterland"}).status_code == 404
    assert olga.post("/kommunen/neu/", FORM).status_code == 404
    assert olga.post("/kommunen/neu/", {**FORM, "region_slug": "atlantis"}).status_code == 404


def test_a_town_outside_of_the_region_is_refused(olga: Client) -> None:
    answer = olga.post("/kommunen/neu/", {**FORM, "region_slug": "emscher-lippe"})
    assert answer.status_code == 422
    assert "liegt nicht im Gebiet" in answer.content.decode()


@pytest.mark.django_db
def test_areas_are_found_by_name_key_and_label() -> None:
    areas = get_region_areas("muensterland").open
    for text in ("Lüdinghausen", "luedinghausen", "05558024", "Lüdinghausen (05558024)", "  LÜDING "):
        assert [area.ags for area in find_areas(areas, text)] == ["05558024"]
    assert [area.name for area in find_areas(areas, "Senden")] == ["Senden"]
    assert find_areas(areas, "Xanadu") == []
