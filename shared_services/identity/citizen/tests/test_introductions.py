"""Which portal asks stands in the address to which people are led, for the provider they may come to."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from django.test import Client

from shared_services.identity.citizen.discovery import Realm
from shared_services.identity.citizen.tests.at_keycloak import Person
from shared_services.identity.citizen.tests.cast import UMBRELLA
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.registry.sites import TenantInfo
from tests.keycloak import KeycloakForTests

NAME: Final = "organization_display_name"
ID: Final = "online_service_id"
REQUEST: Final = "{https://www.akdb.de/request/2018/09}"
SHOWN: Final = "{https://www.akdb.de/request/2018/09/classic-ui/v1}"
FILE: Final = """\
providers:
  - {kind: bundid, alias: konto, display_name: Konto, protocol: oidc, online_service_id: V-1,
     towns: {gladbeck: {online_service_id: V-2, name: Serviceportal Gladbeck}}}
  - {kind: state_account, alias: land, display_name: Land, protocol: oidc, name_parameter: wer}
  - {kind: bundid, alias: bund, display_name: Bund, protocol: saml, id_parameter: bund_id, online_service_id: V-3,
     name_parameter: bund_name}
  - {kind: unternehmenskonto, alias: firma, display_name: Firma, protocol: saml}
"""


def told(address: str) -> dict[str, str]:
    """Return what an address says of the portal."""
    query = parse_qsl(urlsplit(address).query)
    return {name: value for name, value in query if name in {NAME, ID, "wer", "bund_name", "bund_id"}}


def over_saml(visitor: Visitor) -> ET.Element:
    """Return the request with which Keycloak sent somebody to a provider over SAML."""
    return ET.fromstring(base64.b64decode(visitor.saml_request))  # noqa: S314 -- written by our own Keycloak


def shown(request: ET.Element) -> list[tuple[str, str | None]]:
    """Return what a request over SAML says of the portal, in its order."""
    return [(one.tag, one.text) for one in request.findall(f".//{REQUEST}DisplayInformation/{SHOWN}Version/*")]


@pytest.fixture
def ask(
    realm: Realm, visit: Callable[[str], Client], gladbeck: TenantInfo, tmp_path: Path, settings: Any
) -> Callable[..., dict[str, str]]:
    """Return what presses "sign in" on a portal, and what the address says of the portal."""
    file = tmp_path / "providers.yaml"
    file.write_text(FILE, encoding="utf-8")
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "ein Schlüssel"
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = str(file), False

    def press(host: str = gladbeck.host, **query: str) -> dict[str, str]:
        return told(visit(host).get("/konto/anmelden/", query)["Location"])

    return press


def test_the_provider_that_people_are_led_to_hears_what_it_takes(ask: Callable[..., dict[str, str]]) -> None:
    assert ask(ueber="konto") == {NAME: "Serviceportal Gladbeck", ID: "V-2"}
    assert ask(ueber="land") == {"wer": "Stadt Gladbeck"}
    assert ask(ueber="bund") == {"bund_name": "Stadt Gladbeck", "bund_id": "V-3"}
    assert ask(ueber="firma") == {}


def test_where_people_choose_later_each_provider_hears_it_in_its_own_words(ask: Callable[..., dict[str, str]]) -> None:
    everything = {NAME: "Serviceportal Gladbeck", ID: "V-2", "wer": "Stadt Gladbeck"}
    everything |= {"bund_name": "Stadt Gladbeck", "bund_id": "V-3"}
    assert ask() == everything
    assert ask(ueber="gibt-es-nicht") == everything


def test_every_portal_has_its_own_name(ask: Callable[..., dict[str, str]], dorsten: TenantInfo) -> None:
    assert ask(dorsten.host, ueber="konto") == {NAME: "Stadt Dorsten", ID: "V-1"}
    umbrella = ask(UMBRELLA, ueber="konto")
    assert umbrella[ID] == "V-1"
    assert umbrella[NAME]
    assert umbrella[NAME] != "Stadt Gladbeck"


def test_a_faulty_file_stops_nobody(ask: Callable[..., dict[str, str]], tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(FILE.replace("V-1", "4711"), encoding="utf-8")
    settings.VERBUND_KEYCLOAK_PROVIDERS = str(file)
    assert ask(ueber="konto") == {}


def test_the_provider_itself_is_told_which_town_asks(person: Callable[[], Person], dorsten: TenantInfo) -> None:
    at_gladbeck, at_dorsten = person(), person()
    at_dorsten.client = Client(headers={"host": dorsten.host})
    seen: list[Visitor] = [one.begin(ueber="bundid").visitor for one in (at_gladbeck, at_dorsten)]
    assert {urlsplit(one.url).path for one in seen} == {"/realms/sim-bundid/protocol/openid-connect/auth"}
    assert told(seen[0].url) == {NAME: "Stadt Gladbeck", ID: "SIM-GLADBECK"}
    assert told(seen[1].url) == {NAME: "Bürgerportal Dorsten", ID: "SIM-DORSTEN"}
    assert at_gladbeck.sign_in("erika").status_code == 302


def test_over_saml_it_stands_in_the_request_that_keycloak_signs(
    person: Callable[[], Person], dorsten: TenantInfo
) -> None:
    at_gladbeck, at_dorsten = person(), person()
    at_dorsten.client = Client(headers={"host": dorsten.host})
    for one in (at_gladbeck, at_dorsten):
        one.begin(ueber="bundid-saml", niveau="hoch")
    asked = over_saml(at_gladbeck.visitor)
    assert shown(asked) == [
        (f"{SHOWN}OrganizationDisplayName", "Stadt Gladbeck"),
        (f"{SHOWN}OnlineServiceId", "SIM-GLADBECK"),
    ]
    assert [text for _tag, text in shown(over_saml(at_dorsten.visitor))] == ["Bürgerportal Dorsten", "SIM-DORSTEN"]
    wanted = {one.get("Name"): one.get("RequiredAttribute") for one in asked.iter(f"{REQUEST}RequestedAttribute")}
    assert wanted["urn:oid:1.3.6.1.4.1.25484.494450.3"] == "true"
    assert wanted["urn:oid:2.5.4.4"] == "false"
    # Signed as it is: the provider takes it, and gives the level that it asks for.
    assert at_gladbeck.sign_in("erika").status_code == 302
    assert at_gladbeck.level() == "hoch"


def test_over_saml_a_level_is_asked_for_in_the_providers_words(person: Callable[[], Person]) -> None:
    spelled = ".//{urn:oasis:names:tc:SAML:2.0:protocol}RequestedAuthnContext"
    asked = over_saml(person().begin(ueber="bundid-saml", niveau="substantiell").visitor).find(spelled)
    assert asked is not None
    assert asked.get("Comparison") == "minimum"
    assert [one.text for one in asked] == ["STORK-QAA-Level-3"]
    assert over_saml(person().begin(ueber="bundid-saml").visitor).find(spelled) is None


def test_what_somebody_writes_into_the_address_stays_text(person: Callable[[], Person]) -> None:
    begun = person()
    address = begun.client.get("/konto/anmelden/?ueber=bundid-saml")["Location"]
    own = {NAME: "Amt <b>&\u00a0Co</b>", ID: "x" * 200, "kc_idp_hint": "bundid-saml"}
    rest = [(name, value) for name, value in parse_qsl(urlsplit(address).query) if name not in own]
    begun.visitor.follow(urlsplit(address)._replace(query=urlencode([*rest, *own.items()])).geturl())
    assert [text for _tag, text in shown(over_saml(begun.visitor))] == [own[NAME]], "too long to be shown: left out"


def test_what_is_changed_behind_keycloak_the_provider_refuses(
    person: Callable[[], Person], keycloak: KeycloakForTests
) -> None:
    asked = base64.b64decode(person().begin(ueber="bundid-saml").visitor.saml_request)
    provider = f"{keycloak.url}/realms/sim-bundid-saml/protocol/saml"
    changed = asked.replace(b"Stadt Gladbeck", b"Stadt Marl")
    for request, status in ((asked, 302), (changed, 400)):
        answer = httpx.post(provider, data={"SAMLRequest": base64.b64encode(request).decode()})
        assert answer.status_code == status
