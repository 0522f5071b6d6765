"""An invitation opens one account, once, for a fortnight."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shared_services.identity.onboarding import INVITATION_PATH, seed_first_invitation
from shared_services.identity.tests.cast import PASSWORD, SYSTEM, attempt, text_of
from tenants.accounts import AccountInfo
from tenants.context import in_tenant
from tenants.provisioning.seeds import SeedContext
from tenants.registry.sites import TenantInfo
from tenants.staff import services as staff
from tenants.staff.models import Invitation, StaffAccount
from tenants.staff.tokens import LIFETIME

Visit = Callable[[str], Client]
SignedIn = Callable[[AccountInfo], Client]
FORM = {"name": "Nele  Neu", "password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture
def token(gladbeck: TenantInfo, administrator: AccountInfo) -> str:
    """Return the token of an open invitation of an editor."""
    with in_tenant(gladbeck.ref):
        return staff.invite(actor=administrator.as_actor(), email="Nele.Neu@Gladbeck.test", roles=["editor"]).token


def link(token: str) -> str:
    return INVITATION_PATH.format(token=token)


def test_the_path_told_at_onboarding_is_the_route() -> None:
    assert reverse("identity:invitation", args=["x"], urlconf="federation.urls.tenant") == link("x")


def test_accepting_makes_an_account_that_can_sign_in(visit: Visit, gladbeck: TenantInfo, token: str) -> None:
    client = visit(gladbeck.host)
    assert "nele.neu@gladbeck.test" in text_of(client.get(link(token)))
    page = client.post(link(token), FORM, follow=True)
    assert "Ihr Zugang ist eingerichtet." in text_of(page)
    assert attempt(client, "nele.neu@gladbeck.test").status_code == 302
    with in_tenant(gladbeck.ref):
        account = StaffAccount.objects.get(email="nele.neu@gladbeck.test")
    assert (account.name, account.roles) == ("Nele Neu", ["editor"])


def test_a_link_works_once(visit: Visit, gladbeck: TenantInfo, token: str) -> None:
    assert visit(gladbeck.host).post(link(token), FORM).status_code == 302
    again = visit(gladbeck.host).post(link(token), {**FORM, "name": "Dieb"})
    assert again.status_code == 404
    assert "gilt nicht" in text_of(again)


def test_a_link_expires(visit: Visit, gladbeck: TenantInfo, token: str) -> None:
    with in_tenant(gladbeck.ref):
        invitation = Invitation.objects.get(email="nele.neu@gladbeck.test")
        assert timedelta(0) < invitation.expires_at - timezone.now() <= LIFETIME
        Invitation.objects.filter(id=invitation.id).update(expires_at=timezone.now())
    assert visit(gladbeck.host).get(link(token)).status_code == 404
    assert visit(gladbeck.host).post(link(token), FORM).status_code == 404


def test_a_link_of_one_town_opens_nothing_in_another(visit: Visit, dorsten: TenantInfo, token: str) -> None:
    assert visit(dorsten.host).get(link(token)).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "a" * 500, "ü"])
def test_unknown_links_are_not_found(visit: Visit, gladbeck: TenantInfo, wrong: str) -> None:
    assert visit(gladbeck.host).get(link(wrong)).status_code == 404


def test_only_a_hash_is_stored(gladbeck: TenantInfo, token: str) -> None:
    with in_tenant(gladbeck.ref):
        stored = Invitation.objects.get(email="nele.neu@gladbeck.test")
    assert token not in str(vars(stored))
    assert re.fullmatch(r"[0-9a-f]{64}", stored.token_hash)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": " "}, "Vor- und Nachname"),
        ({"password": "kurz", "password_again": "kurz"}, "mindestens 12 Zeichen"),
        ({"password_again": "anders"}, "verschieden"),
    ],
)
def test_refusals_keep_the_link_alive(
    visit: Visit, gladbeck: TenantInfo, token: str, data: dict[str, str], message: str
) -> None:
    refused = visit(gladbeck.host).post(link(token), {**FORM, **data})
    assert refused.status_code == 422
    assert message in text_of(refused)
    assert visit(gladbeck.host).post(link(token), FORM).status_code == 302


def test_a_person_who_is_signed_in_can_not_accept_by_mistake(
    signed_in: SignedIn, editor: AccountInfo, token: str
) -> None:
    client = signed_in(editor)
    assert "schon angemeldet" in text_of(client.get(link(token)))
    assert client.post(link(token), FORM).status_code == 422


def seed_context(tenant: TenantInfo, **options: str) -> SeedContext:
    return SeedContext(
        tenant=tenant.ref,
        actor=SYSTEM,
        name=tenant.name,
        official_name=tenant.official_name,
        kind=tenant.kind,
        state_code=tenant.state_code,
        ars=tenant.ars,
        host=tenant.host,
        region_slug=tenant.region_slug,
        region_name="",
        operator_name=tenant.operator.name,
        options=options,
    )


def test_onboarding_invites_the_first_administrator_once(visit: Visit, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        Invitation.objects.all().delete()
        StaffAccount.objects.all().delete()
        told = seed_first_invitation(seed_context(gladbeck, admin_email="erste@gladbeck.test"))
        assert seed_first_invitation(seed_context(gladbeck, admin_email="erste@gladbeck.test")) is None
    assert told is not None
    assert visit(gladbeck.host).post(told["invitation_path"], FORM).status_code == 302
    with in_tenant(gladbeck.ref):
        assert StaffAccount.objects.get().roles == ["administrator"]
        assert seed_first_invitation(seed_context(gladbeck, admin_email="zweite@gladbeck.test")) is None


def test_without_an_address_the_first_administrator_names_it(
    visit: Visit, gladbeck: TenantInfo, editor: AccountInfo
) -> None:
    with in_tenant(gladbeck.ref):
        Invitation.objects.all().delete()
        StaffAccount.objects.exclude(id=editor.id).delete()
        told = seed_first_invitation(seed_context(gladbeck))
    assert told is not None
    taken = visit(gladbeck.host).post(told["invitation_path"], {**FORM, "email": editor.email})
    assert taken.status_code == 422
    assert visit(gladbeck.host).post(told["invitation_path"], FORM).status_code == 422
    sent = {**FORM, "email": "Chefin@Gladbeck.test"}
    assert visit(gladbeck.host).post(told["invitation_path"], sent).status_code == 302
    assert attempt(visit(gladbeck.host), "chefin@gladbeck.test").status_code == 302
