"""The feedback form, as visitors meet it."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from django.test import Client

from shared_services.portal.models import Feedback
from shared_services.portal.sealed import read_all
from tenants.errors import ExternalTemporary
from tenants.keystore import store
from tenants.registry.sites import TenantInfo

MESSAGE = {"kind": "accessibility", "message": "Der Plan ist nicht vorgelesen.", "contact": "ada@example.org"}


def test_a_message_is_kept_and_thanked_for(citizen: Client, in_gladbeck: TenantInfo) -> None:
    answer = citizen.post("/feedback/", MESSAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/feedback/danke/")
    [row] = Feedback.objects.all()
    assert (row.kind, row.language, row.message, row.page, row.contact) == ("accessibility", "de", "", "", "")
    message = read_all([row])[row.id]
    assert (message.text, message.page, message.contact) == (MESSAGE["message"], "", "ada@example.org")
    assert "angekommen" in citizen.get("/feedback/danke/").content.decode()


def test_the_form_opens_on_its_topic(citizen: Client) -> None:
    page = citizen.get("/feedback/?art=barriere").content.decode()
    assert 'value="accessibility" checked' in " ".join(page.split())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"message": ""}, "Schreiben Sie uns"),
        ({"kind": "lob"}, "Worum geht es?"),
        ({"contact": "ada"}, "E-Mail-Adresse"),
        ({"message": "x" * 4001}, "4000"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(
    change: dict[str, str], words: str, citizen: Client, in_gladbeck: TenantInfo
) -> None:
    answer = citizen.post("/feedback/", {**MESSAGE, "page": "Stadtplan", **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "vb-error-summary" in page
    assert "Stadtplan" in page
    assert not Feedback.objects.exists()


def test_programs_that_fill_every_field_are_thanked_for_nothing(citizen: Client, in_gladbeck: TenantInfo) -> None:
    answer = citizen.post("/feedback/", {**MESSAGE, "website": "https://spam.example"})
    assert answer.status_code == 302
    assert not Feedback.objects.exists()


def test_after_five_messages_in_an_hour_one_has_to_wait(
    visit: Callable[[str], Client], in_gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    somebody = Client(headers={"host": in_gladbeck.host}, REMOTE_ADDR="203.0.113.77")
    statuses = [somebody.post("/feedback/", MESSAGE).status_code for _number in range(6)]
    assert statuses == [302] * 5 + [429]
    refused = somebody.post("/feedback/", MESSAGE).content.decode()
    assert "Bitte warten Sie" in refused
    assert MESSAGE["message"] in refused
    assert Feedback.objects.count() == 5
    elsewhere = Client(headers={"host": dorsten.host}, REMOTE_ADDR="203.0.113.77")
    assert elsewhere.post("/feedback/", MESSAGE).status_code == 302


def test_without_keys_nothing_is_kept_and_nothing_is_lost(
    citizen: Client, in_gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = ExternalTemporary("Versuchen Sie es in einigen Minuten noch einmal.")
    monkeypatch.setattr(store, "get_keys", Mock(side_effect=away))
    answer = citizen.post("/feedback/", MESSAGE)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert away.user_message in page
    assert MESSAGE["message"] in page
    assert not Feedback.objects.exists()


def test_a_form_from_another_site_is_refused(in_gladbeck: TenantInfo) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": in_gladbeck.host})
    assert strict.post("/feedback/", MESSAGE).status_code == 403
    assert not Feedback.objects.exists()
