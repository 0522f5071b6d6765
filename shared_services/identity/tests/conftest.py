"""Accounts of the cast and browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shared_services.identity.tests.authenticator import Device
from shared_services.identity.tests.cast import (
    CONSOLE,
    PASSWORD,
    SYSTEM,
    UMBRELLAS,
    attempt,
    make_editor,
    make_staff,
)
from shared_services.identity.tests.factors import Clock, Worker
from tenants import onetimepasswords
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


@pytest.fixture
def worker(
    gladbeck: TenantInfo, editor: AccountInfo, operator: AccountInfo, visit: Callable[[str], Client]
) -> Callable[[str], Worker]:
    """Return what lets somebody of a kind sit down."""

    def new(kind: str) -> Worker:
        if kind == "staff":
            account, host = editor, gladbeck.host
        elif kind == "operator":
            account, host = operator, CONSOLE
        else:
            account, host = make_editor("emscher-lippe"), UMBRELLAS[0]
        return Worker(account, visit(host), Device(host))

    return new


@pytest.fixture
def edda(worker: Callable[[str], Worker]) -> Worker:
    """Return an editor of Gladbeck."""
    return worker("staff")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock for codes that stands until a test moves it."""
    standing = Clock()
    monkeypatch.setattr(onetimepasswords, "time", standing)
    return standing
