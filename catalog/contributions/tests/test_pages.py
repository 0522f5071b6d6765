"""The editors' inbox, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client

from catalog.contributions.tests.conftest import SignIn
from catalog.decisions.selectors import get_town_service
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
BASE = "/redaktion/beitraege/"
TITLE = "Meldebescheinigung: Hinweise (Deutsch)"


def version(page: bytes) -> str:
    """Return the version that a form carries."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.decode())
    assert found
    return found.group(1)


def text(client: Client, path: str) -> str:
    """Return a page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_inbox_names_what_is_offered_and_by_whom(sign_in: SignIn, offered: UUID) -> None:
    client = sign_in("publisher")
    page = text(client, BASE)
    assert TITLE in page
    assert "Stadt Gladbeck" in page
    assert TITLE not in text(client, f"{BASE}?stand=entschieden")
    assert "Beiträge von Kommunen" in text(client, "/redaktion/")


def test_a_contribution_stands_beside_what_holds_now(sign_in: SignIn, offered: UUID) -> None:
    page = text(sign_in("publisher"), f"{BASE}{offered}/")
    assert "Steht dort jetzt" in page
    assert "<ins>" in page
    assert "Gilt überall." in page
    assert "Was das Veröffentlichen bewirkt" in page
    assert "folgen sofort" in page


def test_editors_of_another_region_find_nothing(sign_in: SignIn, offered: UUID) -> None:
    client = sign_in("publisher", region="muensterland")
    assert TITLE not in text(client, BASE)
    assert client.get(f"{BASE}{offered}/").status_code == 404
    assert client.post(f"{BASE}{offered}/veroeffentlichen/", {"version": "1"}).status_code == 404


def test_who_only_writes_edits_and_reads_who_decides(sign_in: SignIn, offered: UUID) -> None:
    client = sign_in("editor")
    page = text(client, f"{BASE}{offered}/")
    assert "Veröffentlichen und ablehnen kann, wer auf dieser Ebene freigibt." in page
    assert client.post(f"{BASE}{offered}/veroeffentlichen/", {"version": "1"}).status_code == 403
    assert client.post(f"{BASE}{offered}/ablehnen/", {"reason": "Nein"}).status_code == 403
    assert client.post(f"{BASE}{offered}/pruefung/").status_code == 302
    assert "in Arbeit" in text(client, f"{BASE}{offered}/")


def test_edited_then_published(sign_in: SignIn, offered: UUID, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    client = sign_in("publisher")
    path = f"{BASE}{offered}/feld/notes/de/"
    seen = version(client.get(path).content)
    assert client.post(path, {"version": seen, "text": ""}).status_code == 422
    assert client.post(path, {"version": seen, "text": "Bitte zweimal klingeln."}).status_code == 302
    stale = client.post(path, {"version": seen, "text": "Bitte klopfen."})
    assert stale.status_code == 409
    page = client.get(f"{BASE}{offered}/")
    assert "Was die Kommune geschrieben hat" in page.content.decode()
    old = client.post(f"{BASE}{offered}/veroeffentlichen/", {"version": seen})
    assert old.status_code == 409
    sent = {"version": version(page.content), "note": "Ein guter Hinweis"}
    assert client.post(f"{BASE}{offered}/veroeffentlichen/", sent).status_code == 302
    assert "Der Beitrag ist veröffentlicht" in text(client, f"{BASE}{offered}/?gespeichert=veroeffentlicht")
    with in_tenant(dorsten.ref):
        assert get_town_service("meldebescheinigung").text("notes", "de") == "<p>Bitte zweimal klingeln.</p>"
    again = client.post(f"{BASE}{offered}/veroeffentlichen/", sent)
    assert again.status_code == 409


def test_citizens_read_where_a_text_comes_from(sign_in: SignIn, offered: UUID, visit: object) -> None:
    client = sign_in("publisher")
    seen = version(client.get(f"{BASE}{offered}/").content)
    client.post(f"{BASE}{offered}/veroeffentlichen/", {"version": seen})
    page = Client(headers={"host": "dorsten.localhost"}).get("/leistungen/meldebescheinigung/").content.decode()
    assert "Text aus Gladbeck" in page


def test_declined_with_a_reason(sign_in: SignIn, offered: UUID) -> None:
    client = sign_in("publisher")
    assert client.post(f"{BASE}{offered}/ablehnen/", {"reason": ""}).status_code == 422
    assert client.post(f"{BASE}{offered}/ablehnen/", {"reason": "Steht schon da."}).status_code == 302
    assert "Grund: Steht schon da." in text(client, f"{BASE}{offered}/")
    assert client.get(f"{BASE}{offered}/feld/teaser/de/").status_code == 404


def test_a_new_service_shows_all_its_texts_and_what_the_catalogue_has_already(
    sign_in: SignIn, dorsten: TenantInfo
) -> None:
    client = sign_in("publisher")
    page = text(client, BASE)
    found = re.search(rf'{BASE}([0-9a-f-]+)/">Lastenrad der Stadt ausleihen', page)
    assert found
    path = f"{BASE}{found.group(1)}/"
    shown = text(client, path)
    assert "Daraus wird eine neue gemeinsame Leistung" in shown
    assert "bekommen die Leistung" in shown
    assert "Radstation am Bahnhof" in shown
    assert client.post(f"{path}feld/contact_point/de/weglassen/").status_code == 302
    shown = text(client, path)
    assert "Weggelassen: Ansprechpunkt (Deutsch)." in shown
    seen = version(client.get(path).content)
    assert client.post(f"{path}veroeffentlichen/", {"version": seen}).status_code == 302
    with in_tenant(dorsten.ref):
        assert get_town_service("lastenrad-der-stadt-ausleihen").decided.is_own
