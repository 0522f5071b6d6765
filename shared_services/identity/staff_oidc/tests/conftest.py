"""People at Keycloak, and the accounts that they have here or have not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any

import pytest
from django.test import Client

from shared_services.identity.citizen import discovery
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.keycloak.cast import load_accounts
from shared_services.identity.keycloak.tests.walker import Visitor
from shared_services.identity.staff_oidc.commands import link_account
from shared_services.identity.staff_oidc.places import find_place
from shared_services.identity.staff_oidc.tests.cast import Worker
from shared_services.identity.tests.cast import SYSTEM, make_staff
from tenants.accounts import AccountInfo
from tenants.registry.sites import TenantInfo
from tests.keycloak import KeycloakForTests

NewWorker = Callable[..., Worker]


@pytest.fixture(autouse=True)
def _factor_required(settings: Any) -> None:
    settings.VERBUND_STAFF_SECOND_FACTOR = "required"


@pytest.fixture
def worker(keycloak: KeycloakForTests, visit: Callable[[str], Client]) -> Iterator[NewWorker]:
    """Return what makes somebody new at Keycloak, with a browser at a host; `factor=False` has no app yet."""
    discovery.forget()
    made: list[Worker] = []

    def new(host: str, *, factor: bool = True) -> Worker:
        user = f"arbeit-{token_hex(4)}"
        secret = f"geheimnis-{user}" if factor else ""
        person = {"user": user, "email": f"{user}@example.org", "first_name": "Wilma", "last_name": "Werk"}
        load_accounts(only=[{**person, "factor": secret}])
        made.append(Worker(visit(host), Visitor(keycloak.issuer, "", ""), user, secret))
        return made[-1]

    yield new
    api = Api(realm_admin())
    for one in made:
        one.visitor.close()
        for found in api.get("/users", username=one.user, exact="true"):
            api.delete(f"/users/{found['id']}")
    discovery.forget()


@pytest.fixture
def colleague(worker: NewWorker, gladbeck: TenantInfo) -> Worker:
    """Return an editor of Gladbeck whose account is linked."""
    one = worker(gladbeck.host)
    make_staff(gladbeck, f"{one.user}@gladbeck.test", "editor")
    link(one, "gladbeck")
    return one


def link(one: Worker, place: str) -> AccountInfo:
    """Link somebody's account at a place."""
    email = f"{one.user}@{place}.test"
    return link_account(actor=SYSTEM, place=find_place(place), email=email, user=one.user, keep_factors=True)
