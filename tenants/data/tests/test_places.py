"""The facts about places agree with each other and with the rules of the official keys."""

import csv
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent


def rows(name: str) -> list[dict[str, str]]:
    """Read one file."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_keys_follow_the_rules_of_the_official_register() -> None:
    for town in rows("municipalities.csv"):
        ags, ars = town["ags"], town["ars"]
        assert ags[:5] == town["district_ags"]
        if ags.endswith("000"):
            assert ars == ags + "0000"
        elif ags.startswith("05"):
            assert ars == f"{ags[:5]}0{ags[5:]}{ags[5:]}"
        assert len(ars) == 12


def test_every_municipality_lies_in_a_known_district_and_state() -> None:
    districts = {district["ags"]: district for district in rows("districts.csv")}
    states = {state["code"] for state in rows("states.csv")}
    assert {town["district_ags"] for town in rows("municipalities.csv")} == set(districts)
    assert {district["state_code"] for district in districts.values()} == states
    for district in districts.values():
        assert (district["kind"] == "independent_city") == (district["independent"] == "true")


def test_every_municipality_has_a_postcode_and_no_pair_stands_twice() -> None:
    pairs = [(row["ags"], row["postcode"]) for row in rows("postcodes.csv")]
    assert len(pairs) == len(set(pairs))
    assert {ags for ags, _ in pairs} == {town["ags"] for town in rows("municipalities.csv")}
    assert all(len(postcode) == 5 and postcode.isdigit() for _, postcode in pairs)
