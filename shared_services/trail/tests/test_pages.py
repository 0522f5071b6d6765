"""The trail of a town as its administration and its auditors read it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from shared_services.identity.tests.cast import attempt, make_staff, text_of
from tenants.actors import Actor, system_actor
from tenants.audit import selectors
from tenants.audit.services import check_chains, record, seal_waiting
from tenants.context import in_tenant
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo

PATH = "/verwaltung/protokoll/"
SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> SignIn:
    """Sign somebody with these roles in at Gladbeck."""

    def client(*roles: str) -> Client:
        account = make_staff(gladbeck, f"{'-'.join(roles)}@gladbeck.test", *roles)
        visitor = visit(gladbeck.host)
        assert attempt(visitor, account.email).status_code == 302
        return visitor

    return client


def write(town: TenantInfo, action: str, *, name: str = "Eva Muster", who: UUID | None = None, **data: object) -> str:
    actor = Actor(kind="staff", name=name, id=who or uuid7(), tenant_id=town.id)
    with in_tenant(town.ref):
        record(actor=actor, action=action, subject="test:1", data=data)
    return str(actor.id)


def content_of(answer: Any) -> bytes:
    """Read a streamed file to its end."""
    return b"".join(answer.streaming_content)


def test_entries_are_sentences(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    changed: dict[str, Any] = {"from": ["editor"], "to": ["administrator", "auditor"]}
    write(gladbeck, "staff.roles_changed", **changed)
    write(gladbeck, "catalog.override.set", field="fee", language="")
    write(gladbeck, "late.task", x="<script>")
    page = text_of(sign_in("administrator").get(PATH))
    assert "Rollen einer Person geändert: Redaktion → Administration, Revision" in page
    assert "Leistung angepasst: Kosten" in page
    assert "late.task" in page
    assert "&lt;script&gt;" in page
    assert "Eva Muster" in page


def test_a_town_reads_its_own_entries_only(sign_in: SignIn, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    write(dorsten, "staff.invited", name="Dora Dorsten")
    assert "Dora Dorsten" not in text_of(sign_in("administrator").get(PATH))


def test_filters_narrow_it_down_and_can_be_taken_off(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    write(gladbeck, "staff.invited", name="Eva Muster")
    otto = write(gladbeck, "portal.notice.created", name="Otto Anders")
    client = sign_in("administrator")
    by_person = text_of(client.get(PATH, {"person": otto}))
    assert f'<option value="{otto}" selected>Otto Anders</option>' in by_person
    assert "Hinweis veröffentlicht" in by_person
    assert "Person eingeladen" not in by_person
    by_group = text_of(client.get(PATH, {"bereich": "staff", "gegenstand": "test:"}))
    assert "Person eingeladen" in by_group
    assert "Hinweis veröffentlicht" not in by_group
    assert "Alle Filter zurücksetzen" in by_group
    today = timezone.localdate()
    assert "Otto Anders" in text_of(client.get(PATH, {"von": today.isoformat(), "bis": today.isoformat()}))
    yesterday = (today - dt.timedelta(days=1)).isoformat()
    assert "Nichts gefunden" in text_of(client.get(PATH, {"bis": yesterday, "person": otto}))
    for junk in ({"von": "gestern"}, {"vor": "x"}, {"bereich": "x"}, {"person": "%' OR 1=1"}, {"person": str(uuid7())}):
        assert client.get(PATH, junk).status_code == 200


def test_who_acted_without_an_account_is_chosen_by_kind(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    write(gladbeck, "staff.invited")
    with in_tenant(gladbeck.ref):
        record(actor=system_actor("verbund (root)"), action="late.task", subject="test:1", data={})
    client = sign_in("administrator")
    assert '<option value="system">' in text_of(client.get(PATH))
    page = text_of(client.get(PATH, {"person": "system"}))
    assert "late.task" in page
    assert "Person eingeladen" not in page


def test_no_name_stands_in_an_address(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    """Addresses stay in browsers and with whoever is between."""
    otto = write(gladbeck, "portal.notice.created", name="Otto Anders")
    client = sign_in("administrator")
    page = client.get(PATH, {"person": otto}).content.decode()
    assert not [link for link in re.findall(r'(?:href|action)="([^"]+)"', page) if "Otto" in link or "Anders" in link]
    assert "Otto Anders" in text_of(client.get(PATH, {"person": "Eva Muster"})), "a name narrows nothing down"


def test_pages_go_on_by_key(sign_in: SignIn, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    key = uuid7()
    for number in range(selectors.PAGE_SIZE + 5):
        write(gladbeck, "late.task", name=f"Nummer {number:03}", who=key)
    client = sign_in("administrator")
    first = text_of(client.get(PATH, {"person": str(key)}))
    assert "Nummer 054" in first
    assert "Nummer 004" not in first
    [older] = re.findall(r'href="([^"]*vor=[^"]*)"', first)
    second = text_of(client.get(older.replace("&amp;", "&")))
    assert "Nummer 004" in second
    assert "Nummer 005" not in second
    assert "Neueste Einträge" in second


def test_the_state_of_the_chain_stands_above(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    client = sign_in("administrator")
    assert "Noch nicht geprüft" in text_of(client.get(PATH))
    seal_waiting()
    check_chains()
    write(gladbeck, "staff.invited")
    page = text_of(client.get(PATH))
    assert "Geprüft bis Eintrag Nummer" in page
    assert "1 Eintrag wartet auf sein Siegel" in page


def test_it_is_taken_away_as_a_table_without_formulas(sign_in: SignIn, gladbeck: TenantInfo) -> None:
    write(gladbeck, "staff.invited", name="=HYPERLINK(1)")
    answer = sign_in("administrator").get(f"{PATH}protokoll.csv", {"bereich": "staff"})
    assert "no-store" in answer["Cache-Control"]
    assert "protokoll-gladbeck-" in answer["Content-Disposition"]
    text = content_of(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:3] == ["Zeit", "Wer", "Was"]
    assert ["'=HYPERLINK(1)", "Person eingeladen"] in [row[1:3] for row in rows]
    assert {row[4].partition(".")[0] for row in rows[1:]} == {"staff"}


def test_it_is_taken_away_whole_as_json_and_that_is_noted(
    sign_in: SignIn, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_BATCH", 3)
    for number in range(8):
        write(gladbeck, "late.task", number=number)
    client = sign_in("auditor")
    answer = client.get(f"{PATH}protokoll.json")
    found = json.loads(content_of(answer))
    assert [one["data"]["number"] for one in found if one["action"] == "late.task"] == list(range(8))[::-1]
    assert found[0]["action"] == "audit.exported"
    empty = client.get(f"{PATH}protokoll.json", {"person": str(uuid7())})
    assert json.loads(content_of(empty)) == []
    assert "Protokoll als Datei geholt (json)" in text_of(client.get(PATH))


def test_auditors_are_led_to_it(sign_in: SignIn) -> None:
    client = sign_in("auditor")
    assert client.get("/verwaltung/")["Location"] == PATH
    page = text_of(client.get(PATH))
    assert "/verwaltung/team/" not in page
    assert 'href="/verwaltung/leistungen/"' not in page


def test_editors_do_not_read_it(sign_in: SignIn) -> None:
    client = sign_in("editor")
    for name in ("", "protokoll.csv", "protokoll.json"):
        assert client.get(PATH + name).status_code == 403
    assert PATH not in text_of(client.get("/verwaltung/"))
