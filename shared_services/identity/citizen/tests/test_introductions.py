"""Which portal asks stands in the address to which people are led, for the provider they may come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from shared_services.identity.citizen.discovery import Realm
from shared_services.identity.citizen.tests.at_keycloak import Person
from shared_services.identity.citizen.tests.cast import UMBRELLA
from shared_services.identity.keycloak.tests.walker import Visitor
from tenants.registry.sites import TenantInfo

NAME: Final = "organization_display_name"
ID: Final = "online_service_id"
FILE: Final = """\
providers:
  - {kind: bundid, alias: konto, display_name: Konto, protocol: oidc, online_service_id: V-1,
     towns: {gladbeck: {online_service_id: V-2, name: Serviceportal Gladbeck}}}
  - {kind: state_account, alias: land, display_name: Land, protocol: oidc, name_parameter: wer}
  - {kind: bundid, alias: bund, display_name: Bund, protocol: saml}
"""


def told(address: str) -> dict[str, str]:
    """Return what an address says of the portal."""
    return {name: value for name, value in parse_qsl(urlsplit(address).query) if name in {NAME, ID, "wer"}}


@pytest.fixture
def ask(
    realm: Realm, visit: Callable[[str], Client], gladbeck: TenantInfo, tmp_path: Path, settings: Any
) -> Callable[..., dict[str, str]]:
    """Return what presses "sign in" on a portal, and what the address says of the portal."""
    file = tmp_path / "providers.yaml"
    file.write_text(FILE, encoding="utf-8")
    settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "ein Schlüssel"
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS = str(file), False

    def press(host: str = gladbeck.host, **query: str) -> dict[str, str]:
        return told(visit(host).get("/konto/anmelden/", query)["Location"])

    return press


def test_the_provider_that_people_are_led_to_hears_what_it_takes(ask: Callable[..., dict[str, str]]) -> None:
    assert ask(ueber="konto") == {NAME: "Serviceportal Gladbeck", ID: "V-2"}
    assert ask(ueber="land") == {"wer": "Stadt Gladbeck"}
    assert ask(ueber="bund") == {}


def test_where_people_choose_later_each_provider_hears_it_in_its_own_words(ask: Callable[..., dict[str, str]]) -> None:
    everything = {NAME: "Serviceportal Gladbeck", ID: "V-2", "wer": "Stadt Gladbeck"}
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
