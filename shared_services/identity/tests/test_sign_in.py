"""Signing in and out at the HTTP boundary, and what attackers try there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.test import Client

from shared_services.identity import passwordlimits
from shared_services.identity.services import ATTEMPTS_PER_ACCOUNT
from shared_services.identity.tests.cast import CONSOLE, PASSWORD, attempt, text_of
from tenants import passwords
from tenants.accounts import AccountInfo
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, in_tenant
from tenants.registry.sites import TenantInfo, directory
from tenants.staff.models import StaffAccount

Visit = Callable[[str], Client]
SignedIn = Callable[[AccountInfo], Client]


def entries(action: str) -> list[AuditEntry]:
    with as_migration():
        return list(AuditEntry.objects.filter(action=action).order_by("-id"))


def test_staff_sign_in_and_land_on_the_dashboard(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    client = visit(gladbeck.host)
    response = attempt(client, f"  {editor.email.upper()} ")
    assert (response.status_code, response["Location"]) == (302, "/verwaltung/")
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (True, "Lax", "", "/")
    page = client.get("/verwaltung/konto/")
    assert page.status_code == 200
    assert editor.name in text_of(page)
    assert "no-store" in page["Cache-Control"]
    assert entries("auth.signed_in")[0].subject == editor.subject


def test_english_pages_lead_to_english_pages(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    data = {"email": editor.email, "password": PASSWORD}
    response = visit(gladbeck.host).post("/en/verwaltung/anmelden/", data)
    assert (response.status_code, response["Location"]) == (302, "/en/verwaltung/")


def test_operators_sign_in_at_the_console(visit: Visit, operator: AccountInfo) -> None:
    client = visit(CONSOLE)
    response = attempt(client, operator.email)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert operator.name in text_of(client.get("/konto/"))


def test_every_failure_gets_the_same_answer(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=editor.id).update(is_active=False)
    answers = [
        attempt(visit(gladbeck.host), editor.email),
        attempt(visit(gladbeck.host), editor.email, "falsch"),
        attempt(visit(gladbeck.host), "niemand@gladbeck.test"),
        attempt(visit(gladbeck.host), "niemand@gladbeck.test", "x" * 250),
    ]
    assert {response.status_code for response in answers} == {422}
    assert all("stimmen nicht" in text_of(response) for response in answers)
    assert not any(settings.SESSION_COOKIE_NAME in response.cookies for response in answers)


def test_an_unknown_address_costs_as_much_work(
    visit: Visit, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "make_password", hashed.append)
    attempt(visit(gladbeck.host), "niemand@gladbeck.test", "irgendwas")
    assert hashed == ["irgendwas"]


def test_failures_are_audited_without_password_or_address(
    visit: Visit, gladbeck: TenantInfo, editor: AccountInfo
) -> None:
    attempt(visit(gladbeck.host), "geheim-im-falschen-feld@x.test", "nicht-ins-protokoll")
    attempt(visit(gladbeck.host), editor.email, "nicht-ins-protokoll")
    known, unknown = entries("auth.failed")[:2]
    assert (known.subject, known.data["known"]) == (editor.subject, True)
    assert (unknown.subject, unknown.data["known"]) == ("", False)
    for entry in (known, unknown):
        assert (entry.actor_kind, entry.tenant_id) == ("anonymous", gladbeck.id)
        assert "nicht-ins-protokoll" not in str(entry.data)
        assert "@" not in str(entry.data)
    assert known.data["email_fingerprint"] != unknown.data["email_fingerprint"]


def test_repeated_failures_close_the_door_for_this_account_and_address(
    visit: Visit, gladbeck: TenantInfo, editor: AccountInfo, administrator: AccountInfo
) -> None:
    for _number in range(ATTEMPTS_PER_ACCOUNT):
        assert attempt(visit(gladbeck.host), editor.email, "falsch").status_code == 422
    refused = attempt(visit(gladbeck.host), editor.email.upper())
    assert refused.status_code == 429
    assert "zu viele Versuche" in text_of(refused)
    assert attempt(visit(gladbeck.host), administrator.email).status_code == 302
    elsewhere = Client(headers={"host": gladbeck.host}, REMOTE_ADDR="198.51.100.7")
    assert attempt(elsewhere, editor.email).status_code == 302


def test_a_success_forgets_the_failures(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    for _round in range(2):
        for _number in range(ATTEMPTS_PER_ACCOUNT - 1):
            attempt(visit(gladbeck.host), editor.email, "falsch")
        assert attempt(visit(gladbeck.host), editor.email).status_code == 302


def test_a_planted_session_is_not_taken_over(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    client = visit(gladbeck.host)
    with in_tenant(gladbeck.ref):
        planted = client.session
        planted["account"] = {"kind": "staff"}
        planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    attempt(client, editor.email)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != str(planted.session_key)
    attacker = visit(gladbeck.host)
    attacker.cookies[settings.SESSION_COOKIE_NAME] = str(planted.session_key)
    assert attacker.get("/verwaltung/konto/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(signed_in: SignedIn, editor: AccountInfo) -> None:
    client = signed_in(editor)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/verwaltung/abmelden/").status_code == 405
    response = client.post("/verwaltung/abmelden/", follow=True)
    assert "Sie sind abgemeldet." in text_of(response)
    client.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert client.get("/verwaltung/konto/").status_code == 302
    assert entries("auth.signed_out")[0].actor_id == editor.id


def test_old_hashes_are_renewed_at_sign_in(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    old = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6, iterations=1000)
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=editor.id).update(password=old)
    assert attempt(visit(gladbeck.host), editor.email).status_code == 302
    with in_tenant(gladbeck.ref):
        assert identify_hasher(StaffAccount.objects.get(id=editor.id).password).algorithm == "argon2"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_foreign_targets_are_ignored(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo, target: str) -> None:
    client = visit(gladbeck.host)
    page = text_of(client.get("/verwaltung/anmelden/", {"weiter": target}))
    # The page's address in the other language repeats the query; no link or field holds the target itself.
    assert f'="{target}' not in page
    assert "evil.test" not in page.partition("<main")[2].partition("</main>")[0]
    assert attempt(client, editor.email, weiter=target)["Location"] == "/verwaltung/"


def test_one_comes_back_to_where_one_wanted_to_be(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo) -> None:
    client = visit(gladbeck.host)
    sent = client.get("/verwaltung/konto/?ansicht=1")
    assert sent["Location"] == "/verwaltung/anmelden/?weiter=%2Fverwaltung%2Fkonto%2F%3Fansicht%3D1"
    page = text_of(client.get(sent["Location"]))
    assert 'value="/verwaltung/konto/?ansicht=1"' in page
    assert attempt(client, editor.email, weiter="/verwaltung/konto/?ansicht=1")["Location"] == (
        "/verwaltung/konto/?ansicht=1"
    )


def test_the_form_carries_a_csrf_token(gladbeck: TenantInfo, editor: AccountInfo) -> None:
    client = Client(headers={"host": gladbeck.host}, enforce_csrf_checks=True)
    assert attempt(client, editor.email).status_code == 403
    assert "csrfmiddlewaretoken" in text_of(client.get("/verwaltung/anmelden/"))


def test_an_umbrella_has_no_accounts(visit: Visit, gladbeck: TenantInfo) -> None:
    host = directory.snapshot().regions[gladbeck.region_slug].host
    assert visit(host).get("/verwaltung/anmelden/").status_code == 404
    assert visit(host).get("/anmelden/").status_code == 404


def test_many_addresses_together_come_to_an_end(
    visit: Visit, gladbeck: TenantInfo, editor: AccountInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordlimits, "PASSWORDS_PER_ACCOUNT", 3)

    def once(number: int, password: str) -> int:
        form = {"email": editor.email, "password": password}
        return visit(gladbeck.host).post("/verwaltung/anmelden/", form, REMOTE_ADDR=f"192.0.2.{number}").status_code

    assert [once(number, "falsch, aber lang genug") for number in range(1, 4)] == [422] * 3
    assert once(4, PASSWORD) == 429
