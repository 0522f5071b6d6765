"""The shipped services are complete, hold only allowed markup, and claim no key that nobody verified."""

import re
import uuid
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).resolve().parent.parent
FILES = sorted((DATA / "services").glob("*.yaml"))
CODES = {entry["code"] for entry in yaml.safe_load((DATA / "categories.yaml").read_text("utf-8"))["categories"]}

# What only some services have.
MORE_PLAIN = {"official_title", "text_author"}
MORE_RICH = {"forms", "further_information"}
PLAIN = {"title", "teaser", "synonyms"}
RICH = {
    "short_text",
    "full_text",
    "prerequisites",
    "required_documents",
    "procedure",
    "legal_basis",
    "notes",
    "competent_office",
    "contact_point",
    "legal_remedy",
}
STRUCTURED = {"fee", "deadline", "processing_time", "online_service"}
ENGLISH = {"title", "teaser", "short_text", "required_documents", "procedure", "synonyms"}
EASY = {"title", "teaser", "short_text", "required_documents", "procedure"}
TAGS = {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "sup", "sub", "ul", "ol", "li", "a"}
FEE_KEYS = {
    "free": set(),
    "fixed": {"amount_cents"},
    "range": {"min_cents", "max_cents"},
    "table": {"rows"},
}
# Source: the domain register of the project, "Verified keys".
VERIFIED = {
    "99102013104000",
    "99102013070000",
    "99102013002000",
    "99102013010000",
    "99102013011000",
    "99102013149000",
    "99027002012000",
    "99008001012000",
    "99085001012000",
    "99115005104000",
    "99115005104001",
    "99115003012000",
    "99050012104000",
    "99049001001000",
    "99107023037000",
    "99107022012000",
    "99108001001000",
}


def load(path: Path) -> dict[str, Any]:
    """Read one service."""
    return dict(yaml.safe_load(path.read_text("utf-8")))


def stacks(service: dict[str, Any]) -> list[dict[str, Any]]:
    """List the values of every layer of a service, the base first."""
    return [service["values"], *(layer["values"] for layer in service.get("layers", []))]


class Markup(HTMLParser):
    """Collects what a text uses beyond the allowed markup, and tags that stay open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> stays open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag or attribute that XZuFi has not."""
        if tag not in TAGS or any(tag != "a" or name != "href" for name, _ in attrs):
            self.problems.append(f"<{tag} {attrs}>")
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an end that closes nothing."""
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> out of order")


def test_services_have_unique_names_and_keys() -> None:
    services = [load(path) for path in FILES]
    assert len({service["id"] for service in services}) == len(services)
    assert [service["slug"] for service in services] == [path.stem for path in FILES]
    assert all(uuid.UUID(service["id"]).version == 7 for service in services)
    assert len(CODES) == 14


def test_there_is_enough_to_look_around() -> None:
    services = [load(path) for path in FILES]
    assert len(services) >= 100
    assert sum("en" in service["values"] for service in services) >= 40
    assert sum("de-simple" in service["values"] for service in services) >= 12
    assert {service["layer"] for service in services} == {"municipality", "district", "state", "federation"}
    assert {code for service in services for code in service["category_codes"]} == CODES


def test_sentences_in_leichte_sprache_are_short() -> None:
    for path in FILES:
        for name, text in load(path)["values"].get("de-simple", {}).items():
            for sentence in re.split(r"(?<=[.?!:])\s|<[^>]+>", text):
                assert len(sentence.split()) <= 15, (path.stem, name, sentence)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_service_is_complete_in_german_and_readable_in_english(path: Path) -> None:
    service = load(path)
    optional = MORE_PLAIN | MORE_RICH
    assert set(service["values"]["de"]) - optional == PLAIN | RICH
    assert set(service["values"].get("en", ENGLISH)) - optional == ENGLISH
    assert set(service["values"].get("de-simple", EASY)) == EASY
    assert set(service["category_codes"]) <= CODES
    assert {"fee", "deadline"} & set(service["values"][""])
    assert service["responsibilities"]
    assert set(service["locked"]) <= PLAIN | RICH | STRUCTURED | optional


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_service_claims_only_a_verified_key(path: Path) -> None:
    leika = load(path)["leika"]
    assert leika is None or (leika["key"] in VERIFIED and leika["verified_at"] and leika["source"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_hold_only_allowed_markup(path: Path) -> None:
    for values in stacks(load(path)):
        for language in set(values) - {""}:
            for field, value in values[language].items():
                texts = value if field == "synonyms" else [value]
                assert all(text and text == text.strip() for text in texts), (field, language)
                problems = Markup(value).problems if field in RICH | MORE_RICH else []
                assert not problems, (field, language)
                is_plain = not any(re.search("[<>]", text) for text in texts)
                assert field in RICH | MORE_RICH or is_plain, (field, language)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_structured_fields_have_their_shape(path: Path) -> None:
    for values in stacks(load(path)):
        fields = values.get("", {})
        assert set(fields) <= STRUCTURED
        fee = fields.get("fee")
        if fee:
            assert FEE_KEYS[fee["kind"]] <= set(fee)
            cents = [row["amount_cents"] for row in fee.get("rows", [])]
            cents += [fee[key] for key in FEE_KEYS[fee["kind"]] - {"rows"}]
            assert all(isinstance(amount, int) and amount >= 0 for amount in cents)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_layer_does_not_touch_what_the_base_locks(path: Path) -> None:
    service = load(path)
    for values in stacks(service)[1:]:
        for language in values.values():
            assert not set(language) & set(service["locked"])
