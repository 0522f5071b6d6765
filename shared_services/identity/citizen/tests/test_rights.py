"""A citizen's rights on pages: see and take along what is kept, delete, see who looked, part with providers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from shared_services.accounts import deletion
from shared_services.accounts.attributes import change_attributes
from shared_services.accounts.events import list_events
from shared_services.accounts.identities import list_identities
from shared_services.accounts.looks import Look, LookedAt, LookReason, note_look
from shared_services.accounts.models import CitizenAccount
from shared_services.accounts.tests.cast import come_by
from shared_services.identity.citizen import endings, freshness
from shared_services.identity.citizen.handover import BuiltInSignIn
from shared_services.identity.citizen.oidc import _entered_at
from shared_services.identity.citizen.proof import Proof
from shared_services.identity.citizen.tests.cast import PASSWORD, UMBRELLA, Browser, Citizen, list_mails
from shared_services.identity.citizen.views import rights, rights_identities
from shared_services.identity.keycloak.known import provider_name
from shared_services.identity.sessions import now_seconds
from tenants.actors import Actor
from tenants.context import as_accounts, in_tenant
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.outbox.services import project_waiting
from tenants.registry.sites import TenantInfo

DELETE = "/konto/rechte/loeschen/"


@pytest.fixture
def at_home(browser: Browser, anna: Citizen) -> Browser:
    """Return Anna's browser, signed in at the umbrella."""
    browser.sign_in(anna)
    return browser


def page_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_page_says_what_is_kept_why_and_how_long(at_home: Browser) -> None:
    page = page_of(at_home.get(UMBRELLA, "/konto/rechte/"))
    assert "90 Tage nach der Abmeldung" in page
    assert "§ 8 OZG" in page
    assert "90 days" in page_of(at_home.get(UMBRELLA, "/en/konto/rechte/"))


def test_everything_is_taken_along_as_json(at_home: Browser, anna: Citizen) -> None:
    change_attributes(account_id=anna.id, values={"family_name": "Größe", "city": "Gladbeck"})
    answer = at_home.client(UMBRELLA).post("/konto/rechte/daten/json/")
    assert answer["Content-Disposition"].startswith('attachment; filename="meine-daten-')
    assert "no-store" in answer["Cache-Control"]
    found = json.loads(answer.content)
    assert (found["format"], found["version"], found["account"]["email"]) == ("verbund-account", 2, anna.email)
    assert {one["name"]: (one["value"], one["level"], one["source"]) for one in found["attributes"]} == {
        "family_name": ("Größe", "basis", "person"),
        "city": ("Gladbeck", "basis", "person"),
    }
    assert found["sessions"][0]["site"] == "umbrella:emscher-lippe"
    assert {"household", "companies", "sign_in", "events", "looks", "parts", "towns"} <= found.keys()
    assert "data.exported" in [one.action for one in list_events(anna.id)]


@pytest.mark.parametrize(("prefix", "language"), [("", b"de"), ("/en", b"en")])
def test_everything_is_taken_along_as_a_pdf_that_screen_readers_read(
    at_home: Browser, anna: Citizen, prefix: str, language: bytes
) -> None:
    change_attributes(account_id=anna.id, values={"family_name": "#Größe $x$ *a* [b]", "city": "Жанна"})
    answer = at_home.client(UMBRELLA).post(f"{prefix}/konto/rechte/daten/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    for mark in (
        b"/StructTreeRoot",
        b"/Lang(" + language + b")",
        b"<pdfuaid:part>1</pdfuaid:part>",
        b"DisplayDocTitle",
    ):
        assert mark in answer.content, mark


def test_a_letter_that_no_font_has_costs_the_seal_of_the_standard_and_not_the_pdf(
    at_home: Browser, anna: Citizen
) -> None:
    change_attributes(account_id=anna.id, values={"family_name": "中"})
    answer = at_home.client(UMBRELLA).post("/konto/rechte/daten/pdf/")
    assert b"/StructTreeRoot" in answer.content
    assert b"pdfuaid:part>1" not in answer.content


def test_only_who_is_sure_and_knows_the_password_deletes(at_home: Browser, anna: Citizen) -> None:
    page = page_of(at_home.get(UMBRELLA, DELETE))
    assert "Das wird gelöscht" in page
    assert "Das bleibt nach dem Gesetz" in page
    for wrong in ({}, {"understood": "on"}, {"understood": "on", "current_password": "falsch, aber lang genug"}):
        assert at_home.post(UMBRELLA, DELETE, wrong).status_code == 422
    assert deletion.count_waiting() == 0


def test_a_deleted_account_is_out_everywhere_and_nobody_gets_in_again(
    at_home: Browser, anna: Citizen, gladbeck: TenantInfo
) -> None:
    at_home.get(gladbeck.host, "/konto/")
    assert at_home.host == gladbeck.host
    page = at_home.post(UMBRELLA, DELETE, {"understood": "on", "current_password": PASSWORD})
    assert (at_home.host, at_home.path) == (UMBRELLA, "/")
    assert "wird jetzt gelöscht" in page_of(page)
    at_home.get(gladbeck.host, "/konto/")
    assert at_home.host == UMBRELLA, "asked to sign in"
    assert Browser(at_home._visit).sign_in(anna).status_code == 422
    assert deletion.finish_waiting() == 1
    with as_accounts():
        assert not CitizenAccount.objects.filter(id=anna.id).exists()
    assert store.list_scopes(anna.id) == []


def test_without_a_password_a_sign_in_of_a_moment_ago_is_needed(
    at_home: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "uses_keycloak", lambda: True)
    assert "current_password" not in page_of(at_home.get(UMBRELLA, DELETE))
    monkeypatch.setattr(rights, "has_fresh_proof", lambda _request: False)
    answer = at_home.post(UMBRELLA, DELETE, {"understood": "on"})
    assert "Noch einmal anmelden" in page_of(answer)
    assert deletion.count_waiting() == 0
    at_home.post(UMBRELLA, f"{DELETE}neu-anmelden/", {})
    assert at_home.path.startswith("/konto/anmelden/passwort/")


@pytest.mark.parametrize(("seconds_ago", "is_fresh"), [(5, True), (11 * 60, False), (None, False)])
def test_a_sign_in_that_towns_share_is_as_old_as_its_password(
    *, seconds_ago: int | None, is_fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = now_seconds()
    claims = {} if seconds_ago is None else {"auth_time": now - seconds_ago}
    proof = Proof(session_id=str(uuid7()), proved_at=now, entered_at=_entered_at(claims))
    monkeypatch.setattr(freshness, "current_proof", lambda _request: proof)
    assert freshness.has_fresh_proof(None) is is_fresh  # type: ignore[arg-type]  # the proof is given


def test_who_looked_is_shown_by_town_and_without_a_name(
    at_home: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    assert "Noch hat niemand" in page_of(at_home.get(UMBRELLA, "/konto/einsicht/"))
    for town, office in ((gladbeck, "Steueramt"), (dorsten, "Bürgerbüro")):
        clerk = Actor(kind="staff", name="Sonja", id=uuid7(), tenant_id=town.id, roles=frozenset({"auditor"}))
        look = Look(what=[LookedAt.BANK], reason=LookReason.PAYMENT, office=office, reference="2026-117")
        with in_tenant(town.ref), transaction.atomic():
            note_look(actor=clerk, account_ids=[anna.id], look=look)
    project_waiting()
    page = page_of(at_home.get(UMBRELLA, "/konto/einsicht/"))
    for shown in ("Steueramt, Revision", "Bürgerbüro", "Bankverbindung", "Zuordnung Ihrer Zahlung (2026-117)"):
        assert shown in page
    assert "Sonja" not in page
    only = page_of(at_home.get(UMBRELLA, f"/konto/einsicht/?kommune={dorsten.id}"))
    assert "Bürgerbüro" in only
    assert "Steueramt" not in only
    assert at_home.get(UMBRELLA, "/konto/einsicht/?kommune=x&vor=y").status_code == 200


def test_the_ways_in_are_shown(at_home: Browser) -> None:
    page = page_of(at_home.get(UMBRELLA, "/konto/identitaeten/"))
    assert "E-Mail-Adresse und Passwort" in page
    assert "Kein Ausweisdienst ist verknüpft" in page
    assert at_home.client(UMBRELLA).post(f"/konto/identitaeten/{uuid7()}/trennen/").status_code == 404


@pytest.fixture
def comes_by_one_that_ends(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the session come over the provider of the simulators that ends."""
    settings.VERBUND_SIMULATORS = True
    monkeypatch.setattr(rights_identities, "_signed_in_with", lambda _request: "landeskonto")


@pytest.mark.usefixtures("comes_by_one_that_ends")
def test_who_comes_over_a_provider_that_ends_is_told_and_agrees_first(at_home: Browser) -> None:
    assert "endet am 30. Juni 2027" in page_of(at_home.get(UMBRELLA, "/konto/identitaeten/"))
    assert at_home.client(UMBRELLA).post("/konto/identitaeten/wechsel/", {}).status_code == 422
    begun = at_home.client(UMBRELLA).post("/konto/identitaeten/wechsel/", {"agrees": "on"})
    assert "ueber=bundid" in begun["Location"]
    assert any(name.endswith("-wechsel") for name in begun.cookies)
    at_home.get(UMBRELLA, "/konto/")
    assert at_home.path.startswith("/konto/anmelden/"), "signed out: the successor is another sign-in"


@pytest.mark.usefixtures("comes_by_one_that_ends")
def test_where_keycloak_asks_whether_to_sign_out_the_change_goes_on_from_there(
    at_home: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does so where it does not take the token that ends the sign-in."""
    asks = "https://login.example/realms/verbund/protocol/openid-connect/logout?client_id=umbrella-emscher-lippe"
    monkeypatch.setattr(BuiltInSignIn, "sign_out", lambda *_given: asks)
    client = at_home.client(UMBRELLA)
    assert client.post("/konto/identitaeten/wechsel/", {"agrees": "on"})["Location"] == asks
    back = client.get("/konto/abgemeldet/")["Location"]
    assert back.startswith("/konto/anmelden/?ueber=bundid&")
    assert back.endswith("weiter=%2Fkonto%2Fidentitaeten%2Fwechsel%2Fabschluss%2F")
    client.cookies.clear()
    assert client.get("/konto/abgemeldet/")["Location"] == "/"


@pytest.mark.usefixtures("comes_by_one_that_ends")
def test_an_agreement_counts_in_its_own_browser_only(at_home: Browser, anna: Citizen) -> None:
    at_home.client(UMBRELLA).post("/konto/identitaeten/wechsel/", {"agrees": "on"})
    at_home.sign_in(anna)
    same = at_home.get(UMBRELLA, "/konto/identitaeten/wechsel/abschluss/")
    assert "noch nicht mit „BundID" in page_of(same)
    other = Browser(at_home._visit)
    other.sign_in(anna)
    assert other.get(UMBRELLA, "/konto/identitaeten/wechsel/abschluss/").status_code == 404


def test_a_provider_ends_only_where_the_file_says_when_and_who_follows(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "providers.yaml"
    row = "  - {{kind: bundid, alias: {0}, display_name: {0}, ends_on: {1}, successor: {2}}}\n"
    rows = (("alt", "2027-06-30", "neu"), ("ohne-tag", "bald", "neu"), ("ohne-folge", "2027-06-30", "weg"))
    file.write_text(
        "providers:\n  - {kind: bundid, alias: neu, display_name: Neu}\n" + "".join(row.format(*one) for one in rows)
    )
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = str(file), False
    found = endings.find_ending("alt")
    assert found is not None
    assert (str(found.ends_on), found.successor_name) == ("2027-06-30", "Neu")
    assert [endings.find_ending(alias) for alias in ("neu", "ohne-tag", "ohne-folge")] == [None] * 3
    assert provider_name("weg") == "weg"


@pytest.mark.usefixtures("comes_by_one_that_ends")
def test_two_accounts_are_joined_page_by_page(
    at_home: Browser, anna: Citizen, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VERBUND_MAIL = True
    names = {"given_name": "Klaus", "family_name": "Familie"}
    old = come_by("landeskonto", "f:old", email="klaus@example.org", said=names)
    new = come_by("bundid", "f:new", email="klaus@example.org", said=names)
    page, end = "/konto/identitaeten/wechsel/", "/konto/identitaeten/wechsel/abschluss/"
    # Whoever is signed in here plays Klaus, first in the one account, then in the other.
    monkeypatch.setattr(rights_identities, "own_id", lambda _request: old)
    at_home.client(UMBRELLA).post(page, {"agrees": "on"})
    at_home.sign_in(anna)
    monkeypatch.setattr(rights_identities, "own_id", lambda _request: new)
    assert "E-Mail schicken" in page_of(at_home.get(UMBRELLA, end))
    assert "Sehen Sie in Ihr Postfach" in page_of(at_home.post(UMBRELLA, end, {}))
    link = urlsplit(list_mails("accounts.join")[-1].link).path
    assert "werden eines" in page_of(at_home.get(UMBRELLA, link))
    assert [one.source for one in list_identities(new)] == ["bundid"], "a GET joins nothing"
    joined = at_home.client(UMBRELLA).post(link)
    assert "ueber=bundid" in joined["Location"]
    assert [one.source for one in list_identities(old)] == ["landeskonto", "bundid"]
    with as_accounts():
        assert not CitizenAccount.objects.filter(id=new).exists()
