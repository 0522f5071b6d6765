"""Everybody of the cast comes over a provider: no dump of the portal and no session holds what those told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

import pytest
from django.test import Client

from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.models import CitizenAccount
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.tests.at_keycloak import PORTAL, Person
from shared_services.identity.citizen.tests.test_dump import keys_with
from shared_services.identity.keycloak.simulators import load_cast
from shared_services.identity.keycloak.tests.walker import Visitor, one_time_code
from tenants.context import as_accounts
from tests.dumps import count_values, dump_of, dump_of_keys, pattern_of, tables_with
from tests.keycloak import KeycloakForTests

# What a provider tells of somebody, and nobody else has; town and postcode are not one person's.
TOLD: Final = ("first_name", "last_name", "email", "birth_date", "street", "organisation", "organisation_id", "bpk2")


@dataclass(frozen=True)
class Comer:
    """Somebody of the cast. `way`: the provider's alias, empty with a password at Keycloak itself.

    `comes`: whether they come in; the others are refused, by a provider or by us.
    """

    told: Mapping[str, Any]
    way: str
    comes: bool

    @property
    def values(self) -> list[str]:
        """Return what is this person's, as it is told, and the day of birth as people write it."""
        year, month, day = str(self.told.get("birth_date", "--")).split("-")
        found = [str(self.told.get(name, "")) for name in TOLD]
        made = [f"bpk2-{self.told['user']}", f"organisation-{self.told['user']}"] if self.way else []
        return [one for one in (*found, f"{day}.{month}.{year}" if year else "", *made) if one]


def comers() -> list[Comer]:
    """Return everybody but those who come to work."""
    cast = load_cast()
    ways = cycle(one.alias for one in cast.simulators if one.kind.kind in {"bundid", "state_account"})
    by_provider = [
        Comer(told, way_of(told, next(ways)), comes="level" in told and "outcome" not in told)
        for told in cast.personas
        if told["user"] != "frieda"
    ]
    return by_provider + [Comer(told, "", comes=True) for told in cast.accounts if "organisations" not in told]


def way_of(told: Mapping[str, Any], usual: str) -> str:
    """Return by which provider somebody comes: by all in turns, unless only one will do."""
    if "organisation" in told:
        return "unternehmenskonto"
    # Over SAML nobody is known again without it.
    return "bundid" if told.get("bpk2") == "" else usual


@pytest.fixture
def sits_down(fresh_database: str, keycloak: KeycloakForTests) -> Iterator[Any]:
    """Return what lets somebody sit down at Gladbeck; what they do is committed, as a dump shows nothing else."""
    discovery.forget()
    visitors: list[Visitor] = []

    def new() -> Person:
        visitors.append(Visitor(keycloak.issuer, "", ""))
        return Person(Client(headers={"host": "gladbeck.localhost"}), visitors[-1])

    yield new
    for one in visitors:
        one.close()
    discovery.forget()


def come(one: Comer, person: Person) -> None:
    """Sign in at the provider, answer whatever is asked, and remember a service."""
    user = one.told["user"]
    person.begin(**({"ueber": one.way} if one.way else {}))
    person.visitor.sign_in(user)
    if one.told.get("outcome") == "cancel":
        person.visitor.submit(cancel="Ablehnen")
    if person.visitor.answer:
        back = person.come_back()
        if "factor" in one.told:
            person.visitor.follow(back["Location"]).submit(otp=one_time_code(one.told["factor"]))
            person.come_back()
    is_in = person.client.get(PORTAL).status_code == 200
    assert is_in == one.comes, f"{user} by {one.way}: {person.visitor.heading()}"
    if is_in:
        assert person.client.post(f"{PORTAL}merken/hund-anmelden/").status_code == 302


def known_of_all() -> tuple[list[str], set[str]]:
    """Return the ids of all accounts, and what is known of their owners."""
    with as_accounts():
        ids = list(CitizenAccount.objects.values_list("id", flat=True))
    return [str(one) for one in ids], {known.value for one in ids for known in list_attributes(one).values()}


def test_no_dump_and_no_session_holds_what_providers_told(fresh_database: str, sits_down: Any) -> None:
    everybody = comers()
    values = sorted({value for one in everybody for value in one.values})
    before = count_values(dump_of(fresh_database), values)
    accounts_before, _known = known_of_all()
    for one in everybody:
        come(one, sits_down())
    accounts, known = known_of_all()
    new = set(accounts) - set(accounts_before)
    # Of one person with two names the later one is known.
    names = {one.told.get("bpk2") or one.told["user"]: one.told.get("last_name", "") for one in everybody if one.comes}
    assert set(names.values()) - {""} <= known, "what was told has been written"
    assert len(new) == len(names)
    dump = dump_of(fresh_database)
    found = tables_with(dump, sorted(new))
    assert {"public.accounts_citizenaccount", "public.accounts_accountattribute"} <= set(found), "it is in the dump"
    assert "t_gladbeck.bookmarks_bookmark" in found, "in the town, too"
    # Names are words: the demo's own texts have some of them.
    assert count_values(dump, values) - before == {}
    assert count_values(dump_of_keys(), values) == {}
    assert [key for value in values for key in keys_with(pattern_of(value))] == []
