"""`verbund editors`."""

from __future__ import annotations

import json

from django.test import Client

from federation.cli.tests.conftest import Run

EMAIL = "eike@region.test"


def test_an_editor_is_added_invited_changed_and_let_out(db: None, run: Run) -> None:
    made = run("editors", "add", "emscher-lippe", EMAIL, "--name", "Eike Redaktion", "--json")
    record = json.loads(made.stdout)
    assert record["scopes"] == ["region:emscher-lippe"]
    path = record["invitation"].partition(".localhost")[2].partition("/")[2]
    assert Client(headers={"host": "emscher-lippe.localhost"}).get(f"/{path}").status_code == 200

    changed = run("editors", "scope", EMAIL, "--role", "publisher", "--scope", "state:05", "--scope", "district:05562")
    assert changed.exit_code == 0
    rows = {row["email"]: row for row in json.loads(run("editors", "list", "--json").stdout)}
    assert rows[EMAIL]["roles"] == ["publisher"]
    assert rows[EMAIL]["scopes"] == ["state:05", "district:05562"]

    assert "/redaktion/einladung/" in run("editors", "invite", EMAIL).stdout
    assert "beendet" in run("editors", "deactivate", EMAIL).stdout
    assert "beendet" in run("editors", "list", "--region", "emscher-lippe").stdout
    assert run("editors", "reactivate", EMAIL).exit_code == 0


def test_what_is_wrong_is_said_in_a_sentence(db: None, run: Run) -> None:
    unknown = run("editors", "deactivate", "niemand@region.test")
    assert (unknown.exit_code, unknown.stderr.strip()) == (1, "Diesen Zugang gibt es nicht.")
    wrong = run("editors", "add", "emscher-lippe", EMAIL, "--name", "Eike", "--scope", "district:05558")
    assert wrong.exit_code == 1
    assert "district:05558" in wrong.stderr


def test_the_demo_has_two_editors_in_each_region(db: None, run: Run) -> None:
    rows = json.loads(run("editors", "list", "--json").stdout)
    assert {(row["region"], tuple(row["roles"])) for row in rows} == {
        (region, roles)
        for region in ("emscher-lippe", "muensterland", "modellkommunen")
        for roles in (("editor",), ("editor", "publisher"))
    }
