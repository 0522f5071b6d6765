"""`verbund doctor`: what it says, what it puts right, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from federation.cli.tests.conftest import Run
from tenants.actors import Actor
from tenants.doctor import repairs, selectors
from tenants.doctor.finding import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is broken, the one thing that can be repaired and the one that cannot, beside an empty deployment."""
    things = ["lamp", "wall"]

    def check() -> Iterator[Finding]:
        for one in things:
            yield Finding("problem", f"{one}_broken", "gladbeck", f"{one} is broken", "Look at it")

    def mend(actor: Actor) -> list[str]:
        things.remove("lamp")
        return [f"lamp mended by {actor.kind}"]

    monkeypatch.setattr(selectors, "_CHECKS", ())
    monkeypatch.setattr(selectors, "_added", [check])
    monkeypatch.setattr(repairs, "_repairs", [repairs.Repair(frozenset({"lamp_broken"}), mend)])
    return things


def test_it_only_reads_unless_it_is_told_to_repair(run: Run, broken: list[str]) -> None:
    ended = run("doctor")
    assert (ended.exit_code, broken) == (1, ["lamp", "wall"])
    assert "2 Probleme gefunden" in ended.output


def test_repairing_says_what_it_did_and_what_is_left(run: Run, broken: list[str]) -> None:
    ended = run("doctor", "--repair")
    assert (ended.exit_code, broken) == (1, ["wall"])
    assert "✓ lamp mended by system" in ended.output
    assert "1 Probleme gefunden" in ended.output
    broken.clear()
    assert run("doctor", "--repair").exit_code == 0


def test_scripts_read_what_is_left(run: Run, broken: list[str]) -> None:
    ended = run("doctor", "--repair", "--json")
    assert [one["code"] for one in json.loads(ended.stdout)] == ["wall_broken"]


def test_repairing_is_for_all_or_nothing(run: Run, broken: list[str]) -> None:
    assert run("doctor", "--tenant", "dorsten").exit_code == 0
    refused = run("doctor", "--repair", "--tenant", "gladbeck")
    assert (refused.exit_code, broken) == (2, ["lamp", "wall"])
    assert "leave --tenant out" in refused.output
