"""Accounts of the cast and browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shared_services.identity.tests.cast import CONSOLE, PASSWORD, SYSTEM, attempt, make_staff
from tenants.accounts import AccountInfo
from tenants.operators.services import create_operator_account
from tenants.registry.sites import TenantInfo


@pytest.fixture
def administrator(gladbeck: TenantInfo) -> AccountInfo:
    """Return an administrator of Gladbeck."""
    return make_staff(gladbeck, "ada.ministrator@gladbeck.test", "administrator")


@pytest.fixture
def editor(gladbeck: TenantInfo) -> AccountInfo:
    """Return an editor of Gladbeck."""
    return make_staff(gladbeck, "edda.redaktion@gladbeck.test", "editor")


@pytest.fixture
def operator(gladbeck: TenantInfo) -> AccountInfo:
    """Return a person of the IT provider that runs Gladbeck."""
    return create_operator_account(
        actor=SYSTEM,
        operator_slug=gladbeck.operator.slug,
        email="otto.perator@provider.test",
        name="Otto Perator",
        password=PASSWORD,
    )


@pytest.fixture
def signed_in(visit: Callable[[str], Client], gladbeck: TenantInfo) -> Callable[[AccountInfo], Client]:
    """Return a new browser in which the account is signed in."""

    def sign_in(account: AccountInfo) -> Client:
        hosts = {"operator": CONSOLE, "editor": f"{account.region}.localhost", "staff": gladbeck.host}
        client = visit(hosts[account.kind])
        assert attempt(client, account.email).status_code == 302
        return client

    return sign_in
