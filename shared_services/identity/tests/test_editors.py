"""Sign-in of a region's editors on the umbrella: theirs only, and the public pages stay everybody's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shared_services.identity.tests.cast import PASSWORD, SYSTEM, attempt, make_editor, make_staff, text_of
from tenants.accounts import AccountInfo
from tenants.editors import services
from tenants.editors.invitations import INVITATION_PATH, invitation_url, invite_editor
from tenants.registry.sites import TenantInfo

Visit = Callable[[str], Client]
SignedIn = Callable[[AccountInfo], Client]
HOST = "emscher-lippe.localhost"
NEIGHBOUR = "muensterland.localhost"


@pytest.fixture
def eike(db: None) -> AccountInfo:
    """Return an editor of the region of the main journey."""
    return make_editor("emscher-lippe")


def test_an_editor_signs_in_and_lands_in_the_work_area(visit: Visit, eike: AccountInfo) -> None:
    client = visit(HOST)
    assert client.get("/redaktion/")["Location"] == "/redaktion/anmelden/?weiter=%2Fredaktion%2F"
    assert attempt(client, eike.email)["Location"] == "/redaktion/"
    page = client.get("/redaktion/")
    assert page.status_code == 200
    assert page["Cache-Control"].find("no-store") >= 0
    assert eike.name in text_of(page)
    assert "Freigabe" in text_of(page)


def test_the_english_work_area_is_the_same(visit: Visit, eike: AccountInfo) -> None:
    client = visit(HOST)
    assert client.get("/en/redaktion/")["Location"].startswith("/en/redaktion/anmelden/")
    attempt(client, eike.email)
    assert client.get("/en/redaktion/").status_code == 200


@pytest.mark.parametrize("case", ["another region", "deactivated", "staff", "operator", "unknown", "wrong password"])
def test_everyone_else_gets_the_same_answer(
    case: str, visit: Visit, eike: AccountInfo, gladbeck: TenantInfo, operator: AccountInfo
) -> None:
    email, password = eike.email, PASSWORD
    if case == "another region":
        email = make_editor("muensterland").email
    elif case == "deactivated":
        services.deactivate(actor=SYSTEM, account_id=eike.id)
    elif case == "staff":
        email = make_staff(gladbeck, "ada@gladbeck.test", "administrator").email
    elif case == "operator":
        email = operator.email
    elif case == "unknown":
        email = "niemand@nirgends.test"
    else:
        password = "etwas anderes"
    answer = attempt(visit(HOST), email, password)
    assert answer.status_code == 422
    assert "E-Mail-Adresse oder Passwort stimmen nicht." in text_of(answer)


def test_an_editor_is_nobody_at_other_hosts(
    visit: Visit, eike: AccountInfo, signed_in: SignedIn, gladbeck: TenantInfo
) -> None:
    cookie = signed_in(eike).cookies[settings.SESSION_COOKIE_NAME].value
    for host, page in ((NEIGHBOUR, "/redaktion/"), (gladbeck.host, "/verwaltung/"), ("konsole.localhost", "/")):
        client = visit(host)
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        assert client.get(page).status_code == 302
    for host, path in ((gladbeck.host, "/verwaltung/anmelden/"), ("konsole.localhost", "/anmelden/")):
        answer = visit(host).post(path, {"email": eike.email, "password": PASSWORD})
        assert answer.status_code == 422


def test_public_pages_know_nobody_and_end_no_session(eike: AccountInfo, signed_in: SignedIn) -> None:
    client = signed_in(eike)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/leistungen/")
    assert page.status_code == 200
    assert eike.name not in text_of(page)
    assert not [one for one in asked.captured_queries if "editors_" in one["sql"]]
    assert client.get("/redaktion/").status_code == 200


def test_public_pages_are_kept_for_visitors_without_session(visit: Visit) -> None:
    client = visit(HOST)
    first = client.get("/leistungen/")
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get("/leistungen/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_a_session_ends_with_the_access_and_with_a_change_of_rights(eike: AccountInfo, signed_in: SignedIn) -> None:
    client = signed_in(eike)
    services.set_rights(actor=SYSTEM, account_id=eike.id, roles=["editor"], scopes=eike.scopes)
    assert client.get("/redaktion/").status_code == 302
    client = signed_in(eike)
    services.deactivate(actor=SYSTEM, account_id=eike.id)
    assert client.get("/redaktion/").status_code == 302


def test_signing_out_leads_back_to_the_form(eike: AccountInfo, signed_in: SignedIn) -> None:
    client = signed_in(eike)
    assert client.post("/redaktion/abmelden/")["Location"] == "/redaktion/anmelden/"
    assert client.get("/redaktion/").status_code == 302


def test_the_own_account_shows_roles_and_takes_a_new_password(
    visit: Visit, eike: AccountInfo, signed_in: SignedIn
) -> None:
    client, elsewhere = signed_in(eike), signed_in(eike)
    assert "Redaktion, Freigabe" in text_of(client.get("/redaktion/konto/"))
    new = "Lippe, Emscher und Kanal"
    form = {"current_password": PASSWORD, "new_password": new, "new_password_again": new}
    assert client.post("/redaktion/konto/passwort/", form)["Location"] == "/redaktion/konto/"
    assert client.get("/redaktion/").status_code == 200
    assert elsewhere.get("/redaktion/").status_code == 302
    assert attempt(visit(HOST), eike.email, new).status_code == 302


def test_all_other_sessions_end_at_a_wish(eike: AccountInfo, signed_in: SignedIn) -> None:
    client, elsewhere = signed_in(eike), signed_in(eike)
    assert client.post("/redaktion/konto/sitzungen/").status_code == 302
    assert client.get("/redaktion/").status_code == 200
    assert elsewhere.get("/redaktion/").status_code == 302


def test_attempts_are_limited(visit: Visit, eike: AccountInfo) -> None:
    for _attempt in range(5):
        assert attempt(visit(HOST), eike.email, "falsch").status_code == 422
    assert attempt(visit(HOST), eike.email).status_code == 429


def test_an_invited_editor_chooses_a_password_and_signs_in(visit: Visit, eike: AccountInfo) -> None:
    made = invite_editor(actor=SYSTEM, account_id=eike.id)
    path = reverse("identity:invitation", urlconf="federation.urls.umbrella", args=[made.token])
    assert path == INVITATION_PATH.format(token=made.token)
    assert invitation_url(made).endswith(path)
    client, new = visit(HOST), "Lippe, Emscher und Kanal"
    page = client.get(path)
    assert eike.email in text_of(page)
    assert "no-store" in page["Cache-Control"]
    assert client.post(path, {"password": new, "password_again": "anders"}).status_code == 422
    assert client.post(path, {"password": new, "password_again": new})["Location"] == "/redaktion/anmelden/"
    assert attempt(client, eike.email, new).status_code == 302
    assert visit(HOST).get(path).status_code == 404


def test_a_link_of_another_region_opens_nothing(visit: Visit, eike: AccountInfo) -> None:
    made = invite_editor(actor=SYSTEM, account_id=eike.id)
    assert visit(NEIGHBOUR).get(INVITATION_PATH.format(token=made.token)).status_code == 404
