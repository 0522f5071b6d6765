"""Administrators look after the people of their town; nobody else can."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from shared_services.identity.tests.cast import PASSWORD, attempt, make_staff, text_of
from tenants.accounts import AccountInfo
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.models import Invitation, StaffAccount

Visit = Callable[[str], Client]
SignedIn = Callable[[AccountInfo], Client]
TEAM = "/verwaltung/team/"


@pytest.fixture(autouse=True)
def only_the_cast(gladbeck: TenantInfo) -> None:
    """Start without the people of the demo."""
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.all().delete()
        Invitation.objects.all().delete()


def shown_link(page: str) -> str:
    found = re.search(r'value="http://[^/]+(/verwaltung/einladung/[^"]+)"', page)
    assert found, page
    return found[1]


def test_the_team_is_listed_for_administrators_only(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    page = text_of(signed_in(administrator).get(TEAM))
    assert administrator.name in page
    assert editor.email in page
    assert signed_in(editor).get(TEAM).status_code == 403
    assert visit(gladbeck.host).get(TEAM).status_code == 302


def test_an_invitations_link_is_shown_once(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    client = signed_in(administrator)
    response = client.post(f"{TEAM}einladen/", {"email": "nele@gladbeck.test", "roles": ["editor"]})
    assert "no-store" in response["Cache-Control"]
    path = shown_link(text_of(response))
    overview = text_of(client.get(TEAM))
    assert "nele@gladbeck.test" in overview
    assert path not in overview
    assert visit(gladbeck.host).get(path).status_code == 200


def test_a_second_invitation_replaces_the_first(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    client = signed_in(administrator)
    data = {"email": "nele@gladbeck.test", "roles": ["editor"]}
    first, second = (shown_link(text_of(client.post(f"{TEAM}einladen/", data))) for _number in range(2))
    assert visit(gladbeck.host).get(first).status_code == 404
    assert visit(gladbeck.host).get(second).status_code == 200


def test_an_invitation_can_be_withdrawn(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    client = signed_in(administrator)
    data = {"email": "nele@gladbeck.test", "roles": ["editor"]}
    path = shown_link(text_of(client.post(f"{TEAM}einladen/", data)))
    with in_tenant(gladbeck.ref):
        invitation = Invitation.objects.get()
    withdraw = f"{TEAM}einladungen/{invitation.id}/zurueckziehen/"
    assert "zurückgezogen" in text_of(client.post(withdraw, follow=True))
    assert visit(gladbeck.host).get(path).status_code == 404
    assert client.post(withdraw).status_code == 404


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"email": "kein-at", "roles": ["editor"]}, "E-Mail-Adresse"),
        ({"email": "nele@gladbeck.test"}, "mindestens eine Rolle"),
        ({"email": "nele@gladbeck.test", "roles": ["king"]}, "king"),
        ({"email": "Ada.Ministrator@gladbeck.test", "roles": ["editor"]}, "schon einen Zugang"),
    ],
)
def test_invitations_are_checked(
    signed_in: SignedIn, administrator: AccountInfo, data: dict[str, object], message: str
) -> None:
    response = signed_in(administrator).post(f"{TEAM}einladen/", data)
    assert response.status_code == 422
    assert message in text_of(response)


def test_new_roles_end_the_colleagues_sessions(
    signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    colleague = signed_in(editor)
    client = signed_in(administrator)
    member = f"{TEAM}{editor.id}/"
    client.post(member, {"roles": ["editor"]})
    assert colleague.get("/verwaltung/konto/").status_code == 200
    page = client.post(member, {"roles": ["editor", "administrator"]}, follow=True)
    assert "sind geändert" in text_of(page)
    assert colleague.get("/verwaltung/konto/").status_code == 302
    assert signed_in(editor).get(TEAM).status_code == 200


def test_deactivating_works_at_once_and_for_good(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    colleague, client = signed_in(editor), signed_in(administrator)
    renewed = shown_link(text_of(client.post(f"{TEAM}{editor.id}/zugang-erneuern/")))
    assert "ist beendet" in text_of(client.post(f"{TEAM}{editor.id}/deaktivieren/", follow=True))
    assert colleague.get("/verwaltung/konto/").status_code == 302
    assert attempt(visit(gladbeck.host), editor.email).status_code == 422
    assert visit(gladbeck.host).get(renewed).status_code == 404
    assert client.post(f"{TEAM}{editor.id}/zugang-erneuern/").status_code == 404


def test_a_person_can_come_back_by_a_new_invitation(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    client = signed_in(administrator)
    client.post(f"{TEAM}{editor.id}/deaktivieren/")
    data = {"email": editor.email, "roles": ["administrator"]}
    path = shown_link(text_of(client.post(f"{TEAM}einladen/", data)))
    form = {"name": editor.name, "password": PASSWORD, "password_again": PASSWORD}
    assert visit(gladbeck.host).post(path, form).status_code == 302
    assert signed_in(editor).get(TEAM).status_code == 200


def test_a_lost_password_is_replaced_by_a_link(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    running = signed_in(editor)
    path = shown_link(text_of(signed_in(administrator).post(f"{TEAM}{editor.id}/zugang-erneuern/")))
    new = "Doppelbock am Abend 44"
    form = {"name": editor.name, "password": new, "password_again": new}
    assert visit(gladbeck.host).post(path, form).status_code == 302
    assert running.get("/verwaltung/konto/").status_code == 302
    assert attempt(visit(gladbeck.host), editor.email).status_code == 422
    assert attempt(visit(gladbeck.host), editor.email, new).status_code == 302


def test_the_last_administrator_stays(gladbeck: TenantInfo, signed_in: SignedIn, administrator: AccountInfo) -> None:
    client = signed_in(administrator)
    own = f"{TEAM}{administrator.id}/"
    refused = client.post(own, {"roles": ["editor"]})
    assert refused.status_code == 422
    assert "letzte Person" in text_of(refused)
    assert "letzte Person" in text_of(client.post(f"{own}deaktivieren/", follow=True))
    make_staff(gladbeck, "zweite.leitung@gladbeck.test", "administrator")
    stays = client.post(own, {"roles": ["editor"]}, follow=True)
    assert stays.redirect_chain[-1][0] == "/verwaltung/konto/"
    assert client.get(TEAM).status_code == 403


def test_people_of_another_town_are_unknown_here(
    dorsten: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    stranger = make_staff(dorsten, "fremd@dorsten.test", "editor")
    client = signed_in(administrator)
    assert client.get(f"{TEAM}{stranger.id}/").status_code == 404
    assert client.post(f"{TEAM}{stranger.id}/deaktivieren/").status_code == 404
    with in_tenant(dorsten.ref):
        assert StaffAccount.objects.get(id=stranger.id).is_active


@pytest.mark.parametrize("path", ["einladen/", "{id}/deaktivieren/", "{id}/zugang-erneuern/", "{id}/"])
def test_editors_can_not_act_on_the_team(
    signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo, path: str
) -> None:
    data = {"email": "x@gladbeck.test", "roles": ["administrator"]}
    assert signed_in(editor).post(TEAM + path.format(id=administrator.id), data).status_code == 403
