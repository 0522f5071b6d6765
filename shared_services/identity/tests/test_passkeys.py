"""Passkeys of people who work here: set up, signed in with, removed. What attackers try: `test_passkey_attacks`."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from shared_services.identity import secondfactor, sessions
from shared_services.identity.tests.authenticator import Device
from shared_services.identity.tests.cast import PASSWORD, SYSTEM, attempt, text_of
from shared_services.identity.tests.factors import App, Clock, Worker, enrolled
from tenants.accounts import AccountInfo
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_projector, in_tenant
from tenants.editors.invitations import invite_editor
from tenants.mail.models import OutgoingMail
from tenants.operators.invitations import invite_operator
from tenants.registry.sites import TenantInfo
from tenants.staff import services as staff
from tenants.staff.models import StaffAccount

Visit = Callable[[str], Client]
PAGE, WORK = "/verwaltung/konto/passkeys/", "/verwaltung/"
CONFIRM, FACTOR = "/verwaltung/konto/bestaetigen/", "/verwaltung/konto/zweiter-faktor/"


@pytest.fixture
def required(settings: Settings) -> None:
    """Ask everybody who works here for a second factor, as production does."""
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"


def entries(action: str) -> list[AuditEntry]:
    with as_migration():
        return list(AuditEntry.objects.filter(action=action).order_by("-id"))


def kinds_of_mail() -> list[str]:
    with as_projector():
        return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


def row_of(one: Worker, town: TenantInfo) -> StaffAccount:
    with in_tenant(town.ref):
        return StaffAccount.objects.get(id=one.account.id)


@pytest.mark.parametrize("kind", ["staff", "operator", "editor"])
def test_a_passkey_is_set_up_and_opens_the_work_area(
    kind: str, worker: Callable[[str], Worker], visit: Visit, settings: Settings
) -> None:
    one = worker(kind)
    elsewhere = visit(one.device.host)
    attempt(elsewhere, one.account.email)
    one.sign_in()
    assert one.post("konto/passkeys/aufgabe/").status_code == 409, "the password first: the session may be left open"
    assert one.post("konto/passkeys/neu/", answer="{}")["Location"].startswith(f"{one.root}konto/bestaetigen/")
    assert one.post("konto/bestaetigen/", password="falsch").status_code == 422
    assert one.post("konto/bestaetigen/", password=PASSWORD)["Location"] == f"{one.root}konto/passkeys/"
    assert len(re.findall(r"<code>[A-Z2-9-]{17}</code>", text_of(one.add()))) == 10
    page = text_of(one.client.get(f"{one.root}konto/passkeys/"))
    assert ("Telefon" in page, "Noch nicht benutzt." in page, one.device.host in page) == (True, True, True)
    assert elsewhere.get(f"{one.root}konto/").status_code == 302, "all other sessions end"
    assert entries(f"{kind}.passkey_added")[0].subject == one.account.subject
    assert kinds_of_mail() == ["account.passkey_added"]
    one.post("abmelden/")
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    assert one.show(weiter=f"{one.root}konto/")["Location"] == f"{one.root}konto/"
    assert one.client.get(f"{one.root}konto/").status_code == 200, "device and finger are two factors"
    assert entries("auth.signed_in")[0].data == {"factor": "passkey"}
    assert "Zuletzt benutzt" in text_of(one.client.get(f"{one.root}konto/passkeys/"))


def test_it_stands_sealed(edda: Worker, gladbeck: TenantInfo) -> None:
    edda.get_in_with_a_passkey()
    sealed = bytes(row_of(edda, gladbeck).passkeys_sealed or b"")
    assert sealed
    assert not any(known in sealed for known in (b"Telefon", edda.device.credential, b"public_key"))


def test_after_the_password_a_passkey_is_asked_for(edda: Worker, visit: Visit, settings: Settings) -> None:
    codes = edda.get_in_with_a_passkey()
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    assert edda.sign_in()["Location"].startswith("/verwaltung/anmelden/code/")
    assert edda.client.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    page = text_of(edda.client.get("/verwaltung/anmelden/code/"))
    assert ("Mit Passkey anmelden" in page, "Notfallcode" in page, "Sechs Ziffern" in page) == (True, True, False)
    assert edda.client.post("/verwaltung/anmelden/code/", {"code": "123456"}).status_code == 422
    assert edda.show()["Location"] == WORK
    assert edda.client.get(WORK).status_code == 200
    other = visit(edda.device.host)
    attempt(other, edda.account.email)
    assert other.post("/verwaltung/anmelden/code/", {"code": codes[0]}).status_code == 302
    assert other.get(WORK).status_code == 200


@pytest.mark.parametrize("kind", ["staff", "operator", "editor"])
def test_whoever_came_by_a_link_needs_no_app(
    kind: str, worker: Callable[[str], Worker], required: None, link_of: Callable[[AccountInfo], str]
) -> None:
    one = worker(kind)
    given = {"name": "Edda Redaktion", "password": PASSWORD, "password_again": PASSWORD}
    setup = one.client.post(link_of(one.account), given)["Location"]
    assert "konto/passkeys/" in text_of(one.client.get(setup))
    assert one.client.get(f"{one.root}konto/")["Location"].startswith(setup), "nothing else is open yet"
    assert "zählt als zwei Faktoren" in text_of(one.client.get(f"{one.root}konto/passkeys/"))
    codes = text_of(one.add(weiter=f"{one.root}konto/"))
    assert f'href="{one.root}konto/"' in codes
    assert one.client.get(f"{one.root}konto/").status_code == 200


@pytest.fixture
def link_of(gladbeck: TenantInfo, administrator: AccountInfo) -> Callable[[AccountInfo], str]:
    """Return how the path of a link for somebody is made."""

    def make(one: AccountInfo) -> str:
        if one.kind == "operator":
            return f"/einladung/{invite_operator(actor=SYSTEM, email=one.email).token}/"
        if one.kind == "editor":
            return f"/redaktion/einladung/{invite_editor(actor=SYSTEM, account_id=one.id).token}/"
        with in_tenant(gladbeck.ref):
            token = staff.renew_access(actor=administrator.as_actor(), account_id=one.id).token
        return f"/verwaltung/einladung/{token}/"

    return make


def test_whoever_has_an_app_shows_its_code_first(edda: Worker, gladbeck: TenantInfo, clock: Clock) -> None:
    app: App = enrolled(edda.account, town=gladbeck.ref, clock=clock)
    edda.sign_in()
    edda.client.post("/verwaltung/anmelden/code/", {"code": app.code()})
    assert edda.post("konto/bestaetigen/", password=PASSWORD).status_code == 422, "the password is not enough"
    assert edda.post("konto/bestaetigen/", code=app.code()).status_code == 422, "that code was used"
    clock.next_step()
    assert edda.post("konto/bestaetigen/", code=app.code()).status_code == 302
    assert edda.add()["Location"] == PAGE, "the recovery codes from before hold"
    assert edda.client.post(f"{FACTOR}entfernen/", {"entfernen-code": app.codes[0]})["Location"] == "/verwaltung/konto/"
    assert "Sie melden sich mit Ihrem Passkey an" in text_of(edda.client.get("/verwaltung/konto/"))
    row = row_of(edda, gladbeck)
    assert (row.has_app, row.has_passkey, len(row.recovery_hashes or [])) == (False, True, 9)


def test_whoever_has_a_passkey_shows_it_before_an_app_is_set_up(edda: Worker, clock: Clock) -> None:
    edda.get_in_with_a_passkey()
    edda.show()
    assert edda.client.get(FACTOR)["Location"].startswith(CONFIRM)
    assert edda.client.post(FACTOR, {"code": "123456"})["Location"].startswith(CONFIRM)
    assert edda.client.post(f"{FACTOR}codes/")["Location"].startswith(CONFIRM)
    sent = {"answer": edda.device.show(edda.ask()), "weiter": FACTOR}
    assert edda.client.post(f"{CONFIRM}passkey/", sent)["Location"] == FACTOR
    shown = re.search(r"<code>([A-Z2-7 ]{30,})</code>", text_of(edda.client.get(FACTOR)))
    assert shown
    app = App(clock, shown[1].replace(" ", ""))
    assert edda.post("konto/bestaetigen/", code=app.code()).status_code == 422, "it is not in use yet"
    assert len(re.findall(r"<code>[A-Z2-9-]{17}</code>", text_of(edda.client.post(f"{FACTOR}codes/")))) == 10


def test_confirming_holds_for_a_while_only(edda: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    edda.sign_in()
    edda.post("konto/bestaetigen/", password=PASSWORD)
    later = sessions.now_seconds() + secondfactor.CONFIRMED_SECONDS + 1
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    assert edda.post("konto/passkeys/aufgabe/").status_code == 409
    assert "konto/passkeys/neu/" not in text_of(edda.client.get(PAGE))


def test_the_last_one_takes_the_recovery_codes_with_it(
    edda: Worker, gladbeck: TenantInfo, administrator: AccountInfo, visit: Visit, settings: Settings
) -> None:
    edda.sign_in()
    edda.post("konto/bestaetigen/", password=PASSWORD)
    edda.add()
    own = re.search(rf"{PAGE}([0-9a-f-]+)/entfernen/", text_of(edda.client.get(PAGE)))
    assert own
    ada = Worker(administrator, visit(gladbeck.host), Device(gladbeck.host))
    ada.sign_in()
    ada.post("konto/bestaetigen/", password=PASSWORD)
    assert ada.post(f"konto/passkeys/{own[1]}/entfernen/").status_code == 404
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    assert edda.post(f"konto/passkeys/{own[1]}/entfernen/")["Location"] == PAGE
    row = row_of(edda, gladbeck)
    assert (row.passkeys_sealed, row.recovery_hashes) == (None, None)
    assert edda.client.get(WORK)["Location"].startswith(FACTOR), "another one is owed at once"
    assert entries("staff.passkey_removed")[0].subject == edda.account.subject
    assert kinds_of_mail() == ["account.passkey_added", "account.passkey_removed"]
    edda.post("abmelden/")
    assert edda.show().status_code == 422


def test_an_administrator_takes_lost_ones_away(edda: Worker, gladbeck: TenantInfo, administrator: AccountInfo) -> None:
    edda.get_in_with_a_passkey()
    with in_tenant(gladbeck.ref):
        staff.reset_factor(actor=administrator.as_actor(), account_id=edda.account.id)
    row = row_of(edda, gladbeck)
    assert (row.passkeys_sealed, row.recovery_hashes) == (None, None)
    assert edda.show().status_code == 422
    assert "account.factor_reset" in kinds_of_mail()


def test_under_keycloak_there_are_none(edda: Worker, settings: Settings) -> None:
    edda.sign_in()
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "only for these tests"
    for path in ("anmelden/passkey/", "anmelden/passkey/aufgabe/", "konto/passkeys/neu/", "konto/bestaetigen/passkey/"):
        assert edda.post(path).status_code == 404, path
    for path in ("konto/passkeys/", "konto/bestaetigen/"):
        assert edda.client.get(f"{WORK}{path}").status_code == 404, path
