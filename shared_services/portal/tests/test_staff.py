"""The workspace at the HTTP boundary: staff change something, citizens see it on their next page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shared_services.portal import services
from shared_services.portal.models import Feedback, Notice, OpeningHours
from shared_services.portal.urls import _staff
from tenants.actors import system_actor
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo

SYSTEM = system_actor("tests")
_FIELD = re.compile(r'<(?:input|textarea)[^>]*name="([^"]+)"[^>]*>')
_VALUE = re.compile(r'value="([^"]*)"')


def entries_of(client: Client, path: str) -> dict[str, str]:
    """Return what a page's forms hold, as a browser would send it."""
    page = client.get(path).content.decode()
    found = {}
    for tag in _FIELD.finditer(page):
        if 'type="radio"' in tag.group(0) and " checked" not in tag.group(0):
            continue
        value = _VALUE.search(tag.group(0))
        found[tag.group(1)] = unescape(value.group(1)) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, flags=re.DOTALL):
        found[name] = unescape(text)
    return found


def _path(name: str) -> str:
    keys = {"kind": "imprint", "language": "de"}
    for route in _staff:
        if route.name == name:
            names = route.pattern.converters
            return reverse(f"portal:{name}", kwargs={key: keys.get(key, uuid7()) for key in names})
    raise LookupError(name)


@pytest.mark.parametrize("name", [route.name for route in _staff])
def test_nobody_gets_in_without_an_account_of_this_town(
    name: str, citizen: Client, visit: Callable[[str], Client]
) -> None:
    path = _path(name)
    for method in (citizen.get, citizen.post):
        answer = method(path)
        assert answer.status_code in {302, 405}
        if answer.status_code == 302:
            assert answer["Location"].startswith("/verwaltung/anmelden/")


@pytest.mark.parametrize(
    "name", ["staff_dashboard", "staff_branding", "staff_contact", "staff_hours", "staff_notices", "staff_notice_new",
             "staff_pages", "staff_page", "staff_accessibility", "staff_feedback"]
)  # fmt: skip
def test_every_page_of_the_workspace_answers_in_both_languages(name: str, desk: Client) -> None:
    for prefix in ("", "/en"):
        answer = desk.get(prefix + _path(name))
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]


def test_contact_changes_show_at_once(desk: Client, citizen: Client) -> None:
    entries = entries_of(desk, "/verwaltung/kontakt/")
    answer = desk.post("/verwaltung/kontakt/", {**entries, "street": "Willy-Brandt-Platz 2", "phone": "02043 990"})
    assert answer.status_code == 302
    assert "gespeichert" in desk.get(answer["Location"]).content.decode()
    assert "Willy-Brandt-Platz 2" in citizen.get("/kontakt/").content.decode()
    assert "Willy-Brandt-Platz 2" in citizen.get("/impressum/").content.decode()


def test_wrong_contact_data_stand_at_their_field(desk: Client) -> None:
    answer = desk.post("/verwaltung/kontakt/", {**entries_of(desk, "/verwaltung/kontakt/"), "phone": "Rathaus"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_phone"' in page
    assert 'value="Rathaus"' in page


def test_two_editors_see_both_versions(desk: Client, in_gladbeck: TenantInfo) -> None:
    entries = entries_of(desk, "/verwaltung/kontakt/")
    services.update_contact(actor=SYSTEM, values={"unit": "Bürgerbüro Nord"})
    answer = desk.post("/verwaltung/kontakt/", {**entries, "unit": "Bürgerbüro Süd"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Inzwischen hat tests etwas gespeichert" in page
    assert "Bürgerbüro Nord" in page
    assert "Bürgerbüro Süd" in page
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert seen
    again = desk.post("/verwaltung/kontakt/", {**entries, "unit": "Bürgerbüro Süd", "seen": seen.group(1)})
    assert again.status_code == 302


def test_a_theme_that_nobody_can_read_is_refused_with_its_measure(desk: Client, citizen: Client) -> None:
    entries = entries_of(desk, "/verwaltung/erscheinungsbild/")
    answer = desk.post(
        "/verwaltung/erscheinungsbild/", {**entries, "light_primary": "#8a8a8a", "light_on_primary": "#ffffff"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "3,45 : 1, nötig sind 4,5 : 1" in page
    assert "zu schwach" in page
    assert "#8a8a8a" not in citizen.get("/thema.css").content.decode()


def test_colours_can_be_measured_without_saving(desk: Client, citizen: Client) -> None:
    entries = entries_of(desk, "/verwaltung/erscheinungsbild/") | {"light_primary": "#8a8a8a"}
    whole = desk.post("/verwaltung/erscheinungsbild/vorschau/", entries)
    part = desk.post("/verwaltung/erscheinungsbild/vorschau/", entries, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    for answer in (whole, part):
        assert answer.status_code == 200
        assert "3,45 : 1" in answer.content.decode()
    assert "#8a8a8a" not in citizen.get("/thema.css").content.decode()


def test_good_colours_are_saved_and_presets_fill_the_form(desk: Client, citizen: Client) -> None:
    entries = entries_of(desk, "/verwaltung/erscheinungsbild/?farben=neutral")
    assert entries["light_primary"] == "#1a3da5"
    answer = desk.post("/verwaltung/erscheinungsbild/", {**entries, "claim_de": "Neu gestrichen"})
    assert answer.status_code == 302
    assert "#1a3da5" in citizen.get("/thema.css").content.decode()
    assert "Neu gestrichen" in citizen.get("/").content.decode()


def test_the_week_is_edited_in_one_form(desk: Client, citizen: Client, in_gladbeck: TenantInfo) -> None:
    entries = entries_of(desk, "/verwaltung/oeffnungszeiten/")
    assert entries["day_1_opens_1"] == "07:30"
    wish = {**entries, "day_6_opens_1": "09:00", "day_6_closes_1": "11:00", "note_de": "Samstags nur mit Termin"}
    assert desk.post("/verwaltung/oeffnungszeiten/", wish).status_code == 302
    page = citizen.get("/kontakt/").content.decode()
    assert "9:00 bis 11:00 Uhr" in page
    assert "Samstags nur mit Termin" in page
    half = desk.post(
        "/verwaltung/oeffnungszeiten/", {**entries_of(desk, "/verwaltung/oeffnungszeiten/"), "day_7_opens_1": "09:00"}
    )
    assert half.status_code == 422
    assert "Beginn und Ende" in half.content.decode()


def test_days_that_differ_are_added_and_deleted(desk: Client, citizen: Client, in_gladbeck: TenantInfo) -> None:
    day = timezone.localdate().replace(month=12, day=31)
    wish = {"day": day.isoformat(), "exception_note_de": "Silvester"}
    assert desk.post("/verwaltung/oeffnungszeiten/ausnahmen/", wish).status_code == 302
    assert "Silvester" in citizen.get("/kontakt/").content.decode()
    row = OpeningHours.objects.get(date=day)
    assert desk.post(f"/verwaltung/oeffnungszeiten/ausnahmen/{row.id}/loeschen/").status_code == 302
    assert "Silvester" not in citizen.get("/kontakt/").content.decode()


def test_the_life_of_a_notice(desk: Client, citizen: Client, in_gladbeck: TenantInfo) -> None:
    Notice.objects.all().delete()
    entries = entries_of(desk, "/verwaltung/hinweise/neu/")
    wrong = desk.post("/verwaltung/hinweise/neu/", {**entries, "level": "info"})
    assert wrong.status_code == 422
    created = desk.post("/verwaltung/hinweise/neu/", {**entries, "level": "warning", "title_de": "Straße gesperrt"})
    assert created.status_code == 302
    assert "Straße gesperrt" in citizen.get("/").content.decode()
    notice = Notice.objects.get()
    path = f"/verwaltung/hinweise/{notice.id}/"
    changed = desk.post(path, {**entries_of(desk, path), "title_de": "Straße wieder frei", "level": "info"})
    assert changed.status_code == 302
    assert "Straße wieder frei" in citizen.get("/").content.decode()
    assert "Endgültig löschen" in desk.get(f"{path}loeschen/").content.decode()
    assert Notice.objects.exists()
    assert desk.post(f"{path}loeschen/").status_code == 302
    assert "Straße" not in citizen.get("/").content.decode().partition("Kontakt und Öffnungszeiten")[0]
    assert desk.get(path).status_code == 404


def test_pages_are_previewed_and_then_saved(desk: Client, citizen: Client) -> None:
    path = "/verwaltung/seiten/imprint/de/"
    entries = entries_of(desk, path)
    assert "{{ address }}" in entries["body"]
    wish = {**entries, "body": "<h2>Neu</h2><p>{{ official_name }}</p><script>x()</script>"}
    preview = desk.post(f"{path}vorschau/", wish).content.decode()
    assert "<p>Stadt Gladbeck</p>" in preview
    assert "<script>x()" not in preview
    assert "<h2>Neu</h2>" not in citizen.get("/impressum/").content.decode()
    assert desk.post(path, wish).status_code == 302
    assert "<h2>Neu</h2>" in citizen.get("/impressum/").content.decode()
    unknown = desk.post(path, {**entries_of(desk, path), "body": "<p>{{ adresse }}</p>"})
    assert unknown.status_code == 422
    for missing in ("/verwaltung/seiten/blog/de/", "/verwaltung/seiten/imprint/fr/"):
        assert desk.get(missing).status_code == 404


def test_facts_of_the_statement_reach_both_forms_of_it(desk: Client, citizen: Client) -> None:
    path = "/verwaltung/seiten/barrierefreiheit/"
    wish = {**entries_of(desk, path), "gaps_de": "Der Stadtplan ist ein Bild.", "gaps_en": "The map is a picture."}
    assert desk.post(path, wish).status_code == 302
    assert "Der Stadtplan ist ein Bild." in citizen.get("/barrierefreiheit/").content.decode()
    data = citizen.get("/barrierefreiheit.json").json()
    assert data["gaps"] == [{"de": "Der Stadtplan ist ein Bild.", "en": "The map is a picture."}]


def test_messages_are_read_closed_and_deleted(desk: Client, citizen: Client, in_gladbeck: TenantInfo) -> None:
    citizen.post("/feedback/", {"kind": "pilot", "message": "Sehr <gut>!", "contact": "ada@example.org"})
    row = Feedback.objects.get()
    assert "1 offen" in desk.get("/verwaltung/").content.decode()
    page = desk.get("/verwaltung/rueckmeldungen/").content.decode()
    assert "Sehr &lt;gut&gt;!" in page
    assert "mailto:ada@example.org" in page
    assert desk.post(f"/verwaltung/rueckmeldungen/{row.id}/erledigt/").status_code == 302
    assert "erledigt von" in desk.get("/verwaltung/rueckmeldungen/").content.decode()
    assert desk.get(f"/verwaltung/rueckmeldungen/{row.id}/loeschen/").status_code == 200
    assert desk.post(f"/verwaltung/rueckmeldungen/{row.id}/loeschen/").status_code == 302
    assert not Feedback.objects.exists()


def test_the_dashboard_says_what_is_missing(desk: Client, in_gladbeck: TenantInfo) -> None:
    services.update_contact(actor=SYSTEM, values={})
    services.set_opening_hours(actor=SYSTEM, week={}, note={})
    page = desk.get("/verwaltung/").content.decode()
    for task in (
        "Kontaktdaten ergänzen",
        "Öffnungszeiten eintragen",
        "Wappen oder Logo hochladen",
        "Vorlagen der rechtlichen",
    ):
        assert task in page
    assert "Öffnungszeiten geändert" in page


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/verwaltung/erscheinungsbild/logo/", "/verwaltung/erscheinungsbild/"),
        ("/en/verwaltung/erscheinungsbild/vorschau/", "/en/verwaltung/erscheinungsbild/"),
        ("/verwaltung/oeffnungszeiten/ausnahmen/", "/verwaltung/oeffnungszeiten/"),
        ("/verwaltung/seiten/imprint/de/vorschau/", "/verwaltung/seiten/imprint/de/"),
    ],
)
def test_whoever_changes_the_language_of_an_answer_gets_the_form(path: str, back: str, desk: Client) -> None:
    assert desk.get(path)["Location"] == back
