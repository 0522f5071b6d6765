"""The pages of a decision on many services, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

BASE = "/verwaltung/leistungen/"
REASON = {"action": "not_offered", "reason": "Das macht der Kreis."}


def picks(client: Client, query: str) -> list[str]:
    """Return what the checkboxes of a list carry."""
    page = client.get(f"{BASE}?{query}").content.decode()
    return re.findall(r'name="service" value="([0-9a-f]{32}\.\d+)"', page)


def selection(page: bytes) -> str:
    """Return the selection that a form carries on."""
    found = re.search(r'name="selection"[^>]*value="([^"]*)"', page.decode())
    assert found
    return unescape(found.group(1))


def test_from_the_list_to_the_decision_and_back(editor_client: Client) -> None:
    marked = picks(editor_client, "merkmal=voreinstellung&entscheidung=adopt")[:2]
    chosen = editor_client.post(f"{BASE}sammeln/auswahl/", {"service": marked})
    assert "Für 2 Leistungen entscheiden" in chosen.content.decode()
    sent = {**REASON, "selection": selection(chosen.content)}
    preview = editor_client.post(f"{BASE}sammeln/vorschau/", sent)
    page = preview.content.decode()
    assert "2 Leistungen ändern sich" in page
    assert "nicht angeboten: Das macht der Kreis." in page
    done = editor_client.post(f"{BASE}sammeln/ausfuehren/", sent)
    assert done.status_code == 302
    result = editor_client.get(done["Location"]).content.decode()
    assert "2 Leistungen wurden geändert" in result
    assert "nicht anbieten" in editor_client.get(f"{BASE}sammeln/").content.decode()

    again = editor_client.post(f"{BASE}sammeln/ausfuehren/", sent)
    assert again.status_code == 409
    assert "Jemand hat inzwischen anders entschieden." in again.content.decode()

    undo = done["Location"].split("?")[0] + "rueckgaengig/"
    assert "2 Leistungen bekommen zurück, was vorher galt" in editor_client.get(undo).content.decode()
    back = editor_client.post(undo)
    assert back.status_code == 302
    assert "Rückgängig gemacht am" in editor_client.get(back["Location"]).content.decode()
    assert editor_client.post(undo).status_code == 409
    assert set(picks(editor_client, "merkmal=voreinstellung&entscheidung=adopt")) >= {
        f"{one.split('.')[0]}.2" for one in marked
    }


def test_a_decision_that_equals_the_preset_says_what_it_is_for(editor_client: Client) -> None:
    marked = picks(editor_client, "merkmal=voreinstellung&entscheidung=adopt")[:1]
    sent = {"action": "adopt", "selection": marked[0]}
    page = editor_client.post(f"{BASE}sammeln/vorschau/", sent).content.decode()
    assert "übernommen (Voreinstellung)" in page
    assert "übernommen, auch wenn sich die Voreinstellung ändert" in page


def test_all_that_was_found_is_chosen_beyond_the_page(editor_client: Client) -> None:
    chosen = editor_client.post(f"{BASE}sammeln/auswahl/", {"alle": "1", "liste": "entscheidung=adopt"})
    total = re.search(r"Für (\d+) Leistungen entscheiden", chosen.content.decode())
    assert total
    assert int(total.group(1)) > 50
    assert len(selection(chosen.content).split()) == int(total.group(1))


def test_refused_ones_are_named_before_and_after(editor_client: Client) -> None:
    chosen = editor_client.post(f"{BASE}sammeln/auswahl/", {"alle": "1", "liste": "merkmal=voreinstellung"})
    sent = {"action": "link", "selection": selection(chosen.content)}
    page = editor_client.post(f"{BASE}sammeln/vorschau/", sent).content.decode()
    assert "Leistungen bleiben, wie sie sind" in page
    assert "Geben Sie die Adresse an" in page
    done = editor_client.post(f"{BASE}sammeln/ausfuehren/", sent)
    assert "blieben, wie sie waren" in editor_client.get(done["Location"]).content.decode()


@pytest.mark.parametrize(
    ("path", "sent", "message"),
    [
        ("auswahl", {}, "Markieren Sie zuerst Leistungen"),
        ("auswahl", {"service": "unsinn"}, "nicht lesbar"),
        ("vorschau", {"selection": "unsinn", "action": "adopt"}, "nicht lesbar"),
        ("vorschau", {"action": "adopt"}, "Für 0 Leistungen entscheiden"),
        ("vorschau", {"selection": "0" * 32 + ".0"}, "Wählen Sie, was gelten soll."),
        ("vorschau", {"selection": "0" * 32 + ".0", "action": "not_offered"}, "Nennen Sie den Grund"),
        ("ausfuehren", {"selection": "0" * 32 + ".0", "action": "not_offered"}, "Nennen Sie den Grund"),
        ("ausfuehren", {"selection": "unsinn", "action": "adopt"}, "nicht lesbar"),
    ],
)
def test_what_is_missing_is_said(editor_client: Client, path: str, sent: dict[str, str], message: str) -> None:
    answer = editor_client.post(f"{BASE}sammeln/{path}/", sent)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_a_selection_that_would_change_nothing_says_so(editor_client: Client) -> None:
    sent = {"selection": "0" * 32 + ".0", "action": "adopt"}
    page = editor_client.post(f"{BASE}sammeln/vorschau/", sent).content.decode()
    assert "Diese Leistung gibt es nicht mehr." in page
    assert "so entscheiden" not in page
    assert editor_client.post(f"{BASE}sammeln/ausfuehren/", sent).status_code == 409


def test_another_towns_decision_is_not_found(editor_client: Client) -> None:
    nowhere = f"{BASE}sammeln/00000000-0000-7000-8000-000000000000/"
    assert editor_client.get(nowhere).status_code == 404
    assert editor_client.post(f"{nowhere}rueckgaengig/").status_code == 404


def test_forms_lead_back_to_the_list(editor_client: Client) -> None:
    for path in ("auswahl", "vorschau", "ausfuehren"):
        assert editor_client.get(f"{BASE}sammeln/{path}/")["Location"] == BASE
