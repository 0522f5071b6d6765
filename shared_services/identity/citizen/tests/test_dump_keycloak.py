"""Somebody comes over an identity provider: no dump of the portal and no session holds what it told of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client

from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.models import CitizenAccount
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.tests.at_keycloak import PORTAL, Person
from shared_services.identity.citizen.tests.test_dump import keys_with
from shared_services.identity.keycloak.simulators import load_cast
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.context import as_accounts
from tests.dumps import dump_of, dump_of_keys, tables_with
from tests.keycloak import KeycloakForTests

# One of the cast of whom the provider tells everything; town and postcode are not one person's.
USER = "erika"
TOLD = ("first_name", "last_name", "email", "birth_date", "street")


def values_of(persona: Mapping[str, Any]) -> list[str]:
    """Return what is one person's, as the provider tells it, and the day of birth as people write it."""
    year, month, day = str(persona["birth_date"]).split("-")
    return [*(str(persona[name]) for name in TOLD), f"{day}.{month}.{year}", f"bpk2-{persona['user']}"]


@pytest.fixture
def erika(fresh_database: str, keycloak: KeycloakForTests) -> Iterator[Person]:
    """Return a browser of hers at Gladbeck; what it does is committed, as a dump shows nothing else."""
    discovery.forget()
    visitor = Visitor(keycloak.issuer, "", "")
    yield Person(Client(headers={"host": "gladbeck.localhost"}), visitor)
    visitor.close()
    discovery.forget()


def test_no_dump_and_no_session_holds_what_a_provider_told(fresh_database: str, erika: Person) -> None:
    (persona,) = (one for one in load_cast().personas if one["user"] == USER)
    values = values_of(persona)
    erika.begin(ueber="bundid", niveau="hoch").sign_in(USER)
    assert erika.level() == "hoch"
    assert erika.client.post(f"{PORTAL}merken/hund-anmelden/").status_code == 302
    with as_accounts():
        account = CitizenAccount.objects.order_by("-id")[0]
    known = {name: one.value for name, one in list_attributes(account.id).items()}
    assert known["family_name"] == persona["last_name"], "what was told has been written"
    assert known["street"] == persona["street"]
    dump = dump_of(fresh_database)
    found = tables_with(dump, [str(account.id)])
    assert {"public.accounts_citizenaccount", "public.accounts_accountattribute"} <= set(found), "it is in the dump"
    assert "t_gladbeck.bookmarks_bookmark" in found, "in the town, too"
    assert tables_with(dump, values) == []
    assert tables_with(dump_of_keys(), values) == []
    assert keys_with("|".join(re.escape(form) for one in values for form in (one, one.encode().hex()))) == []
