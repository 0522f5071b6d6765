"""Accounts of IT providers' people: made by commands, seen by the console only."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from pytest_django import Settings

from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, as_umbrella, in_tenant
from tenants.errors import InvalidInput, NotAllowed, NotFound
from tenants.operators import policies, selectors, services
from tenants.operators.models import OperatorAccount
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
PASSWORD = "Kohle, Stahl und Kanäle"
DATA = {"email": "Otto@Provider.test ", "name": "Otto Perator", "password": PASSWORD}


def test_an_account_is_made_once_and_audited(gladbeck: TenantInfo) -> None:
    slug = gladbeck.operator.slug
    made = services.create_operator_account(actor=SYSTEM, operator_slug=slug, **DATA)
    again = services.create_operator_account(actor=SYSTEM, operator_slug=slug, **DATA)
    assert made.id == again.id
    assert (made.email, made.operator_id) == ("otto@provider.test", gladbeck.operator.id)
    with as_operator():
        entry = AuditEntry.objects.get(subject=made.subject)
    assert (entry.action, entry.actor_kind) == ("operator.created", "system")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"operator_slug": "gibt-es-nicht"}, NotFound),
        ({"email": "kein-at"}, InvalidInput),
        ({"actor": ANONYMOUS}, NotAllowed),
        ({"actor": Actor(kind="operator")}, NotAllowed),
    ],
)
def test_wrong_wishes_are_refused(gladbeck: TenantInfo, change: dict[str, object], error: type[Exception]) -> None:
    wish = {"actor": SYSTEM, "operator_slug": gladbeck.operator.slug, **DATA, **change}
    with pytest.raises(error):
        services.create_operator_account(**wish)  # type: ignore[arg-type]


def test_production_wants_good_passwords_from_commands_too(gladbeck: TenantInfo, settings: Settings) -> None:
    wish = {"actor": SYSTEM, "operator_slug": gladbeck.operator.slug, **DATA, "password": "kurz"}
    settings.VERBUND_MODE = "production"
    with pytest.raises(InvalidInput):
        services.create_operator_account(**wish)  # type: ignore[arg-type]
    settings.VERBUND_MODE = "demo"
    assert services.create_operator_account(**wish).is_active  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["tenant", "umbrella"])
def test_the_database_hides_the_accounts_from_towns_and_umbrellas(gladbeck: TenantInfo, place: str) -> None:
    context = in_tenant(gladbeck.ref) if place == "tenant" else as_umbrella()
    with context, pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        OperatorAccount.objects.first()


def test_the_console_can_not_make_accounts(gladbeck: TenantInfo) -> None:
    account = OperatorAccount(email="x@y.test", name="X", operator_id=gladbeck.operator.id, password="!")
    with as_operator(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        account.save(force_insert=True)


def test_deactivating_ends_sessions(gladbeck: TenantInfo) -> None:
    made = services.create_operator_account(actor=SYSTEM, operator_slug=gladbeck.operator.slug, **DATA)
    services.deactivate(actor=SYSTEM, email="OTTO@provider.test")
    with as_operator():
        now = selectors.get_session_account(made.id)
    assert now is not None
    assert (now.is_active, now.session_epoch) == (False, made.session_epoch + 1)


def test_operators_know_their_own_tenants_only(gladbeck: TenantInfo) -> None:
    own = Actor(kind="operator", operator_id=gladbeck.operator.id)
    foreign = Actor(kind="operator", operator_id=gladbeck.id)
    region = directory.snapshot().regions[gladbeck.region_slug]
    assert policies.can_manage_tenant(own, gladbeck)
    assert policies.can_onboard(own, region)
    assert not policies.can_manage_tenant(foreign, gladbeck)
    assert not policies.can_onboard(foreign, region)
    assert not policies.can_manage_tenant(ANONYMOUS, gladbeck)
    assert gladbeck in selectors.list_manageable_tenants(actor=own)
    assert selectors.list_manageable_tenants(actor=foreign) == []
    assert selectors.list_onboarding_regions(actor=foreign) == []
    assert selectors.list_colleagues(actor=ANONYMOUS) == []
