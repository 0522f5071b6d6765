"""What a portal's client is: exact addresses, a secret that nobody stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from shared_services.identity.keycloak.clients import WantedClient, credentials_of, list_wanted
from shared_services.identity.keycloak.models import PortalClient
from tenants.errors import ExternalPermanent
from tenants.registry.sites import TenantInfo, directory


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_KEY = "ein Schlüssel"


@pytest.fixture
def wanted(db: None) -> dict[str, WantedClient]:
    return {one.client_id: one for one in list_wanted(directory.snapshot())}


def test_every_portal_has_one(wanted: dict[str, WantedClient]) -> None:
    assert {"portal-gladbeck", "umbrella-emscher-lippe", "console"} <= wanted.keys()
    assert len(wanted) == len(directory.snapshot().tenants) + len(directory.snapshot().regions) + 1


def test_addresses_are_exact(wanted: dict[str, WantedClient]) -> None:
    for one in wanted.values():
        addresses = [*one.representation["redirectUris"], one.representation["attributes"]["post.logout.redirect.uris"]]
        assert not [address for address in addresses if "*" in address or "+" in address]
        assert one.representation["attributes"]["pkce.code.challenge.method"] == "S256"


def test_only_the_code_flow_is_open(wanted: dict[str, WantedClient]) -> None:
    for one in wanted.values():
        flows = ("implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled", "publicClient")
        assert not any(one.representation[name] for name in flows)


def test_towns_have_an_organisation_with_no_address_that_mail_could_have(wanted: dict[str, WantedClient]) -> None:
    organisation = wanted["portal-gladbeck"].organisation
    assert organisation is not None
    assert [domain["name"] for domain in organisation["domains"]] == ["gladbeck.verbund.invalid"]
    aliases = [one.organisation["alias"] for one in wanted.values() if one.organisation]
    assert {"redaktion_emscher-lippe", "konsole_betrieb"} <= set(aliases)
    assert len(aliases) == len(set(aliases)) == len(wanted)


def test_a_region_s_colours_come_along(wanted: dict[str, WantedClient]) -> None:
    assert wanted["portal-gladbeck"].representation["attributes"]["verbund.light.primary"] == "#00596b"


def test_a_request_s_portal_knows_its_client_without_a_query(
    gladbeck: TenantInfo, dorsten: TenantInfo, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here, there = directory.resolve(gladbeck.host), directory.resolve(dorsten.host)
    assert here is not None
    assert there is not None
    with django_assert_num_queries(0):
        ours, theirs = credentials_of(here), credentials_of(there)
    assert ours.client_id == "portal-gladbeck"
    assert len(ours.secret) >= 40
    assert ours.secret != theirs.secret


def test_the_secret_is_never_shown(gladbeck: TenantInfo, wanted: dict[str, WantedClient]) -> None:
    site = directory.resolve(gladbeck.host)
    assert site is not None
    client = credentials_of(site)
    assert client.secret not in repr(client)
    assert client.secret not in repr(wanted["portal-gladbeck"])
    assert "secret" not in {field.name for field in PortalClient._meta.get_fields()}


@pytest.mark.parametrize("name", ["VERBUND_KEYCLOAK_KEY", "VERBUND_KEYCLOAK_REALM"])
def test_another_key_or_realm_is_another_secret(gladbeck: TenantInfo, settings: Any, name: str) -> None:
    site = directory.resolve(gladbeck.host)
    assert site is not None
    before = credentials_of(site).secret
    setattr(settings, name, "anders")
    assert credentials_of(site).secret != before


def test_without_a_key_there_is_no_secret(gladbeck: TenantInfo, settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_KEY = ""
    site = directory.resolve(gladbeck.host)
    assert site is not None
    with pytest.raises(ExternalPermanent, match="VERBUND_KEYCLOAK_KEY"):
        credentials_of(site)


def test_the_print_covers_secret_and_addresses(
    wanted: dict[str, WantedClient], settings: Any, visit: Callable[[str], object]
) -> None:
    before = wanted["portal-gladbeck"].print
    settings.VERBUND_PUBLIC_PORT = "4711"
    moved = {one.client_id: one for one in list_wanted(directory.snapshot())}["portal-gladbeck"].print
    settings.VERBUND_KEYCLOAK_KEY = "anders"
    rekeyed = {one.client_id: one for one in list_wanted(directory.snapshot())}["portal-gladbeck"].print
    assert len({before, moved, rekeyed}) == 3
