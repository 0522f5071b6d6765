"""The pages of the editing, at the HTTP boundary: one walk from a new text to its publication, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.editing.selectors import list_service_lines
from catalog.editing.tests.conftest import REGION
from tenants.actors import system_actor
from tenants.registry.sites import directory

pytestmark = pytest.mark.django_db

BASE = "/redaktion/leistungen/"
DOG = f"{BASE}hund-anmelden/"
NOTES = f"{DOG}feld/notes/de/"
AT = "?ebene=region:emscher-lippe"
HTMX = {"HX-Request": "true"}


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden input."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found
    return found.group(1)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def write(client: Client, text: str, *, path: str = NOTES) -> None:
    version = hidden(text_of(client, path + AT), "version")
    answer = client.post(path + AT, {"version": version, "text": text})
    assert answer.status_code == 302
    assert "gespeichert=entwurf" in answer["Location"]


def test_the_list_searches_filters_sorts_and_pages(writer: Client) -> None:
    everything = text_of(writer, BASE)
    assert "Abfallkalender" in everything
    assert "seite=2" in everything
    dogs = text_of(writer, f"{BASE}?q=hund+anmelden")
    assert "Hund anmelden" in dogs
    assert "Geburtsurkunde" not in dogs
    assert "Keine Leistung passt dazu" in text_of(writer, f"{BASE}?entwurf=offen&q=hund+anmelden")
    write(writer, "Entwurf")
    drafts = text_of(writer, f"{BASE}?entwurf=hier&sortierung=entwurf&wer=Pia+editor")
    assert "Hund anmelden" in drafts
    assert "Pia editor" in drafts
    assert "Keine Leistung passt dazu" in text_of(writer, f"{BASE}?entwurf=pruefung&q=hund+anmelden")


def test_the_list_finds_keys_and_maturity(writer: Client) -> None:
    by_key = text_of(writer, f"{BASE}?q=99102013104000")
    assert "Hund anmelden" in by_key
    assert "Hund abmelden" not in by_key
    online = text_of(writer, f"{BASE}?reifegrad=3")
    assert "3: Online-Antrag" in online
    assert "Hund anmelden" not in text_of(writer, f"{BASE}?reifegrad=ohne&q=99102013104000")
    assert "Keine Leistung passt dazu" in text_of(writer, f"{BASE}?reifegrad=0")
    assert "Abfallkalender" in text_of(writer, f"{BASE}?reifegrad=unsinn")


def test_the_list_takes_four_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    directory.snapshot()
    # Titles, open drafts, newest versions, services: for any number of services.
    with django_assert_num_queries(4):
        assert list_service_lines(REGION, actor=system_actor("tests"))


def test_from_a_new_text_to_every_town(writer: Client, publisher: Client, visit: Callable[[str], Client]) -> None:
    write(writer, "Die Marke kommt per Post.")
    page = text_of(writer, DOG + AT)
    assert "<ins>" in page
    assert "Entwurf prüfen und veröffentlichen" in page
    assert "Die Marke kommt per Post." not in text_of(visit("dorsten.localhost"), "/leistungen/hund-anmelden/")
    assert "Veröffentlichen</span>" not in text_of(writer, f"{DOG}pruefung/{AT}")
    answer = writer.post(f"{DOG}pruefung/einreichen/{AT}", {"note": "Hinweis auf die Post"})
    assert answer.status_code == 302
    review = text_of(publisher, f"{DOG}pruefung/{AT}")
    assert "folgen sofort" in review
    assert "Hinweis auf die Post" in review
    sent = {"version": hidden(review, "version"), "note": "Hinweis auf die Post"}
    assert publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", sent).status_code == 302
    assert "Die Marke kommt per Post." in text_of(visit("dorsten.localhost"), "/leistungen/hund-anmelden/")
    versions = text_of(publisher, f"{DOG}fassungen/{AT}")
    assert "Hinweis auf die Post" in versions
    assert "Die Marke kommt per Post." in text_of(publisher, f"{DOG}fassungen/{AT}").replace("<ins>", "").replace(
        "</ins>", ""
    )


def test_typing_saves_by_itself_and_says_when(writer: Client) -> None:
    page = text_of(writer, NOTES + AT)
    sent = {"version": hidden(page, "version"), "text": "Halb"}
    saved = writer.post(f"{NOTES}sichern/{AT}", sent, headers=HTMX).content.decode()
    assert "Gespeichert um" in saved
    assert "<html" not in saved
    sent = {"version": hidden(saved, "version"), "text": "Halb fertig"}
    assert "Gespeichert um" in writer.post(f"{NOTES}sichern/{AT}", sent, headers=HTMX).content.decode()
    assert "Halb fertig" in text_of(writer, NOTES + AT)
    stale = writer.post(f"{NOTES}sichern/{AT}", {"version": "0", "text": "Alt"}, headers=HTMX).content.decode()
    assert "Noch nicht gespeichert" in stale
    empty = writer.post(f"{NOTES}sichern/{AT}", {**sent, "text": ""}, headers=HTMX).content.decode()
    assert "Noch nicht gespeichert" in empty


def test_two_at_the_same_field_get_a_joined_proposal(writer: Client, publisher: Client) -> None:
    write(writer, "Der Hund braucht eine Marke. Sie kommt per Post.")
    mine = text_of(publisher, NOTES + AT)
    write(writer, "Der Hund braucht eine neue Marke. Sie kommt per Post.")
    seen = hidden(mine, "seen").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    sent = {"version": hidden(mine, "version"), "seen": seen}
    answer = publisher.post(NOTES + AT, {**sent, "text": "Der Hund braucht eine Marke. Sie kommt mit der Post."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Gespeichert von Pia editor" in page
    assert "eine neue Marke. Sie kommt mit der Post." in page
    again = {"version": hidden(page, "version"), "text": "Der Hund braucht eine neue Marke. Sie kommt mit der Post."}
    assert publisher.post(NOTES + AT, again).status_code == 302


def test_bad_input_gets_the_right_answer(writer: Client, publisher: Client) -> None:
    assert writer.post(NOTES + AT, {"version": "0", "text": ""}).status_code == 422
    assert writer.get(f"{DOG}feld/colour/de/{AT}").status_code == 404
    assert writer.get(f"{BASE}gibt-es-nicht/").status_code == 404
    assert writer.get(f"{DOG}?ebene=region:muensterland").status_code == 403
    assert writer.get(f"{DOG}?ebene=quatsch").status_code == 404
    assert writer.get(f"{BASE}personalausweis-beantragen/feld/legal_basis/de/{AT}").status_code == 409
    assert writer.post(f"{DOG}sperre/notes/{AT}", {"locked": "1"}).status_code == 403
    assert writer.post(f"{DOG}archivieren/?ebene=federation:").status_code == 403
    assert publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": "1"}).status_code == 404
    write(writer, "Text")
    assert writer.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": "1"}).status_code == 403
    assert publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": "999"}).status_code == 409
    assert publisher.post(f"{DOG}pruefung/zurueckgeben/{AT}", {"comment": "x"}).status_code == 409
    over = {"version": "1", "publish_on": "2020-01-01"}
    assert publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", over).status_code == 422


def test_who_archives_reads_which_towns_show_it(publisher: Client) -> None:
    page = text_of(publisher, f"{DOG}?ebene=federation:")
    assert "Kommunen zeigen sie jetzt:" in page
    assert "Dorsten" in page


def test_locks_discards_and_texts_taken_back(publisher: Client) -> None:
    write(publisher, "Für alle")
    assert publisher.post(f"{DOG}sperre/notes/{AT}", {"locked": "1"}).status_code == 302
    assert "wird mit dem Entwurf gesperrt" in text_of(publisher, DOG + AT)
    publisher.post(f"{DOG}sperre/notes/{AT}", {"locked": "0"})
    assert publisher.post(f"{NOTES}verwerfen/{AT}").status_code == 302
    assert "<ins>" not in text_of(publisher, DOG + AT)
    write(publisher, "Für alle")
    review = text_of(publisher, f"{DOG}pruefung/{AT}")
    publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": hidden(review, "version")})
    taken = {"version": hidden(text_of(publisher, NOTES + AT), "version")}
    assert publisher.post(f"{NOTES}entfernen/{AT}", taken).status_code == 302
    assert "sagt hierzu nichts mehr" in text_of(publisher, DOG + AT)


def test_the_preview_is_the_towns_page_with_the_draft(writer: Client) -> None:
    write(writer, "Nur in der Vorschau.")
    page = text_of(writer, f"{DOG}vorschau/{AT}&kommune=dorsten")
    assert "Nur in der Vorschau." in page
    assert "dorsten.localhost" in page
    assert "data-origin" in page
    assert "dorsten.localhost/static" not in page
    assert writer.get(f"{DOG}vorschau/{AT}&kommune=muenster").status_code == 404
    english = text_of(writer, f"{DOG}vorschau/{AT}&kommune=dorsten&sprache=en")
    assert "What is it?" in english or "What do you need" in english


def test_the_preview_shows_leichte_sprache_too(writer: Client) -> None:
    path = f"{DOG}feld/short_text/de-simple/"
    write(writer, "Ein Hund kostet Steuer.", path=path)
    easy = text_of(writer, f"{DOG}vorschau/{AT}&kommune=dorsten&sprache=de-simple")
    assert "Ein Hund kostet Steuer." in easy
    assert "Wer hilft Ihnen?" in easy
    other = text_of(writer, f"{BASE}geburtsurkunde/vorschau/{AT}&kommune=dorsten&sprache=de-simple")
    assert "Schreiben Sie zuerst den Titel und den Kurztext" in other


def test_a_new_service_begins_and_is_published(publisher: Client, visit: Callable[[str], Client]) -> None:
    sent = {
        "title": "Bienen anmelden",
        "slug": "",
        "scope": REGION.key,
        "layer": "municipality",
        "category_codes": ["umwelt"],
        "target_groups": ["citizens"],
    }
    assert publisher.post(f"{BASE}neu/", {**sent, "category_codes": []}).status_code == 422
    begun = publisher.post(f"{BASE}neu/", sent)
    assert begun.status_code == 302
    assert publisher.post(f"{BASE}neu/", sent).status_code == 422
    assert "noch nicht veröffentlicht" in text_of(publisher, begun["Location"])
    bees = f"{BASE}bienen-anmelden/"
    assert visit("dorsten.localhost").get("/leistungen/bienen-anmelden/").status_code == 404
    review = text_of(publisher, f"{bees}pruefung/{AT}")
    publisher.post(f"{bees}pruefung/veroeffentlichen/{AT}", {"version": hidden(review, "version")})
    assert "Bienen anmelden" in text_of(visit("dorsten.localhost"), "/leistungen/bienen-anmelden/")


def test_facts_are_edited_in_a_form(writer: Client) -> None:
    path = f"{DOG}eckdaten/?ebene=federation:"
    page = text_of(writer, path)
    assert hidden(page, "row_count").isdecimal()
    assert "verbund / hund-anmelden" in page
    assert "/l/t889db" in page
    sent = {
        "slug": "hund-anmelden",
        "layer": "municipality",
        "area": "",
        "category_codes": ["umwelt", "steuern_zoll"],
        "target_groups": ["citizens"],
        "leika_key": "99102013104000",
        "leika_verified_at": "2026-01-15",
        "leika_source": "FIM-Portal",
        "typing": "5",
        "ozg_maturity": "3",
        "prominence": "4",
        "row_count": "1",
        "row_0_who": "own",
        "row_0_unit": "Hundestelle",
    }
    assert writer.post(path, {**sent, "leika_key": "123"}).status_code == 422
    more = writer.post(path, {**sent, "more_rows": "1"})
    assert "row_2_who" in more.content.decode()
    assert writer.post(path, sent).status_code == 302
    review = text_of(writer, f"{DOG}pruefung/?ebene=federation:")
    assert "Hundestelle" in review
    assert "FIM-Portal" in review
    assert writer.post(f"{DOG}eckdaten/{AT}", sent).status_code == 403


def test_four_eyes_are_switched_on_and_hold(publisher: Client, writer: Client) -> None:
    assert writer.post(f"{BASE}regeln/", {"four_eyes": "1"}).status_code == 403
    assert "eingeschaltet" in publisher.post(f"{BASE}regeln/", {"four_eyes": "1"}).content.decode()
    write(publisher, "Selbst geschrieben")
    page = text_of(publisher, f"{DOG}pruefung/{AT}")
    assert "Bitten Sie jemand anderen" in page
    refused = publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": "1"})
    assert refused.status_code == 403
    assert "Vier-Augen-Prinzip" in refused.content.decode()


def test_an_earlier_version_comes_back_as_a_draft(publisher: Client) -> None:
    for text in ("Erste", "Zweite"):
        write(publisher, text)
        review = text_of(publisher, f"{DOG}pruefung/{AT}")
        publisher.post(f"{DOG}pruefung/veroeffentlichen/{AT}", {"version": hidden(review, "version")})
    page = text_of(publisher, f"{DOG}fassungen/{AT}")
    number = re.findall(r"fassungen/(\d+)/zurueckholen/", page)[0]
    answer = publisher.post(f"{DOG}fassungen/{number}/zurueckholen/{AT}")
    assert answer.status_code == 302
    assert "Erste" in text_of(publisher, answer["Location"])


def test_tiles_count_what_waits(writer: Client, publisher: Client) -> None:
    write(writer, "Text")
    writer.post(f"{DOG}pruefung/einreichen/{AT}")
    dashboard = text_of(publisher, "/redaktion/")
    assert "Zu prüfen" in dashboard
    assert "entwurf=pruefung" in dashboard
