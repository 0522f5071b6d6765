"""Legal pages name only known placeholders, and every state fills in what its pages need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "legal"
OF_PLACE = {
    "official_name",
    "address",
    "email",
    "phone",
    "representative",
    "region_name",
    "operator_name",
    "url",
    "date",
}
OF_ASSESSMENT = {"conformance_sentence", "gaps_list", "assessed_on"}


def load(name: str) -> dict[str, Any]:
    """Read one file."""
    return dict(yaml.safe_load((FOLDER / name).read_text("utf-8")))


DEFAULT = load("default.yaml")
BODIES = [
    (page, language, text["body"])
    for pages in (DEFAULT["pages"], DEFAULT["umbrella_pages"])
    for page, languages in pages.items()
    for language, text in languages.items()
]


def test_pages_exist_in_both_languages() -> None:
    assert set(DEFAULT["pages"]) == {"imprint", "privacy", "accessibility", "easy_language", "sign_language"}
    assert set(DEFAULT["umbrella_pages"]) == {"imprint", "privacy", "accessibility"}
    assert all(set(page) == {"de", "en"} for page in (*DEFAULT["pages"].values(), *DEFAULT["umbrella_pages"].values()))


@pytest.mark.parametrize("state", ["default.yaml", "05.yaml", "03.yaml"])
def test_every_placeholder_is_filled(state: str) -> None:
    filled = load(state)["placeholders"]
    for page, language, body in BODIES:
        used = set(re.findall(r"\{\{ (\w+) \}\}", body))
        assert body.count("{{") == len(re.findall(r"\{\{ \w+ \}\}", body))
        own = DEFAULT["placeholders"][language] | filled[language]
        for name in used - OF_PLACE - OF_ASSESSMENT:
            assert own[name], (page, language, name)


def test_states_differ_where_the_law_does() -> None:
    names = {load(name)["accessibility"]["enforcement"]["name"] for name in ("default.yaml", "05.yaml", "03.yaml")}
    assert len(names) == 3
    assert DEFAULT["accessibility"]["conformance"] in {"full", "partial", "none"}
