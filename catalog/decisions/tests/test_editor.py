"""The editor's pages, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tenants.registry.sites import TenantInfo

BASE = "/verwaltung/leistungen/"
DOG = f"{BASE}meldebescheinigung/"
NOTES = f"{DOG}feld/notes/de/"
FEE = f"{DOG}feld/fee/alle/"


def version(page: bytes) -> str:
    """Return the version that a form carries."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.decode())
    assert found
    return found.group(1)


def test_strangers_are_sent_to_sign_in(visit: Callable[[str], Client], gladbeck: TenantInfo) -> None:
    answer = visit(gladbeck.host).get(BASE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/verwaltung/anmelden/?weiter=")
    assert visit(gladbeck.host).post(FEE, {}).status_code == 302


def test_an_editor_of_another_town_is_a_stranger(
    editor_client: Client, dorsten: TenantInfo, visit: Callable[[str], Client]
) -> None:
    other = visit(dorsten.host)
    other.cookies = editor_client.cookies
    assert other.get(BASE).status_code == 302


def test_list_searches_and_filters(editor_client: Client) -> None:
    everything = editor_client.get(BASE).content.decode()
    assert "Abfallkalender" in everything
    dogs = editor_client.get(BASE, {"q": "hundemarke"}).content.decode()
    assert "Hund anmelden" in dogs
    assert "Geburtsurkunde" not in dogs
    linked = editor_client.get(BASE, {"entscheidung": "link"}).content.decode()
    assert "Kindergeld beantragen" in linked
    assert "Hund anmelden" not in linked
    assert "Keine Leistung passt dazu" in editor_client.get(BASE, {"q": "xyz"}).content.decode()


def test_override_and_back(editor_client: Client) -> None:
    form = editor_client.get(NOTES)
    sent = {"version": version(form.content), "text": "Bitte klingeln.", "danach": "publish"}
    answer = editor_client.post(NOTES, sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith("#feld-notes-de")
    page = editor_client.get(answer["Location"]).content.decode()
    assert "Ihre Abweichung ist veröffentlicht" in page
    assert "Bitte klingeln." in page
    assert "Bitte klingeln." in editor_client.get("/leistungen/meldebescheinigung/").content.decode()
    reset = editor_client.post(f"{NOTES}zuruecksetzen/", {"version": "1"})
    assert reset.status_code == 302
    assert "Bitte klingeln." not in editor_client.get("/leistungen/meldebescheinigung/").content.decode()


def test_a_stale_form_shows_both_and_can_be_sent_again(editor_client: Client) -> None:
    seen = version(editor_client.get(NOTES).content)
    editor_client.post(NOTES, {"version": seen, "text": "Erste Fassung"})
    answer = editor_client.post(NOTES, {"version": seen, "text": "Zweite Fassung"})
    assert answer.status_code == 409
    assert "Erste Fassung" in answer.content.decode()
    assert "Zweite Fassung" in answer.content.decode()
    again = editor_client.post(NOTES, {"version": version(answer.content), "text": "Zweite Fassung"})
    assert again.status_code == 302


def test_the_fee_editor_knows_every_kind(editor_client: Client) -> None:
    seen = version(editor_client.get(FEE).content)
    base = {"version": seen, "row_count": "3", "unit": "pro Stück"}
    assert editor_client.post(FEE, {**base, "kind": "fixed", "amount": "zwölf"}).status_code == 422
    assert editor_client.post(FEE, {**base, "kind": "table"}).status_code == 422
    preview = editor_client.post(FEE, {**base, "kind": "fixed", "amount": "1.012,50", "preview": "1"})
    assert "1.012,50\xa0€ pro Stück" in preview.content.decode()
    rows = {"row_0_label": "Erste", "row_0_amount": "12", "row_2_label": "Weitere", "row_2_amount": "6,50"}
    more = editor_client.post(FEE, {**base, **rows, "kind": "table", "more_rows": "1"}).content.decode()
    assert "row_5_label" in more
    assert editor_client.post(FEE, {**base, **rows, "kind": "table", "danach": "publish"}).status_code == 302
    page = editor_client.get("/leistungen/meldebescheinigung/").content.decode()
    assert "6,50\xa0€ pro Stück" in page


def test_markup_is_cleaned_and_a_field_can_stay_empty(editor_client: Client) -> None:
    seen = version(editor_client.get(NOTES).content)
    sent = {"version": seen, "text": "<p onclick=x()>Gut</p><script>böse()</script>", "danach": "publish"}
    editor_client.post(NOTES, sent)
    page = editor_client.get("/leistungen/meldebescheinigung/").content.decode()
    assert "<p>Gut</p>" in page
    assert "böse" not in page
    seen = version(editor_client.get(NOTES).content)
    blank = {"version": seen, "text": "", "is_blank": "on", "danach": "publish"}
    assert editor_client.post(NOTES, blank).status_code == 302
    assert "Bewusst leer gelassen" in editor_client.get(DOG).content.decode()
    assert "Gut zu wissen" not in editor_client.get("/leistungen/meldebescheinigung/").content.decode()


def test_a_locked_field_has_no_editor(editor_client: Client) -> None:
    page = editor_client.get(f"{BASE}personalausweis-beantragen/").content.decode()
    assert "feld/legal_basis/de/" not in page
    assert "Von oben gesperrt" in page
    assert editor_client.get(f"{BASE}personalausweis-beantragen/feld/legal_basis/de/").status_code == 409


@pytest.mark.parametrize("path", ["feld/colour/de/", "feld/fee/de/", "feld/title/alle/", "feld/title/fr/"])
def test_unknown_fields_are_not_found(editor_client: Client, path: str) -> None:
    assert editor_client.get(DOG + path).status_code == 404


def test_decisions_are_made_and_checked(editor_client: Client) -> None:
    page = editor_client.get(DOG)
    seen = version(page.content)
    wrong = editor_client.post(f"{DOG}entscheidung/", {"version": seen, "decision": "not_offered"})
    assert wrong.status_code == 422
    assert "Nennen Sie den Grund" in wrong.content.decode()
    sent = {"version": seen, "decision": "not_offered", "reason": "Das macht der Kreis."}
    assert editor_client.post(f"{DOG}entscheidung/", sent).status_code == 302
    assert "Das macht der Kreis." in editor_client.get("/leistungen/meldebescheinigung/").content.decode()
    stale = editor_client.post(f"{DOG}entscheidung/", {"version": seen, "decision": "adopt"})
    assert stale.status_code == 409
    again = {"version": version(stale.content), "decision": "adopt"}
    assert editor_client.post(f"{DOG}entscheidung/", again).status_code == 302


def test_topics_get_the_towns_names(editor_client: Client) -> None:
    answer = editor_client.post(f"{BASE}themen/", {"umwelt:de": "Umwelt und Tiere"})
    assert answer.status_code == 302
    assert "Umwelt und Tiere" in editor_client.get("/themen/").content.decode()


def test_topics_are_named_together_and_each_error_stands_at_its_field(editor_client: Client) -> None:
    sent = {"umwelt:de": "Umwelt und Tiere", "umwelt:en": "E" * 121, "bildung:de": "B" * 130}
    answer = editor_client.post(f"{BASE}themen/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("Kürzen Sie die Bezeichnung auf höchstens 120 Zeichen.") == 2
    assert 'value="Umwelt und Tiere"' in page
    assert "Umwelt und Tiere" not in editor_client.get("/themen/").content.decode()


def test_a_preview_by_htmx_is_a_part_and_says_what_is_wrong(editor_client: Client) -> None:
    sent = {"version": "0", "row_count": "3", "kind": "fixed", "preview": "1"}
    part = editor_client.post(FEE, {**sent, "amount": "12"}, headers={"HX-Request": "true"}).content.decode()
    assert "12,00\xa0€" in part
    assert "<html" not in part
    wrong = editor_client.post(FEE, {**sent, "amount": "zwölf"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200
    assert "Geben Sie den Betrag in Euro an" in wrong.content.decode()
