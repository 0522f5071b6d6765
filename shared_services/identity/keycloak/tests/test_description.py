"""The description of the realm: what is refused, and what comes of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared_services.identity.keycloak.description import REALM_FILE, DescriptionError, load_description
from shared_services.identity.keycloak.flows import BROWSER, POST_BROKER, Step, build_flows, walk
from shared_services.identity.keycloak.generation import Deployment, Wanted, build_wanted
from shared_services.identity.keycloak.simulators import build_simulator, load_cast


@pytest.fixture
def wanted() -> Wanted:
    deployment = Deployment(url="https://login.example", realm="verbund", provisioner_secret="secret")
    return build_wanted(load_description(), deployment)


def faulty(tmp_path: Path, change: dict[str, Any]) -> Path:
    """Return a copy of the description with parts put otherwise."""
    data = {**yaml.safe_load(REALM_FILE.read_text(encoding="utf-8")), **change}
    path = tmp_path / "realm.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"second_factor": {"acr": "zwei-faktor", "loa": 3}}, "second_factor must lie between"),
        ({"attributes": [{"name": "trust_level", "by": "user"}]}, "by: admin"),
        ({"attributes": [{"name": "trust_level", "by": "admin", "claim": "trust"}]}, "without a claim"),
        ({"attributes": []}, "without a claim"),
        (
            {"trust_levels": {"hoch": {"loa": 4, "spellings": ["a"]}, "basis": {"loa": 1, "spellings": ["b"]}}},
            "from the lowest",
        ),
        (
            {"trust_levels": {"basis": {"loa": 1, "spellings": ["a"]}, "hoch": {"loa": 4, "spellings": ["a"]}}},
            "stands at two levels",
        ),
        ({"sessions": {}}, "realm.yaml"),
    ],
)
def test_a_description_with_a_hole_is_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(DescriptionError, match=re.escape(says)):
        load_description(faulty(tmp_path, change))


def test_people_can_edit_none_of_our_attributes_and_keep_no_others(wanted: Wanted) -> None:
    by_name = {one["name"]: one for one in wanted.profile["attributes"]}
    assert by_name["trust_level"]["permissions"]["edit"] == ["admin"]
    assert by_name["bpk2"]["permissions"]["edit"] == ["admin"]
    assert "unmanagedAttributePolicy" not in wanted.profile


def test_no_mapper_puts_the_attribute_behind_the_level_into_a_token(wanted: Wanted) -> None:
    assert "trust_level" not in json.dumps(wanted.scope)


def test_after_a_provider_levels_go_down_and_up_again() -> None:
    (flow,) = (one for one in build_flows(load_description()) if one.alias == POST_BROKER)
    numbers = [step.config["loa-condition-level"] for step in walk(flow.steps) if "loa-condition-level" in step.config]
    assert numbers == ["4", "3", "1", "3", "4"]
    assert {step.requirement for step in flow.steps} == {"CONDITIONAL"}


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("STORK-QAA-Level-4", {"hoch", "substantiell", "basis"}),
        ("http://eidas.europa.eu/LoA/substantial", {"substantiell", "basis"}),
        ("http://eidasXeuropa.eu/LoA/high", set()),
        ("HOCH", set()),
        ("", set()),
    ],
)
def test_only_listed_spellings_count(said: str, fits: set[str]) -> None:
    (flow,) = (one for one in build_flows(load_description()) if one.alias == POST_BROKER)
    patterns = {step.flow.rsplit(" ", 1)[-1]: step.steps[0].config["attribute_expected_value"] for step in flow.steps}
    assert {level for level, pattern in patterns.items() if re.fullmatch(pattern, said)} == fits


def test_no_factor_is_required_directly_in_a_level() -> None:
    (flow,) = (one for one in build_flows(load_description()) if one.alias == BROWSER)
    factors = [step for step in walk(flow.steps) if "otp" in step.authenticator or "webauthn" in step.authenticator]
    assert factors
    assert {step.requirement for step in factors} == {"ALTERNATIVE"}


def test_names_in_flows_are_unique() -> None:
    steps: list[Step] = [step for flow in build_flows(load_description()) for step in walk(flow.steps)]
    flows = [step.flow for step in steps if step.flow]
    assert len(flows) == len(set(flows))
    configs = [step.config_name for step in steps if step.config]
    assert len(configs) == len(set(configs))


def test_the_cast_has_everybody_that_logins_can_go_wrong_with() -> None:
    cast = load_cast()
    levels = {persona.get("level") for persona in cast.personas}
    assert levels == {"basis", "substantiell", "hoch", None}
    assert {persona.get("outcome") for persona in cast.personas} == {"cancel", "error", None}
    addresses = [persona["email"] for persona in cast.personas if "email" in persona]
    assert len(addresses) == len(set(addresses)) + 1
    assert len(cast.personas) >= 12


def test_a_simulator_is_made_anew_when_its_description_has_changed() -> None:
    cast = load_cast()
    simulator, *_others = cast.simulators
    before = build_simulator(simulator, cast, url="http://localhost:1")
    other = replace(cast, personas=cast.personas[1:])
    after = build_simulator(simulator, other, url="http://localhost:1")
    assert before["attributes"] != after["attributes"]
