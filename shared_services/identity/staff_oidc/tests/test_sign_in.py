"""Who works here signs in at Keycloak: what it takes, who is refused, and when it ends. Against the real one."""

from __future__ import annotations

from typing import NoReturn

import pytest
from keycloak.exceptions import KeycloakError

from shared_services.identity import sessions
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.staff_oidc.ended import note_ended
from shared_services.identity.staff_oidc.members import ensure_member, find_user
from shared_services.identity.staff_oidc.models import WorkLink
from shared_services.identity.staff_oidc.places import find_place
from shared_services.identity.staff_oidc.tests.cast import Worker, make_operator
from shared_services.identity.staff_oidc.tests.conftest import NewWorker, link
from shared_services.identity.tests.cast import CONSOLE, PASSWORD, make_editor, make_staff, text_of
from tenants.audit.models import AuditEntry
from tenants.context import as_accounts, in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.selectors import get_account_id
from tenants.staff.services import deactivate, invite

WORK = "/verwaltung/leistungen/"


def test_a_colleague_comes_in_with_both_factors_and_to_the_very_page(colleague: Worker) -> None:
    page = colleague.sign_in(f"{WORK}?q=Hund")
    assert page.status_code == 200
    assert (page.request["PATH_INFO"], page.request["QUERY_STRING"]) == (WORK, "q=Hund")
    assert "no-store" in page["Cache-Control"]


def test_the_roles_stay_here(colleague: Worker) -> None:
    colleague.sign_in(WORK)
    # An editor's account: Keycloak has no say in it.
    assert colleague.client.get("/verwaltung/team/").status_code == 403


def test_what_happened_stands_in_the_towns_trail(colleague: Worker, gladbeck: TenantInfo) -> None:
    colleague.sign_in(WORK)
    with in_tenant(gladbeck.ref):
        last = AuditEntry.objects.order_by("-id").first()
    assert last is not None
    assert (last.action, last.data) == ("auth.signed_in", {"factor": "keycloak"})


def test_who_is_only_a_member_has_no_access(worker: NewWorker, gladbeck: TenantInfo) -> None:
    stranger = worker(gladbeck.host)
    ensure_member(find_place("gladbeck"), find_user(stranger.user))
    page = stranger.sign_in(WORK)
    assert page.status_code == 403
    assert "keinen Zugang" in text_of(page)
    assert "anderen Konto" in text_of(page)


def test_who_only_has_an_account_has_no_access(colleague: Worker) -> None:
    leave(colleague)
    page = colleague.sign_in(WORK)
    assert page.status_code == 403
    assert "führt Sie hier nicht mehr" in text_of(page)


def test_an_account_that_has_ended_opens_nothing(colleague: Worker, gladbeck: TenantInfo) -> None:
    end_account(colleague, gladbeck)
    assert colleague.sign_in(WORK).status_code == 403


def test_another_town_is_another_town(colleague: Worker, dorsten: TenantInfo) -> None:
    colleague.sign_in(WORK)
    colleague.client.defaults["HTTP_HOST"] = dorsten.host
    colleague.client.cookies.clear()
    page = colleague.sign_in(f"/verwaltung/anmelden/?weiter={WORK}&los=1")
    assert page.status_code == 403
    assert "keinen Zugang" in text_of(page)


def test_a_password_alone_is_not_enough(colleague: Worker) -> None:
    colleague.go(WORK)
    colleague.visitor.sign_in(colleague.user)
    assert colleague.come_back() is None, "Keycloak asks for the code"
    assert 'name="otp"' in colleague.visitor.page
    assert colleague.client.get(WORK).status_code == 302


def test_an_invitation_makes_the_account_theirs(worker: NewWorker, gladbeck: TenantInfo) -> None:
    new = worker(gladbeck.host)
    with in_tenant(gladbeck.ref):
        administrator = make_staff(gladbeck, "ada@gladbeck.test", "administrator").as_actor()
        invited = invite(actor=administrator, email="neu@gladbeck.test", roles=["editor"])
    path = f"/verwaltung/einladung/{invited.token}/"
    assert "Zum Anmeldedienst" in text_of(new.go(path))
    page = new.sign_in(f"{path}?los=1")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/verwaltung/")
    other = worker(gladbeck.host)
    assert other.go(f"{path}?los=1").status_code == 404, "the link works once"
    with as_accounts():
        assert WorkLink.objects.filter(tenant_id=gladbeck.id).count() == 1


def test_one_person_has_one_account_in_a_town(colleague: Worker, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        administrator = make_staff(gladbeck, "ada@gladbeck.test", "administrator").as_actor()
        invited = invite(actor=administrator, email="neu@gladbeck.test", roles=["administrator"])
    page = colleague.sign_in(f"/verwaltung/einladung/{invited.token}/?los=1")
    assert page.status_code == 409
    assert "schon einen Zugang" in text_of(page)


def test_who_leaves_at_keycloak_is_out_within_minutes(colleague: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    colleague.sign_in(WORK)
    leave(colleague)
    assert colleague.client.get(WORK).status_code == 200
    later = sessions.now_seconds() + 5 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    assert colleague.client.get(WORK).status_code == 302


@pytest.mark.parametrize("status", [403, 404])
def test_where_keycloak_does_not_say_who_is_a_member_the_session_ends(
    colleague: Worker, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The portals' client lacks a right until the realm is brought up to date, or the user there is gone."""
    colleague.sign_in(WORK)

    def refuse(*_given: object, **_named: object) -> NoReturn:
        raise KeycloakError(error_message="refused", response_code=status)

    later = sessions.now_seconds() + 5 * 60
    with monkeypatch.context() as patched:
        patched.setattr(Api, "get", refuse)
        patched.setattr(sessions, "now_seconds", lambda: later)
        assert colleague.client.get(WORK).status_code == 302


def test_who_stays_is_renewed_and_goes_on(colleague: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    colleague.sign_in(WORK)
    for minutes in (5, 10):
        later = sessions.now_seconds() + minutes * 60
        with monkeypatch.context() as patched:
            patched.setattr(sessions, "now_seconds", lambda later=later: later)
            assert colleague.client.get(WORK).status_code == 200


def test_who_leaves_the_town_is_out_at_once(colleague: Worker, gladbeck: TenantInfo) -> None:
    colleague.sign_in(WORK)
    end_account(colleague, gladbeck)
    assert colleague.client.get(WORK).status_code == 302


def test_a_sign_in_that_keycloak_has_ended_is_over_here(colleague: Worker, gladbeck: TenantInfo) -> None:
    colleague.sign_in(WORK)
    with in_tenant(gladbeck.ref):
        proof = colleague.client.session["account"]["proof"]
    note_ended(provider_session=proof["provider_session"], subject=proof["subject"])
    assert colleague.client.get(WORK).status_code == 302


def test_signing_out_ends_it_at_keycloak_too(colleague: Worker) -> None:
    colleague.sign_in(WORK)
    out = colleague.client.post("/verwaltung/abmelden/")
    assert out["Location"] == "/verwaltung/anmelden/"
    assert colleague.go(WORK) is None, "Keycloak asks again"
    assert 'name="password"' in colleague.visitor.page


def test_the_built_in_ways_are_closed(colleague: Worker) -> None:
    form = {"email": f"{colleague.user}@gladbeck.test", "password": PASSWORD}
    assert colleague.client.post("/verwaltung/anmelden/", form).status_code == 405
    colleague.sign_in(WORK)
    assert colleague.client.post("/verwaltung/konto/passwort/", {}).status_code == 404
    assert "Passwort ändern" not in text_of(colleague.client.get("/verwaltung/konto/"))


def test_a_code_for_citizens_opens_no_workspace(colleague: Worker) -> None:
    begun = colleague.client.get("/konto/anmelden/?weiter=/verwaltung/leistungen/")
    colleague.visitor.follow(begun["Location"]).sign_in(colleague.user)
    query = colleague.visitor.url.partition("?")[2]
    refused = colleague.client.get(f"/verwaltung/anmelden/zurueck/?{query}")
    assert refused.status_code == 422
    assert colleague.client.get(f"/konto/anmelden/zurueck/?{query}").status_code == 302
    assert colleague.client.get(WORK).status_code == 302, "a citizen's session is none of staff"


def test_an_operator_comes_to_the_console(worker: NewWorker, gladbeck: TenantInfo) -> None:
    one = worker(CONSOLE)
    make_operator(one, gladbeck)
    link(one, "konsole")
    assert one.sign_in("/kommunen/").status_code == 200


def test_a_regions_editor_comes_to_its_catalogue_and_no_other(worker: NewWorker) -> None:
    one = worker("emscher-lippe.localhost")
    make_editor("emscher-lippe", email=f"{one.user}@emscher-lippe.test")
    link(one, "emscher-lippe")
    assert one.sign_in("/redaktion/").status_code == 200
    one.client.defaults["HTTP_HOST"] = "muensterland.localhost"
    one.client.cookies.clear()
    assert one.sign_in("/redaktion/").status_code == 403


def leave(one: Worker) -> None:
    """Take somebody out of the organisation at Keycloak."""
    api = Api(realm_admin())
    (organisation,) = api.get("/organizations", search=find_place("gladbeck").domain, exact="true")
    api.delete(f"/organizations/{organisation['id']}/members/{find_user(one.user)}")


def end_account(one: Worker, town: TenantInfo) -> None:
    """End somebody's account, as the administrator does."""
    administrator = make_staff(town, "ada@gladbeck.test", "administrator")
    with in_tenant(town.ref):
        account_id = get_account_id(f"{one.user}@gladbeck.test")
        assert account_id is not None
        deactivate(actor=administrator.as_actor(), account_id=account_id)
