"""Every action that the code writes into the trail has words for people."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tenants.audit import wording

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("tenants", "catalog", "shared_services", "federation")
ACTION = re.compile(r"[a-z]+(\.[a-z_]+)+")
# Whatever leads to `record`: its helpers in the apps have one of these words in their names.
WRITES = re.compile(r"(^|_)(record|recorded|audit|publish|tell|note|create|set_active|change)")
LEADS_THERE = re.compile(r"tenants\.audit\.services|record_support|recorded_change|tell_change")
# Actions that are put together from two parts, by the place where that happens.
PUT_TOGETHER = {
    "tenants/authentication.py": {
        f"{who}.{what}"
        for who in ("staff", "operator", "editor")
        for what in ("password_changed", "sessions_ended", "mail_choices_changed")
    }
    | {"staff.reminders_stopped", "editor.reminders_stopped"},
}


def modules() -> Iterator[Path]:
    """Yield the modules of the product, without tests and migrations."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def written_in(path: Path) -> set[str]:
    """Return the actions that a module writes, patterns with a star where a part is put in."""
    source = path.read_text(encoding="utf-8")
    found: set[str] = set()
    if not LEADS_THERE.search(source):
        return found
    tree = ast.parse(source)
    steps = {
        str(word.value.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "step" and isinstance(word.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values = [word.value for word in node.keywords if word.arg == "action"]
            for value in [*values, *(node.args if WRITES.search(name) else ())]:
                found |= set(names_in(value, steps))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value and any(re.search("action|_FILLED|_EDITED", getattr(one, "id", "")) for one in targets):
                found |= set(names_in(node.value, steps))
    return found


def names_in(value: ast.AST, steps: set[str]) -> Iterator[str]:
    """Yield the names of actions in an expression; what a step is put into, for each step of the module."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            start = node.values[0]
            if isinstance(start, ast.Constant) and re.fullmatch(r"[a-z]+(\.[a-z_]+)*\.", str(start.value)):
                yield from (str(start.value) + step for step in steps)


def all_actions() -> set[str]:
    found: set[str] = set()
    for path in modules():
        found |= written_in(path)
    return found.union(*PUT_TOGETHER.values())


def test_every_action_has_words() -> None:
    missing = sorted(action for action in all_actions() if not wording.is_known(action))
    assert not missing, f"give these words in the trail_texts of their apps: {', '.join(missing)}"


def test_the_scan_finds_what_is_written_directly_by_a_helper_and_put_together() -> None:
    found = all_actions()
    assert {"staff.created", "portal.contact.updated", "tenant.life_changed", "catalog.draft.submitted"} <= found


@pytest.mark.parametrize("language", ["de", "en"])
def test_words_hold_without_data(language: str) -> None:
    with translation.override(language):
        for action in all_actions():
            said = wording.describe(action, {})
            assert said
            assert said != action
            assert "{" not in said


def test_what_the_provider_did_is_said_as_such() -> None:
    said = wording.describe("support.acted", {"action": "tenant.domain_added", "host": "buergerservice.example"})
    assert said == "IT-Dienstleister: Adresse buergerservice.example hinzugefügt"


def test_an_unknown_action_is_shown_as_it_is() -> None:
    assert wording.describe("late.task", {"reason": "x"}) == "late.task"


def test_two_texts_for_one_action_are_refused() -> None:
    with pytest.raises(ValueError, match=r"staff\.created"):
        wording.register({"staff.created": "noch einmal"})
