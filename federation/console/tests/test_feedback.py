"""What visitors wrote about an umbrella is read by the people who run its region, and by nobody else."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from federation.umbrella.models import UmbrellaFeedback
from federation.umbrella.services import FEEDBACK_BOX
from shared_services.identity.tests.cast import text_of
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, as_umbrella
from tenants.keystore import store
from tenants.registry.sites import directory

PATH = "/rueckmeldungen/"
WORDS = "Das Menü ist am Telefon nicht zu erreichen."


@pytest.fixture
def message(db: None) -> UUID:
    """Return what somebody has written about the umbrella of Emscher-Lippe."""
    sent = {"message": WORDS, "email": "ada@beispiel.test", "page": "/kommunen/"}
    answer = Client(headers={"host": "emscher-lippe.localhost"}).post("/barrierefreiheit/rueckmeldung/", sent)
    assert answer.status_code == 302
    with as_operator():
        return UmbrellaFeedback.objects.get().id


def test_nothing_written_is_said(olga: Client) -> None:
    assert "Noch keine Rückmeldungen" in text_of(olga.get(PATH))


def test_who_runs_the_region_reads_it_and_nobody_else(olga: Client, matthis: Client, message: UUID) -> None:
    page = text_of(olga.get(PATH))
    for part in (WORDS, "ada@beispiel.test", "/kommunen/", "Emscher-Lippe"):
        assert part in page
    assert WORDS not in text_of(matthis.get(PATH))
    for path in (f"{PATH}{message}/erledigt/", f"{PATH}{message}/loeschen/"):
        assert matthis.post(path).status_code == 404
    with as_operator():
        assert UmbrellaFeedback.objects.get().handled_at is None


def test_it_is_marked_as_done_once(olga: Client, message: UUID) -> None:
    for _again in range(2):
        assert olga.post(f"{PATH}{message}/erledigt/")["Location"] == PATH
    page = text_of(olga.get(PATH))
    assert "erledigt am" in page
    assert "Als erledigt markieren" not in page
    with as_operator():
        done = AuditEntry.objects.filter(action="umbrella.feedback.handled")
        assert [one.actor_name for one in done] == ["Olga Betrieb"]


def test_it_is_deleted_with_its_key_after_a_question(olga: Client, message: UUID) -> None:
    asked = text_of(olga.get(f"{PATH}{message}/loeschen/"))
    assert WORDS in asked
    assert "Endgültig löschen" in asked
    assert olga.post(f"{PATH}{message}/loeschen/")["Location"] == PATH
    assert olga.get(f"{PATH}{message}/loeschen/").status_code == 404
    assert store.list_scopes(message) == []


def test_what_waits_for_its_key_and_what_has_lost_it_hide_no_other(olga: Client, message: UUID) -> None:
    region = directory.snapshot().regions["emscher-lippe"]
    with as_umbrella():
        rows = [UmbrellaFeedback(region_id=region.id, language="de", message="von früher", created_at=timezone.now())]
        UmbrellaFeedback.objects.bulk_create(rows)
    FEEDBACK_BOX.destroy(message)
    page = text_of(olga.get(PATH))
    assert "von früher" in page
    assert "denn ihr Schlüssel fehlt" in page
