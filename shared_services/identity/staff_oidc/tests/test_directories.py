"""Who comes by the directory of the town that they work for: what it opens, and what it never does. At the real one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from shared_services.identity import sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak.admin import Api, full_admin, realm_admin
from shared_services.identity.keycloak.generation import totp_credential
from shared_services.identity.keycloak.tests.walker import Visitor
from shared_services.identity.staff_oidc import directories
from shared_services.identity.staff_oidc.commands import link_account
from shared_services.identity.staff_oidc.members import find_user
from shared_services.identity.staff_oidc.models import WorkLink
from shared_services.identity.staff_oidc.places import find_place
from shared_services.identity.staff_oidc.tests.cast import Worker
from shared_services.identity.staff_oidc.tests.conftest import NewWorker, link
from shared_services.identity.tests.cast import SYSTEM, make_staff, text_of
from tenants.audit.models import AuditEntry
from tenants.context import as_accounts, in_tenant
from tenants.errors import NotFound
from tenants.provisioning.access import invite_administrator
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount
from tenants.staff.services import invite
from tests.keycloak import KeycloakForTests

WORK = "/verwaltung/leistungen/"
OURS = "verwaltung-dorsten"
BY_DIRECTORY = f"/verwaltung/anmelden/?weiter={WORK}&los=1&ueber={OURS}"
BY_PASSWORD = f"/verwaltung/anmelden/?weiter={WORK}&los=1"


@pytest.fixture
def frieda(keycloak: KeycloakForTests, visit: Callable[[str], Client], dorsten: TenantInfo) -> Iterator[Worker]:
    """Return somebody whom Dorsten's directory knows, and nobody else; her user at Keycloak goes afterwards."""
    discovery.forget()
    one = Worker(visit(dorsten.host), Visitor(keycloak.issuer, "", ""), "frieda")
    yield one
    one.visitor.close()
    discovery.forget()
    if user := known_user():
        Api(realm_admin()).delete(f"/users/{user['id']}")


@pytest.fixture
def new_link(dorsten: TenantInfo) -> Callable[[str], str]:
    """Return what has Dorsten's administrator invite somebody, and returns the link's path."""

    def make(email: str) -> str:
        ada = make_staff(dorsten, "ada@dorsten.test", "administrator").as_actor()
        with in_tenant(dorsten.ref):
            token = invite(actor=ada, email=email, roles=["editor"]).token
        return f"/verwaltung/einladung/{token}/"

    return make


@pytest.fixture
def colleague(frieda: Worker, dorsten: TenantInfo) -> Worker:
    """Return Frieda, an editor of Dorsten whose account is linked, with a second factor of hers at Keycloak."""
    frieda.sign_in(BY_DIRECTORY)
    user = known_user()
    frieda.secret = f"geheimnis-{token_hex(4)}"
    Api(realm_admin()).put(f"/users/{user['id']}", {**user, "credentials": [totp_credential(frieda.secret)]})
    make_staff(dorsten, "frieda@dorsten.test", "editor")
    link_account(
        actor=SYSTEM,
        place=find_place("dorsten"),
        email="frieda@dorsten.test",
        user="frieda.fachamt@stadt.example",
        keep_factors=True,
        directory=OURS,
    )
    leave_the_browser(frieda)
    return frieda


def test_a_link_and_the_directory_lead_to_a_factor_and_to_work(
    frieda: Worker, new_link: Callable[[str], str], dorsten: TenantInfo
) -> None:
    path = new_link("frieda.fachamt@dorsten.test")
    assert "Anmeldung der Stadt Dorsten (Simulation)" in text_of(frieda.go(path))
    page = frieda.sign_in(f"{path}?los=1&ueber={OURS}")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/verwaltung/")
    assert frieda.secret, "Keycloak has had her set a second factor up"
    with in_tenant(dorsten.ref):
        assert StaffAccount.objects.get(email="frieda.fachamt@dorsten.test").name == "Frieda Fachamt"
        linked = AuditEntry.objects.filter(action="auth.linked").latest("id")
    assert linked.data == {"directory": OURS}
    with as_accounts():
        assert list(WorkLink.objects.values_list("directory", flat=True)) == [OURS]


def test_the_directory_and_the_code_open_the_workplace_next_time(colleague: Worker) -> None:
    page = colleague.go(WORK)
    assert "Anmeldung der Stadt Dorsten (Simulation)" in text_of(page)
    assert ways_of(page) == [OURS, ""]
    assert colleague.go(BY_DIRECTORY) is None
    colleague.visitor.sign_in("frieda")
    assert colleague.come_back() is None
    assert 'name="otp"' in colleague.visitor.page, "the directory alone is not enough"
    assert colleague.client.get(WORK).status_code == 302
    page = colleague.sign_in(BY_DIRECTORY)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, WORK)


def test_the_directory_is_asked_for_no_level_of_ours(frieda: Worker) -> None:
    asked = parse_qs(urlsplit(frieda.client.get(BY_DIRECTORY)["Location"]).query)
    assert asked["kc_idp_hint"] == [OURS]
    assert "acr_values" not in asked


def test_a_directory_without_a_link_opens_nothing(frieda: Worker, dorsten: TenantInfo) -> None:
    page = frieda.sign_in(BY_DIRECTORY)
    assert page.status_code == 403
    assert "keinen Zugang" in text_of(page)
    with in_tenant(dorsten.ref):
        assert AuditEntry.objects.latest("id").data == {"reason": "no_account"}


def test_an_open_invitation_takes_the_address_of_the_directory(frieda: Worker, dorsten: TenantInfo) -> None:
    token = invite_administrator(actor=SYSTEM, slug=dorsten.slug).token
    assert frieda.sign_in(f"/verwaltung/einladung/{token}/?los=1&ueber={OURS}").status_code == 200
    with in_tenant(dorsten.ref):
        assert StaffAccount.objects.filter(email="frieda.fachamt@stadt.example").exists()


def test_who_came_by_the_directory_comes_by_nothing_else(colleague: Worker, dorsten: TenantInfo) -> None:
    """A password at Keycloak, set by a mail perhaps, outlives the account in the directory."""
    api = Api(realm_admin())
    user = known_user()
    api.put(f"/users/{user['id']}/reset-password", {"type": "password", "value": "frieda-passwort", "temporary": False})
    colleague.user = user["username"]
    colleague.go(BY_PASSWORD)
    colleague.visitor.submit(username=user["username"], password="frieda-passwort")
    page = colleague.come_back()
    assert page.status_code == 403
    assert "gehört zu „Anmeldung der Stadt Dorsten (Simulation)“" in text_of(page)
    (again,) = [link for link in links_of(page) if link.startswith("/verwaltung/anmelden/")]
    assert ways_of(colleague.go(again)) == [OURS, ""]
    with in_tenant(dorsten.ref):
        assert AuditEntry.objects.latest("id").data == {"reason": "directory_other"}


def test_a_directory_opens_no_account_with_a_password(worker: NewWorker, dorsten: TenantInfo) -> None:
    """Somebody who runs a directory says there that they are another: Keycloak may believe it, the portal does not."""
    one = worker(dorsten.host)
    make_staff(dorsten, f"{one.user}@dorsten.test", "editor")
    link(one, "dorsten")
    identity = {"identityProvider": OURS, "userId": subject_in_directory("petra"), "userName": "petra"}
    Api(realm_admin()).post(f"/users/{find_user(one.user)}/federated-identity/{OURS}", identity)
    one.go(BY_DIRECTORY)
    one.visitor.submit(username="petra", password="petra-passwort")
    page = one.come_back()
    assert page.status_code == 403
    assert "gehört zu Ihrem Konto beim Anmeldedienst" in text_of(page)


def test_another_towns_directory_leads_nowhere(
    frieda: Worker, gladbeck: TenantInfo, new_link: Callable[[str], str]
) -> None:
    frieda.client.defaults["HTTP_HOST"] = gladbeck.host
    page = frieda.go(BY_DIRECTORY)
    assert page.status_code == 404
    assert "Diesen Weg zur Anmeldung gibt es hier nicht" in text_of(page)
    ada = make_staff(gladbeck, "ada@gladbeck.test", "administrator").as_actor()
    with in_tenant(gladbeck.ref):
        token = invite(actor=ada, email="frieda@gladbeck.test", roles=["editor"]).token
    # Signed in at Keycloak by Dorsten's directory she is known there, and has another town's link.
    frieda.client.defaults["HTTP_HOST"] = "dorsten.localhost"
    frieda.sign_in(BY_DIRECTORY)
    frieda.client.defaults["HTTP_HOST"] = gladbeck.host
    page = frieda.sign_in(f"/verwaltung/einladung/{token}/?los=1")
    assert page.status_code == 403
    assert "kommt hier niemand zur Arbeit" in text_of(page)


def test_a_directory_opens_no_citizens_account(frieda: Worker) -> None:
    """Whoever runs it could enter that, too: not by name, nor because somebody is signed in for their work."""
    for _again in range(2):
        frieda.go(f"/konto/anmelden/?ueber={OURS}")
        page = frieda.page or frieda.sign_in(f"/konto/anmelden/?ueber={OURS}")
        assert page.status_code == 403
        assert "mit dem Konto Ihrer Arbeit angemeldet" in text_of(page)
    assert frieda.client.get("/konto/").status_code == 302


def test_a_directory_that_is_this_place_s_no_more_ends_what_runs(
    colleague: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert colleague.sign_in(BY_DIRECTORY).status_code == 200
    monkeypatch.setattr(directories, "list_directories", lambda _place: [])
    assert colleague.client.get(WORK).status_code == 200
    later = sessions.now_seconds() + 5 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    assert colleague.client.get(WORK).status_code == 302


def test_an_account_is_linked_to_a_directory_by_command(frieda: Worker, dorsten: TenantInfo) -> None:
    frieda.sign_in(BY_DIRECTORY)
    make_staff(dorsten, "frieda@dorsten.test", "editor")

    def link_as(address: str, directory: str) -> None:
        place = find_place("dorsten")
        link_account(actor=SYSTEM, place=place, email="frieda@dorsten.test", user=address, directory=directory)

    with pytest.raises(NotFound, match="Diesen Weg"):
        link_as("frieda.fachamt@stadt.example", "verwaltung-muenster")
    with pytest.raises(NotFound, match="noch niemand"):
        link_as("familie@example.org", OURS)
    link_as("frieda.fachamt@stadt.example", OURS)
    with as_accounts():
        assert WorkLink.objects.get().directory == OURS


def known_user() -> dict[str, Any]:
    """Return Frieda's user in the portals' realm; empty before her first sign-in."""
    found: list[dict[str, Any]] = Api(realm_admin()).get(
        "/users", q="contact_email:frieda.fachamt@stadt.example", briefRepresentation="false"
    )
    return found[0] if found else {}


def ways_of(page: Any) -> list[str]:
    """Return to which directories a page leads, in its order; "" for Keycloak's own page."""
    queries = [parse_qs(urlsplit(one).query) for one in links_of(page)]
    return [query.get("ueber", [""])[0] for query in queries if "los" in query]


def links_of(page: Any) -> list[str]:
    """Return where the links of a page lead."""
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page.content.decode())]


def leave_the_browser(one: Worker) -> None:
    """Forget all cookies, the portal's and Keycloak's."""
    one.client.cookies.clear()
    one.visitor._cookies.clear()


def subject_in_directory(user: str) -> str:
    """Return the id of somebody in Dorsten's directory."""
    return str(Api(full_admin(), realm="sim-verwaltung-dorsten").get("/users", username=user, exact="true")[0]["id"])
