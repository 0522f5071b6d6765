"""What providers are told of portals: read from the file, checked, and handed on by the broker entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from shared_services.identity.citizen.endings import find_ending
from shared_services.identity.keycloak.applying import load_wanted
from shared_services.identity.keycloak.brokers import build_brokers
from shared_services.identity.keycloak.description import DescriptionError
from shared_services.identity.keycloak.doctor import examine_introductions
from shared_services.identity.keycloak.known import list_known, provider_name
from shared_services.identity.keycloak.providers.base import ProviderKind, Takes, read_entry
from shared_services.identity.keycloak.providers.contrib.bundid import BUNDID
from shared_services.identity.keycloak.providers.introductions import (
    Introduction,
    Portal,
    check_together,
    read_introduction,
    tidy_name,
)
from tenants.errors import InvalidInput
from tenants.registry.sites import TenantInfo

KIND: Final = replace(BUNDID, takes=Takes(name="wer", service_id="dienst"))
NO_EXTENSION: Final = replace(KIND, saml_extension="")
GLADBECK: Final = Portal("towns", "gladbeck", "Stadt Gladbeck")
ENTRY: Final = """\
providers:
  - kind: bundid
    alias: konto
    display_name: Konto
    protocol: oidc
    issuer: https://konto.example
    client_id: verbund
    client_secret: geheim
"""


def introduction(said: dict[str, Any], takes: Takes = KIND.takes) -> Introduction:
    return read_introduction(said, alias="konto", protocol="oidc", kind=replace(KIND, takes=takes))


def over_saml(said: dict[str, Any], kind: ProviderKind = KIND, **config: str) -> Introduction:
    return read_introduction(said, alias="konto", protocol="saml", kind=kind, config=config)


def saml_config(kind: str, **said: object) -> dict[str, str]:
    """Return what the extension reads of a broker entry over SAML."""
    row = {"alias": "konto", "display_name": "Konto", "protocol": "saml", "entity_id": "konto", "kind": kind}
    entry = read_entry({**row, "sso_url": "https://konto.example/sso", "metadata_url": "https://konto.example", **said})
    (broker,) = build_brokers([entry], realm_url="https://login.example/realms/verbund")
    return {name: value for name, value in broker.provider["config"].items() if name.startswith("verbund")}


def forwarded(kind: str, **said: object) -> str:
    row = {"alias": "konto", "display_name": "Konto", "protocol": "oidc", "issuer": "https://konto.example"}
    entry = read_entry({**row, "kind": kind, "client_id": "verbund", "client_secret": "geheim", **said})
    (broker,) = build_brokers([entry], realm_url="https://login.example/realms/verbund")
    return str(broker.provider["config"]["forwardParameters"])


@pytest.fixture
def providers_file(tmp_path: Path, settings: Any) -> Callable[[str], None]:
    """Return what names the operator's file: one provider, and this said of portals."""

    def use(said: str) -> None:
        file = tmp_path / "providers.yaml"
        file.write_text(ENTRY + said, encoding="utf-8")
        settings.VERBUND_LOGIN, settings.VERBUND_KEYCLOAK_KEY = "keycloak", "ein Schlüssel"
        settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = str(file), False

    return use


def test_a_portal_is_told_by_its_name_and_by_the_id_of_the_deployment() -> None:
    assert introduction({"online_service_id": "V-1"}).say(GLADBECK) == {"wer": "Stadt Gladbeck", "dienst": "V-1"}


def test_what_the_file_says_of_a_town_goes_before() -> None:
    said = introduction(
        {
            "online_service_id": "V-1",
            "towns": {"gladbeck": {"online_service_id": "V-2", "name": "Serviceportal Gladbeck"}},
            "umbrellas": {"gladbeck": {"online_service_id": "V-3"}},
        }
    )
    assert said.say(GLADBECK) == {"wer": "Serviceportal Gladbeck", "dienst": "V-2"}
    assert said.say(Portal("umbrellas", "gladbeck", "Region")) == {"wer": "Region", "dienst": "V-3"}
    assert said.say(Portal("towns", "marl", "Stadt Marl")) == {"wer": "Stadt Marl", "dienst": "V-1"}


def test_without_an_id_only_the_name_is_told() -> None:
    assert introduction({}).say(GLADBECK) == {"wer": "Stadt Gladbeck"}


def test_a_name_from_the_registry_is_bounded_and_means_nothing_in_an_address() -> None:
    assert tidy_name("Stadt  {Bad} 100%_Köln/Süd (Eifel)\n") == "Stadt Bad 100 Köln/Süd (Eifel)"
    assert len(tidy_name("x" * 500)) == 100


def test_keycloak_hands_on_what_the_kind_takes_or_the_file_names() -> None:
    assert forwarded("bundid") == "acr_values,organization_display_name,online_service_id"
    assert forwarded("bundid", name_parameter="anbieter", id_parameter="") == "acr_values,anbieter"
    assert forwarded("state_account") == "acr_values"
    assert forwarded("state_account", id_parameter="dienst", online_service_id="V-1") == "acr_values,dienst"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"online_service_id": 4711}, "text in quotes"),
        ({"online_service_id": "mit Leerzeichen"}, "text in quotes"),
        ({"online_service_id": "x" * 81}, "text in quotes"),
        ({"towns": ["gladbeck"]}, "towns must name portals"),
        ({"towns": {"gladbeck": {"id": "V-1"}}}, "towns gladbeck has a name"),
        ({"towns": {"gladbeck": {"name": "Stadt {Gladbeck}"}}}, "towns gladbeck: a name"),
        ({"umbrellas": {"region": {"name": ""}}}, "umbrellas region: a name"),
        ({"umbrellas": {"region": {"name": "x" * 101}}}, "umbrellas region: a name"),
        ({"name_parameter": "redirect_uri"}, "redirect_uri means something else"),
        ({"id_parameter": "kc_idp_hint"}, "kc_idp_hint means something else"),
        ({"id_parameter": "a,b"}, "no name of a parameter"),
        ({"id_parameter": "", "online_service_id": "V-1"}, "needs an id_parameter"),
        ({"name_parameter": "", "towns": {"gladbeck": {"name": "Gladbeck"}}}, "needs a name_parameter"),
    ],
)
def test_a_fault_is_named_with_its_place(said: dict[str, Any], says: str) -> None:
    with pytest.raises(DescriptionError, match=says):
        introduction(said)


def test_over_saml_a_portal_says_the_same_and_keycloak_puts_it_into_the_providers_extension() -> None:
    assert over_saml({"online_service_id": "V-1"}).say(GLADBECK) == {"wer": "Stadt Gladbeck", "dienst": "V-1"}
    written = saml_config("bundid")
    assert written["verbundExtension"] == "akdb"
    assert written["verbundNameParameter"] == "organization_display_name"
    assert written["verbundIdParameter"] == "online_service_id"
    first, *others = written["verbundAttributes"].split()
    assert first == BUNDID.tells["bpk2"].saml, "the one without which nobody is recognised"
    assert BUNDID.tells["lastName"].saml in others
    assert written["verbundLevels"].split()[-1] == "hoch=STORK-QAA-Level-4"
    assert saml_config("bundid", id_parameter="")["verbundIdParameter"] == "none"


def test_where_a_provider_reads_no_extension_it_is_said_before_anything_changes() -> None:
    with pytest.raises(DescriptionError, match="over SAML with a saml_extension only"):
        over_saml({"online_service_id": "V-1"}, NO_EXTENSION)
    with pytest.raises(DescriptionError, match="over SAML with a saml_extension only"):
        over_saml({"online_service_id": "V-1"}, saml_extension="")
    assert over_saml({}, NO_EXTENSION).parameters == ()
    assert saml_config("unternehmenskonto") == {"verbundExtension": "none"}


def test_a_state_account_of_the_same_maker_is_told_by_the_file() -> None:
    written = saml_config("state_account", saml_extension="akdb", online_service_id="V-1")
    assert (written["verbundExtension"], written["verbundIdParameter"]) == ("akdb", "online_service_id")
    assert written["verbundLevels"].startswith("basis=http://eidas.europa.eu/LoA/low ")


@pytest.mark.parametrize(("protocol", "extension"), [("saml", "akbd"), ("oidc", "akdb")])
def test_an_extension_that_cannot_be_is_named(protocol: str, extension: str) -> None:
    with pytest.raises(DescriptionError, match="konto: saml_extension is for protocol saml, and one of: akdb"):
        read_introduction({}, alias="konto", protocol=protocol, kind=KIND, config={"saml_extension": extension})


def test_two_providers_never_share_a_parameter_for_different_things() -> None:
    one = introduction({"online_service_id": "V-1", "towns": {"marl": {"online_service_id": "V-2"}}})
    check_together({"a": one, "b": one})
    for other in (
        introduction({"online_service_id": "V-1"}),
        introduction({}),
        introduction({}, Takes(name="dienst", service_id="wer")),
    ):
        with pytest.raises(DescriptionError, match=r"a, b take dienst, with different values for (towns marl|portals)"):
            check_together({"a": one, "b": other})


def test_more_parameters_than_keycloak_hands_on_are_refused() -> None:
    known = {f"p{number}": introduction({}, Takes(f"wer{number}", f"dienst{number}")) for number in range(3)}
    with pytest.raises(DescriptionError, match="5 parameters at most"):
        check_together(known)


def test_portals_that_do_not_exist_are_named_before_anything_changes(
    gladbeck: TenantInfo, providers_file: Callable[[str], None]
) -> None:
    own = "{online_service_id: V-2}"
    providers_file(f"    towns: {{gladbeck: {own}}}\n    umbrellas: {{emscher-lippe: {own}}}\n")
    assert load_wanted().brokers
    assert list(examine_introductions()) == []
    providers_file(f"    towns: {{gladbek: {own}, gladbeck: {own}}}\n    umbrellas: {{ruhr: {own}}}\n")
    with pytest.raises(InvalidInput, match="konto: gladbek, ruhr"):
        load_wanted()
    (found,) = examine_introductions()
    assert (found.severity, found.code) == ("problem", "portals_unknown")
    assert "gladbek, ruhr" in found.what


def test_places_of_a_directory_that_do_not_exist_are_named(
    gladbeck: TenantInfo, providers_file: Callable[[str], None]
) -> None:
    entry = "  - {kind: staff_directory, alias: amt, display_name: Amt, protocol: oidc, issuer: 'https://amt.example',"
    for places, says in (("gladbeck, emscher-lippe, konsole", ""), ("gladbek, konsole", "amt: gladbek")):
        providers_file(f"{entry} client_id: v, client_secret: g, places: [{places}]}}\n")
        if not says:
            assert load_wanted().brokers
            continue
        with pytest.raises(InvalidInput, match=says):
            load_wanted()


def test_a_faulty_entry_costs_nobody_the_others(providers_file: Callable[[str], None]) -> None:
    faulty = "  - {kind: staff_directory, alias: amt, display_name: Amt, protocol: oidc}\n"
    providers_file(f"{faulty}  - {{kind: nichts, alias: x}}\n")
    assert [one.alias for one in list_known()] == ["konto"]
    assert (find_ending("konto"), find_ending("amt"), provider_name("konto")) == (None, None, "Konto")


def test_with_a_file_that_nobody_can_read_people_still_sign_in(providers_file: Callable[[str], None]) -> None:
    providers_file("  nichts davon ist eine Liste")
    assert (list_known(), find_ending("konto"), provider_name("konto")) == ((), None, "konto")


def test_the_doctor_names_a_fault_of_the_file(providers_file: Callable[[str], None]) -> None:
    providers_file("    online_service_id: 4711\n")
    (found,) = examine_introductions()
    assert found.code == "providers_faulty"
    assert "konto" in found.what
