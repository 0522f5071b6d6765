"""The second factor of people who work here: set up, asked for, replaced, reset; and what attackers try."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from shared_services.identity import secondfactor
from shared_services.identity.codelimits import CODES_PER_ACCOUNT
from shared_services.identity.tests.cast import (
    CONSOLE,
    PASSWORD,
    SYSTEM,
    attempt,
    make_editor,
    make_staff,
    sign_in_path,
    text_of,
)
from shared_services.identity.tests.factors import App, Clock, enrolled
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
SignedIn = Callable[[AccountInfo], Client]
LinkOf = Callable[[str], tuple[str, str, str]]
CODE = "/verwaltung/anmelden/code/"
FACTOR = "/verwaltung/konto/zweiter-faktor/"
WORK = "/verwaltung/"


@pytest.fixture
def app(editor: AccountInfo, gladbeck: TenantInfo, clock: Clock) -> App:
    """Return the editor's app; her second factor is set up."""
    return enrolled(editor, town=gladbeck.ref, clock=clock)


@pytest.fixture
def halfway(visit: Visit, gladbeck: TenantInfo, editor: AccountInfo, app: App) -> Client:
    """Return a browser in which the editor has shown her password and no code yet."""
    client = visit(gladbeck.host)
    assert attempt(client, editor.email)["Location"] == f"{CODE}?weiter=%2Fverwaltung%2F"
    return client


def entries(action: str) -> list[AuditEntry]:
    with as_migration():
        return list(AuditEntry.objects.filter(action=action).order_by("-id"))


def kinds_of_mail() -> list[str]:
    with as_projector():
        return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


def secret_of(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{30,})</code>", page)
    assert found
    return found.group(1).replace(" ", "")


def test_an_app_is_set_up_with_its_first_code(
    signed_in: SignedIn, editor: AccountInfo, clock: Clock, gladbeck: TenantInfo
) -> None:
    client, elsewhere = signed_in(editor), signed_in(editor)
    page = text_of(client.get(FACTOR))
    assert "data:image/svg+xml" in page
    app = App(clock, secret_of(page))
    assert secret_of(text_of(client.get(FACTOR))) == app.secret, "a second look shows the same"
    wrong = client.post(FACTOR, {"code": "000000"})
    assert (wrong.status_code, "stimmt nicht" in text_of(wrong)) == (422, True)
    done = client.post(FACTOR, {"code": app.code()})
    codes = re.findall(r"<code>([A-Z2-9]{5}(?:-[A-Z2-9]{5}){2})</code>", text_of(done))
    assert len(codes) == 10
    assert client.get(WORK).status_code == 200, "this session goes on"
    assert elsewhere.get(WORK).status_code == 302, "all others end"
    assert entries("staff.factor_added")[0].subject == editor.subject
    assert kinds_of_mail() == ["account.factor_added"]
    with in_tenant(gladbeck.ref):
        row = StaffAccount.objects.get(id=editor.id)
    assert app.secret.encode() not in bytes(row.factor_sealed or b"")
    assert not set(codes) & set(row.recovery_hashes or [])
    assert app.secret not in text_of(client.get(FACTOR)), "it is never shown again"


def test_the_password_alone_opens_nothing(halfway: Client, app: App, editor: AccountInfo) -> None:
    for path in (WORK, "/verwaltung/konto/", FACTOR, "/verwaltung/team/"):
        assert halfway.get(path)["Location"].startswith("/verwaltung/anmelden/?"), path
    assert entries("auth.signed_in") == []
    answer = halfway.post(f"{CODE}?weiter=/verwaltung/konto/", {"code": f" {app.code()[:3]} {app.code()[3:]} "})
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/konto/")
    assert editor.name in text_of(halfway.get("/verwaltung/konto/"))
    assert [entry.data for entry in entries("auth.signed_in")] == [{"factor": "app"}]


def test_a_code_works_once(halfway: Client, app: App, editor: AccountInfo, visit: Visit, gladbeck: TenantInfo) -> None:
    seen = app.code()
    assert halfway.post(CODE, {"code": seen}).status_code == 302
    thief = visit(gladbeck.host)
    attempt(thief, editor.email)
    again = thief.post(CODE, {"code": seen})
    assert (again.status_code, "schon benutzt" in text_of(again)) == (422, True)
    assert thief.post(CODE, {"code": app.code(steps_ago=1)}).status_code == 422, "nor does an earlier one afterwards"
    assert thief.get(WORK).status_code == 302
    assert len(entries("auth.code_failed")) == 2


def test_a_recovery_code_works_once_and_its_use_is_told(
    halfway: Client, app: App, editor: AccountInfo, visit: Visit, gladbeck: TenantInfo
) -> None:
    assert halfway.post(CODE, {"code": app.codes[0].lower().replace("-", " ")}).status_code == 302
    assert kinds_of_mail()[-1] == "account.recovery_code_used"
    other = visit(gladbeck.host)
    attempt(other, editor.email)
    assert other.post(CODE, {"code": app.codes[0]}).status_code == 422
    assert other.post(CODE, {"code": app.codes[1]}).status_code == 302


def test_guessing_ends_soon_wherever_it_comes_from(
    app: App, editor: AccountInfo, gladbeck: TenantInfo, administrator: AccountInfo, visit: Visit
) -> None:
    guessers = []
    for number in range(CODES_PER_ACCOUNT):
        guesser = Client(headers={"host": gladbeck.host}, REMOTE_ADDR=f"198.51.100.{number}")
        attempt(guesser, editor.email)
        assert guesser.post(CODE, {"code": "123456"}).status_code == 422
        guessers.append(guesser)
    assert kinds_of_mail()[-1] == "account.factor_locked", "somebody knows the password: its owner is told"
    assert entries("auth.code_locked")[0].subject == editor.subject
    refused = guessers[-1].post(CODE, {"code": app.code()})
    assert (refused.status_code, "zu viele Versuche" in text_of(refused)) == (429, True)
    assert kinds_of_mail().count("account.factor_locked") == 1, "once a lock"
    assert attempt(visit(gladbeck.host), administrator.email)["Location"] == WORK, "nobody else is kept out"


def test_a_code_is_good_in_the_browser_of_the_password_only(
    halfway: Client, app: App, gladbeck: TenantInfo, dorsten: TenantInfo, visit: Visit
) -> None:
    stranger = visit(gladbeck.host)
    assert stranger.post(CODE, {"code": app.code()})["Location"].startswith("/verwaltung/anmelden/")
    neighbour = visit(dorsten.host)
    neighbour.cookies[configured.SESSION_COOKIE_NAME] = halfway.cookies[configured.SESSION_COOKIE_NAME].value
    assert neighbour.post(CODE, {"code": app.code()})["Location"].startswith("/verwaltung/anmelden/")
    assert neighbour.get(WORK).status_code == 302
    assert halfway.post(CODE, {"code": app.code()}).status_code == 302


def test_the_first_step_does_not_hold_for_long(halfway: Client, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secondfactor, "FIRST_STEP_SECONDS", 0)
    assert halfway.post(CODE, {"code": app.code()})["Location"].startswith("/verwaltung/anmelden/")


def test_the_first_step_ends_when_the_account_changes(
    halfway: Client, app: App, editor: AccountInfo, gladbeck: TenantInfo
) -> None:
    with in_tenant(gladbeck.ref):
        staff.end_sessions(actor=editor.as_actor())
    refused = halfway.post(CODE, {"code": app.code()})
    assert (refused.status_code, "zu lange gedauert" in text_of(refused)) == (422, True)
    assert halfway.get(WORK).status_code == 302


def test_a_deactivated_person_does_not_come_in_with_a_code(
    halfway: Client, app: App, editor: AccountInfo, gladbeck: TenantInfo
) -> None:
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=editor.id).update(is_active=False)
    assert halfway.post(CODE, {"code": app.code()}).status_code == 422
    assert halfway.get(WORK).status_code == 302


@pytest.fixture
def required(settings: Settings) -> None:
    """Ask everybody who works here for a second factor, as production does."""
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"


@pytest.fixture
def link_of(gladbeck: TenantInfo, administrator: AccountInfo, editor: AccountInfo, operator: AccountInfo) -> LinkOf:
    """Return how a link for a person of each kind is made: the host, the path, and the person's address."""

    def make(kind: str) -> tuple[str, str, str]:
        if kind == "operator":
            made = invite_operator(actor=SYSTEM, email=operator.email)
            return CONSOLE, f"/einladung/{made.token}/", operator.email
        if kind == "editor":
            account = make_editor("emscher-lippe")
            token = invite_editor(actor=SYSTEM, account_id=account.id).token
            return "emscher-lippe.localhost", f"/redaktion/einladung/{token}/", account.email
        with in_tenant(gladbeck.ref):
            token = staff.renew_access(actor=administrator.as_actor(), account_id=editor.id).token
        return gladbeck.host, f"/verwaltung/einladung/{token}/", editor.email

    return make


def accept(client: Client, path: str) -> str:
    """Open an account by its link; return where that leads."""
    given = {"name": "Edda Redaktion", "password": PASSWORD, "password_again": PASSWORD}
    return str(client.post(path, given)["Location"])


@pytest.mark.parametrize("kind", ["staff", "operator", "editor"])
def test_a_link_leads_to_the_first_factor_before_anything_else(
    kind: str, required: None, visit: Visit, link_of: LinkOf, clock: Clock
) -> None:
    host, path, _email = link_of(kind)
    client, root = visit(host), sign_in_path(host).removesuffix("anmelden/")
    setup = f"{root}konto/zweiter-faktor/"
    assert accept(client, path) == setup
    for page in (root, f"{root}konto/", f"{root}anmelden/", f"{root}anmelden/code/"):
        way = client.get(page, follow=True).redirect_chain
        assert way[-1][0].partition("?")[0] == setup, page
    assert client.post(f"{root}konto/post/", {"language": "en"})["Location"].startswith(setup)
    shown = text_of(client.get(f"{setup}?weiter={root}konto/"))
    app = App(clock, secret_of(shown))
    codes = text_of(client.post(f"{setup}?weiter={root}konto/", {"code": app.code()}))
    assert f'href="{root}konto/"' in codes
    assert client.get(f"{root}konto/").status_code == 200
    assert entries("auth.signed_in")


@pytest.mark.parametrize("kind", ["staff", "operator", "editor"])
def test_a_password_alone_sets_up_no_factor(kind: str, required: None, visit: Visit, link_of: LinkOf) -> None:
    host, _path, email = link_of(kind)
    client, root = visit(host), sign_in_path(host).removesuffix("anmelden/")
    refused = attempt(client, email)
    assert (refused.status_code, "nur über einen Link" in text_of(refused)) == (422, True)
    assert client.get(f"{root}konto/zweiter-faktor/")["Location"].startswith(f"{root}anmelden/")
    assert entries("auth.signed_in") == []
    assert len(entries("auth.factor_missing")) == 1


def test_whoever_owes_one_can_sign_out(required: None, visit: Visit, link_of: LinkOf) -> None:
    host, path, _email = link_of("staff")
    client = visit(host)
    accept(client, path)
    assert client.post("/verwaltung/abmelden/")["Location"] == "/verwaltung/anmelden/"
    assert client.get(FACTOR)["Location"].startswith("/verwaltung/anmelden/")
    assert len(entries("auth.signed_out")) == 1


def test_sessions_from_before_the_rule_end(signed_in: SignedIn, editor: AccountInfo, settings: Settings) -> None:
    client = signed_in(editor)
    assert client.get(WORK).status_code == 200
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    assert client.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    assert client.get(FACTOR)["Location"].startswith("/verwaltung/anmelden/")


def test_a_new_phone_needs_a_code_of_the_old_one_or_a_recovery_code(halfway: Client, app: App) -> None:
    halfway.post(CODE, {"code": app.code()})
    assert "eingerichtet" in text_of(halfway.get(FACTOR))
    assert halfway.post(f"{FACTOR}entfernen/", {"entfernen-code": "000000"}).status_code == 422
    assert halfway.post(f"{FACTOR}entfernen/", {}).status_code == 422
    assert halfway.post(f"{FACTOR}entfernen/", {"entfernen-code": app.codes[3]})["Location"] == FACTOR
    assert secret_of(text_of(halfway.get(FACTOR))) != app.secret
    assert "account.factor_removed" in kinds_of_mail()


def test_new_recovery_codes_take_the_place_of_the_old_ones(halfway: Client, app: App) -> None:
    halfway.post(CODE, {"code": app.code()})
    assert halfway.post(f"{FACTOR}codes/", {"codes-code": app.code()}).status_code == 422, "that one was used"
    app.clock.next_step()
    page = text_of(halfway.post(f"{FACTOR}codes/", {"codes-code": app.code()}))
    new = re.findall(r"<code>([A-Z2-9-]{17})</code>", page)
    assert len(new) == 10
    assert halfway.post(f"{FACTOR}codes/", {"codes-code": app.codes[0]}).status_code == 422
    assert halfway.post(f"{FACTOR}codes/", {"codes-code": new[0]}).status_code == 200


def test_an_administrator_takes_a_lost_factor_away_and_gives_a_link_to_a_new_one(
    halfway: Client, app: App, signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo, settings: Settings
) -> None:
    halfway.post(CODE, {"code": app.code()})
    office = signed_in(administrator)
    member = f"/verwaltung/team/{editor.id}/"
    assert "Zweiten Faktor zurücksetzen" in text_of(office.get(member))
    page = text_of(office.post(f"{member}zweiter-faktor/"))
    link = re.search(r"/verwaltung/einladung/[^\"/]+/", page)
    assert link
    assert halfway.get(WORK).status_code == 302, "all sessions end"
    entry = entries("staff.factor_reset")[0]
    assert (entry.subject, entry.actor_id) == (editor.subject, administrator.id)
    assert kinds_of_mail()[-2:] == ["account.factor_reset", "account.invited"]
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"
    assert attempt(halfway, editor.email).status_code == 422, "the password alone is no way to a new one"
    assert accept(halfway, link.group()) == FACTOR
    assert secret_of(text_of(halfway.get(FACTOR))) != app.secret


def test_nobody_else_takes_it_away(
    app: App, signed_in: SignedIn, editor: AccountInfo, administrator: AccountInfo, dorsten: TenantInfo, visit: Visit
) -> None:
    path = f"/verwaltung/team/{editor.id}/zweiter-faktor/"
    own = f"/verwaltung/team/{administrator.id}/zweiter-faktor/"
    assert signed_in(administrator).post(own).status_code == 403
    neighbour = visit(dorsten.host)
    attempt(neighbour, make_staff(dorsten, "ada@dorsten.test", "administrator").email)
    assert neighbour.post(path).status_code == 404
    assert entries("staff.factor_reset") == []


def test_without_its_key_a_recovery_code_or_a_reset_helps(
    halfway: Client, app: App, editor: AccountInfo, gladbeck: TenantInfo
) -> None:
    from tenants.keystore.store import destroy_keys  # noqa: PLC0415 -- this test alone

    destroy_keys(editor.id, scope=str(gladbeck.id))
    assert halfway.post(CODE, {"code": app.code()}).status_code == 422
    assert halfway.post(CODE, {"code": app.codes[0]}).status_code == 302
