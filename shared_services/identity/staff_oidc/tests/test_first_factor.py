"""Whoever has stolen a password has no second factor, and gets none: only a link leads to the first one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared_services.identity.keycloak.admin import Api, full_admin, realm_admin
from shared_services.identity.keycloak.tests.walker import Visitor
from shared_services.identity.keycloak.userfactors import list_factors
from shared_services.identity.staff_oidc.commands import remove_factors
from shared_services.identity.staff_oidc.members import end_other_sign_ins, find_user
from shared_services.identity.staff_oidc.tests.cast import Worker, make_operator
from shared_services.identity.staff_oidc.tests.conftest import NewWorker, link
from shared_services.identity.tests.cast import CONSOLE, SYSTEM, make_editor, make_staff, text_of
from tenants.audit.models import AuditEntry
from tenants.context import in_tenant
from tenants.editors.invitations import invite_editor
from tenants.operators.invitations import invite_operator
from tenants.provisioning.access import invite_administrator
from tenants.registry.sites import TenantInfo
from tenants.staff.selectors import get_account_id
from tenants.staff.services import renew_access

WORK = "/verwaltung/leistungen/"


@pytest.fixture
def newcomer(worker: NewWorker, gladbeck: TenantInfo) -> Worker:
    """Return an editor of Gladbeck whose account is linked, without a second factor."""
    one = worker(gladbeck.host, factor=False)
    make_staff(gladbeck, f"{one.user}@gladbeck.test", "editor")
    link(one, "gladbeck")
    return one


@pytest.fixture
def new_link(gladbeck: TenantInfo) -> Callable[[Worker], str]:
    """Return what has Gladbeck's administrator make a new link for somebody, and returns its path."""

    def make(one: Worker) -> str:
        ada = make_staff(gladbeck, "ada@gladbeck.test", "administrator").as_actor()
        with in_tenant(gladbeck.ref):
            account_id = get_account_id(f"{one.user}@gladbeck.test")
            assert account_id is not None
            return f"/verwaltung/einladung/{renew_access(actor=ada, account_id=account_id).token}/?los=1"

    return make


def test_a_password_alone_sets_nothing_up(newcomer: Worker, gladbeck: TenantInfo) -> None:
    page = newcomer.sign_in(WORK)
    assert page.status_code == 403
    assert "Rolle Administration um einen neuen Link" in text_of(page)
    assert not newcomer.secret
    with in_tenant(gladbeck.ref):
        last = AuditEntry.objects.order_by("-id").first()
    assert last is not None
    assert (last.action, last.data) == ("auth.refused", {"reason": "no_factor"})


def test_a_link_leads_to_the_factor_and_to_work(newcomer: Worker, new_link: Callable[[Worker], str]) -> None:
    path = new_link(newcomer)
    # Who goes away in between leaves nothing behind that the next one would meet, and the link is still good.
    newcomer.go(path)
    newcomer.visitor.submit(**newcomer._answer())
    newcomer.come_back()
    assert "totpSecret" in newcomer.visitor.page
    user = Api(realm_admin()).get(f"/users/{find_user(newcomer.user)}")
    assert user["requiredActions"] == []

    page = newcomer.sign_in(path)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/verwaltung/")
    assert newcomer.secret
    newcomer.client.cookies.clear()
    assert newcomer.go(WORK).status_code == 200, "what was set up counts from now on"
    newcomer.client.cookies.clear()
    assert newcomer.go(path).status_code == 404, "the link works once"


def test_a_factor_set_up_past_us_counts_for_nothing(newcomer: Worker) -> None:
    set_up_past_us(newcomer)
    page = newcomer.sign_in(WORK)
    assert page.status_code == 403
    assert "gilt hier nicht" in text_of(page)
    assert "neuen Link" in text_of(page)


def test_operations_take_a_factor_away_that_nobody_knows(newcomer: Worker, new_link: Callable[[Worker], str]) -> None:
    set_up_past_us(newcomer)
    assert remove_factors(actor=SYSTEM, user=newcomer.user) == 1
    newcomer.secret = ""
    assert newcomer.sign_in(new_link(newcomer)).status_code == 200
    assert newcomer.secret


@pytest.mark.parametrize(
    "action", ["CONFIGURE_TOTP", "webauthn-register", "CONFIGURE_RECOVERY_AUTHN_CODES", "delete_credential:{}"]
)
def test_keycloak_asks_for_the_factor_before_the_next_one(colleague: Worker, action: str) -> None:
    action = action.format(*list_factors(find_user(colleague.user)))
    begun = colleague.client.get(f"/verwaltung/anmelden/?weiter={WORK}")["Location"]
    colleague.visitor.follow(f"{begun}&kc_action={action}").sign_in(colleague.user)
    assert 'name="otp"' in colleague.visitor.page


def test_a_password_alone_lays_no_identity_of_a_provider_on_an_account(colleague: Worker) -> None:
    issuer = colleague.visitor.issuer
    thief = Visitor(issuer, "account-console", "")
    thief.begin(redirect_uri=f"{issuer}/account/", kc_action="idp_link:bundid").sign_in(colleague.user)
    thief.close()
    assert "kc_action_status=error" in thief.url


def test_a_colleagues_link_leads_to_nothing(
    newcomer: Worker, colleague: Worker, new_link: Callable[[Worker], str]
) -> None:
    page = newcomer.sign_in(new_link(colleague))
    assert page.status_code == 409
    assert list_factors(find_user(newcomer.user)) == []


def test_an_operator_comes_back_by_a_link_too(worker: NewWorker, gladbeck: TenantInfo) -> None:
    otto = worker(CONSOLE, factor=False)
    make_operator(otto, gladbeck)
    link(otto, "konsole")
    page = otto.sign_in("/kommunen/")
    assert page.status_code == 403
    assert "Betriebsleitung um einen neuen Link" in text_of(page)
    invited = invite_operator(actor=SYSTEM, email=f"{otto.user}@konsole.test")
    otto.client.cookies.clear()
    assert otto.sign_in(f"/einladung/{invited.token}/?los=1").status_code == 200
    assert otto.secret


def test_a_regions_editor_comes_by_a_link(worker: NewWorker) -> None:
    eike = worker("emscher-lippe.localhost", factor=False)
    account = make_editor("emscher-lippe", email=f"{eike.user}@emscher-lippe.test")
    invited = invite_editor(actor=SYSTEM, account_id=account.id)
    page = eike.sign_in(f"/redaktion/einladung/{invited.token}/?los=1")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/redaktion/")
    assert eike.secret
    eike.client.cookies.clear()
    assert eike.sign_in("/redaktion/").status_code == 200, "what was set up counts from now on"


def test_a_towns_first_administrator_comes_by_a_link(worker: NewWorker, gladbeck: TenantInfo) -> None:
    ada = worker(gladbeck.host, factor=False)
    invited = invite_administrator(actor=SYSTEM, slug=gladbeck.slug, email=f"{ada.user}@gladbeck.test")
    path = f"/verwaltung/einladung/{invited.token}/?los=1"
    page = ada.sign_in(path)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/verwaltung/")
    assert ada.secret
    assert ada.go("/verwaltung/team/").status_code == 200
    ada.client.cookies.clear()
    assert ada.go(path).status_code == 404, "the link works once"


def test_a_link_ends_other_sign_ins(newcomer: Worker, new_link: Callable[[Worker], str]) -> None:
    thief = Worker(newcomer.client, Visitor(newcomer.visitor.issuer, "", ""), newcomer.user)
    begun = newcomer.client.get(f"/verwaltung/anmelden/?weiter={WORK}")["Location"]
    thief.visitor.follow(begun).sign_in(thief.user)
    assert thief.visitor.answer
    assert newcomer.sign_in(new_link(newcomer)).status_code == 200
    thief.visitor.follow(begun)
    assert 'name="password"' in thief.visitor.page
    thief.visitor.close()
    subject = find_user(newcomer.user)
    end_other_sign_ins(subject, but="")
    assert Api(realm_admin()).get(f"/users/{subject}/sessions") == []


def test_a_mailbox_alone_sets_no_factor_up(newcomer: Worker) -> None:
    api = Api(full_admin())
    flow = api.get("")["resetCredentialsFlow"]
    steps: list[Any] = api.get(f"/authentication/flows/{flow.replace(' ', '%20')}/executions")
    assert [one["providerId"] for one in steps] == [
        "reset-credentials-choose-user",
        "reset-credential-email",
        "reset-password",
    ]


def set_up_past_us(one: Worker) -> None:
    """Set an app up at Keycloak with the password alone, and sign in there with it."""
    begun = one.client.get(f"/verwaltung/anmelden/?weiter={WORK}")["Location"]
    one.visitor.follow(f"{begun}&kc_action=CONFIGURE_TOTP").sign_in(one.user)
    one.visitor.submit(**one._answer())
    assert one.secret
    assert one.visitor.answer
