"""Operators come in by a link, as staff do; and lose a second factor by a command."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants.accounts import AccountInfo
from tenants.actors import Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator, as_projector
from tenants.errors import NotAllowed, NotFound
from tenants.mail.models import OutgoingMail
from tenants.operators import services
from tenants.operators.invitations import INVITATION_PATH, invitation_url, invite_operator
from tenants.operators.models import OperatorAccount, OperatorInvitation
from tenants.registry.sites import TenantInfo

SYSTEM = system_actor("tests")
PASSWORD = "Haldenzeichen über dem Kanal 9"
EMAIL = "otto@provider.test"


@pytest.fixture
def otto(gladbeck: TenantInfo) -> AccountInfo:
    """Return a person who has no password yet."""
    return services.create_operator_account(
        actor=SYSTEM, operator_slug=gladbeck.operator.slug, email=EMAIL, name="Otto Perator"
    )


@pytest.fixture
def console(settings: object) -> Client:
    """Return an anonymous browser at the console."""
    return Client(headers={"host": settings.VERBUND_CONSOLE_HOST})  # type: ignore[attr-defined]


def test_the_link_leads_to_the_route() -> None:
    assert reverse("identity:invitation", urlconf="federation.urls.console", args=["x"]) == INVITATION_PATH.format(
        token="x"
    )


def test_an_invited_person_sets_the_password_and_signs_in(otto: AccountInfo, console: Client) -> None:
    assert console.post("/anmelden/", {"email": EMAIL, "password": PASSWORD}).status_code == 422
    made = invite_operator(actor=SYSTEM, email=EMAIL.upper())
    assert made.token not in repr(made)
    with as_projector():
        assert OutgoingMail.objects.filter(kind="account.invited").count() == 1
    path = f"/einladung/{made.token}/"
    assert invitation_url(made).endswith(path)
    assert "Otto Perator" in console.get(path).content.decode()
    assert console.post(path, {"password": "kurz", "password_again": "kurz"}).status_code == 422
    sent = {"password": PASSWORD, "password_again": PASSWORD}
    assert console.post(path, sent)["Location"] == "/anmelden/"
    assert console.post("/anmelden/", {"email": EMAIL, "password": PASSWORD})["Location"] == "/"
    assert Client(headers={"host": console.defaults["HTTP_HOST"]}).post(path, sent).status_code == 404, "it works once"
    with as_operator():
        assert AuditEntry.objects.filter(subject=otto.subject, action="operator.invitation_accepted").exists()


def test_a_new_link_ends_the_earlier_one_and_each_ends_by_itself(otto: AccountInfo, console: Client) -> None:
    first, second = (invite_operator(actor=SYSTEM, email=EMAIL) for _number in range(2))
    assert console.get(f"/einladung/{first.token}/").status_code == 404
    assert console.get(f"/einladung/{second.token}/").status_code == 200
    with as_migration():
        OperatorInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert console.get(f"/einladung/{second.token}/").status_code == 404


def test_only_commands_invite(otto: AccountInfo, gladbeck: TenantInfo) -> None:
    colleague = Actor(kind="operator", id=otto.id, operator_id=gladbeck.operator.id)
    with pytest.raises(NotAllowed):
        invite_operator(actor=colleague, email=EMAIL)
    with pytest.raises(NotAllowed):
        services.reset_factor(actor=colleague, email=EMAIL)
    with pytest.raises(NotFound):
        invite_operator(actor=SYSTEM, email="niemand@provider.test")
    services.deactivate(actor=SYSTEM, email=EMAIL)
    with pytest.raises(NotAllowed):
        invite_operator(actor=SYSTEM, email=EMAIL)


def test_a_lost_factor_is_taken_away_by_a_command(otto: AccountInfo) -> None:
    with as_operator():
        services.FACTORS.begin(actor=otto.as_actor(), issuer="Tests")
        OperatorAccount.objects.filter(id=otto.id).update(factor_since=timezone.now())
    services.reset_factor(actor=SYSTEM, email=EMAIL)
    with as_operator():
        row = OperatorAccount.objects.get(id=otto.id)
        assert AuditEntry.objects.filter(subject=otto.subject, action="operator.factor_reset").count() == 1
    assert (row.factor_sealed, row.factor_since, row.session_epoch) == (None, None, otto.session_epoch + 1)
