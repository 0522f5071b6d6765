"""Identity providers as plugins: a kind of one's own, and what a faulty one is told."""

from __future__ import annotations

from typing import Any

import pytest

from shared_services.identity.keycloak.brokers import build_brokers
from shared_services.identity.keycloak.description import DescriptionError
from shared_services.identity.keycloak.extension import NO_ADDRESS
from shared_services.identity.keycloak.flows import FIRST_BROKER, POST_BROKER
from shared_services.identity.keycloak.providers import providers
from shared_services.identity.keycloak.providers.base import ProviderKind, Told, read_entry
from shared_services.identity.keycloak.providers.registry import ProviderRegistry

DEMO = ProviderKind(
    kind="demo",
    label="Demo",
    tells={"contact_email": Told(oidc="mail", saml="Mail")},
    identified_by="contact_email",
    fixed_level="basis",
)
OIDC = {
    "alias": "konto",
    "display_name": "Konto",
    "protocol": "oidc",
    "issuer": "https://konto.example/",
    "client_id": "verbund",
    "client_secret": "geheim",
}
SAML = {
    "kind": "bundid",
    "alias": "bundid",
    "display_name": "BundID",
    "protocol": "saml",
    "entity_id": "https://id.example",
    "sso_url": "https://id.example/sso",
    "metadata_url": "https://id.example/metadata",
}
STAFF = {"places": ["gladbeck"], "person_attribute": "Personalnummer"}
REALM_URL = "https://login.example/realms/verbund"


def test_a_kind_of_ones_own_is_a_value_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_kinds", dict(providers._kinds))
    providers.register(DEMO)
    (broker,) = build_brokers([read_entry({**OIDC, "kind": "demo"})], realm_url=REALM_URL)
    assert broker.provider["config"]["issuer"] == "https://konto.example"
    mappers = {one["name"]: one["config"] for one in broker.mappers}
    assert mappers["contact_email"]["claim"] == "mail"
    assert mappers["trust_level"]["attribute.value"] == "basis"


@pytest.mark.parametrize("kind", sorted(providers._kinds))
@pytest.mark.parametrize("row", [SAML, OIDC])
def test_mail_addresses_that_are_told_are_never_what_accounts_are_found_by(kind: str, row: dict[str, Any]) -> None:
    places = STAFF if providers.get(kind).for_staff else {}
    (broker,) = build_brokers([read_entry({**row, "kind": kind, **places})], realm_url=REALM_URL)
    assert "email" not in {mapper["config"].get("user.attribute") for mapper in broker.mappers}
    assert NO_ADDRESS in {mapper["identityProviderMapper"] for mapper in broker.mappers}


@pytest.mark.parametrize(("row", "who"), [(SAML, "ATTRIBUTE.urn:oid:1.3.6.1.4.1.25484.494450.3"), (OIDC, "CLAIM.sub")])
def test_one_person_has_a_name_of_its_own_with_each_provider(row: dict[str, Any], who: str) -> None:
    (broker,) = build_brokers([read_entry({**row, "kind": "bundid"})], realm_url=REALM_URL)
    (mapper,) = [one for one in broker.mappers if one["name"] == "username"]
    assert mapper["config"]["template"] == f"${{ALIAS}}.${{{who}}}"


def test_a_directory_of_staff_is_offered_to_nobody_but_its_own_people() -> None:
    (broker,) = build_brokers([read_entry({**SAML, "kind": "staff_directory", **STAFF})], realm_url=REALM_URL)
    assert broker.provider["hideOnLogin"] is True
    assert broker.provider["config"]["principalAttribute"] == "Personalnummer"


def test_a_kind_is_registered_once_and_tells_a_level_or_has_one() -> None:
    registry = ProviderRegistry([DEMO])
    with pytest.raises(ValueError, match="two kinds"):
        registry.register(DEMO)
    with pytest.raises(ValueError, match="either"):
        ProviderRegistry([ProviderKind("x", "X", {"email": Told("a", "b")}, "email")])
    with pytest.raises(ValueError, match="identified by"):
        ProviderRegistry([ProviderKind("x", "X", {}, "email", fixed_level="basis")])


def test_every_provider_goes_through_the_flow_that_makes_levels() -> None:
    for broker in build_brokers([read_entry(SAML)], realm_url=REALM_URL):
        assert broker.provider["postBrokerLoginFlowAlias"] == POST_BROKER
        assert broker.provider["firstBrokerLoginFlowAlias"] == FIRST_BROKER
        assert broker.provider["config"]["syncMode"] == "FORCE"
        assert {mapper["config"]["syncMode"] for mapper in broker.mappers} == {"FORCE"}


def test_bundid_is_recognised_by_bpk2_and_signatures_are_checked() -> None:
    (broker,) = build_brokers([read_entry(SAML)], realm_url=REALM_URL)
    config = broker.provider["config"]
    assert config["principalAttribute"] == "urn:oid:1.3.6.1.4.1.25484.494450.3"
    assert (config["validateSignature"], config["wantAssertionsSigned"]) == ("true", "true")


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**OIDC, "kind": "state_account", "client_secret": "${KONTO_SECRET}"}
    with pytest.raises(DescriptionError, match="KONTO_SECRET is not set"):
        read_entry(row)
    monkeypatch.setenv("KONTO_SECRET", "aus der Umgebung")
    assert read_entry(row).need("client_secret") == "aus der Umgebung"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**OIDC, "kind": "unbekannt"}, "known: bundid"),
        ({**OIDC, "kind": "bundid", "issuer": ""}, "issuer is missing"),
        ({**OIDC, "kind": "bundid", "alias": "Groß Schreibung"}, "needs kind, alias"),
        ({**OIDC, "kind": "bundid", "protocol": "ldap"}, "needs kind, alias"),
        ({**OIDC, "kind": "staff_directory"}, "places says at which places people work"),
        ({**OIDC, "kind": "staff_directory", "places": []}, "places says at which places people work"),
        ({**OIDC, "kind": "staff_directory", "places": "gladbeck"}, "places is a list"),
        ({**OIDC, "kind": "bundid", "places": ["gladbeck"]}, "places is for directories of staff"),
        ({**SAML, "kind": "staff_directory", "places": ["gladbeck"]}, "person_attribute is missing"),
    ],
)
def test_a_faulty_entry_is_told_what_is_wrong(row: dict[str, Any], says: str) -> None:
    with pytest.raises(DescriptionError, match=says):
        build_brokers([read_entry(row)], realm_url=REALM_URL)
