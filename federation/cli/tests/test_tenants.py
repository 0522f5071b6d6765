"""`verbund onboard` and `verbund tenants`."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from federation.cli.tests.conftest import Run
from tenants.context import as_operator
from tenants.databaseurl import parse_database_url
from tenants.links import public_url
from tenants.registry.models import Tenant
from tenants.registry.sites import directory

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("columns", [80, 160])
def test_the_list_fits_its_width_and_cuts_nothing(db: None, run: Run, columns: int) -> None:
    done = run("tenants", "list", columns=columns)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines) <= columns
    assert "…" not in done.stdout
    for word in ("gladbeck", "kreis-recklinghausen.localhost", "in Betrieb"):
        assert word in done.stdout
    assert sum(line.startswith("gladbeck ") for line in lines) == 1


def test_a_wide_list_has_version_and_region(db: None, run: Run) -> None:
    out = run("tenants", "list").stdout
    assert "Version" in out
    assert "emscher-lippe" in out
    assert "Version" not in run("tenants", "list", columns=80).stdout


def test_json_parses_and_has_everything(db: None, run: Run) -> None:
    rows = json.loads(run("tenants", "list", "--region", "muensterland", "--json").stdout)
    assert {row["region"] for row in rows} == {"muensterland"}
    one = json.loads(run("tenants", "show", "gladbeck", "--json").stdout)
    assert (one["ags"], one["state"], one["host"]) == ("05562014", "live", "gladbeck.localhost")
    assert dt.date.fromisoformat(one["codes"][0]["valid_from"]) <= dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)


@pytest.mark.parametrize("columns", [80, 160])
def test_show_is_readable(db: None, run: Run, columns: int) -> None:
    done = run("tenants", "show", "gladbeck", columns=columns)
    assert max(len(line) for line in done.stdout.splitlines()) <= columns
    for word in ("Stadt Gladbeck", "05562014", "055620014014", "t_gladbeck", "in Betrieb"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["tenants", "show", "atlantis"], "atlantis"),
        (["onboard", "gladbeck", "--ags", "05512000"], "05562014 (Gladbeck)"),
        (["onboard", "ascheberg", "--ags", "05558004", "--region", "ruhr"], "muensterland"),
        (["onboard", "ascheberg", "--ags", "05558004", "--host", "gladbeck.localhost"], "anderes Portal"),
        (["onboard", "gladbeck-neu", "--ags", "05562014"], "schon angelegt"),
        (["onboard", "Ä", "--ags", "05558004"], "Kleinbuchstaben"),
        (["tenants", "suspend", "gladbeck", "--reason", " "], "Grund"),
        (["tenants", "resume", "gladbeck"], "nicht gesperrt"),
        (["tenants", "state", "gladbeck", "setup"], "im Aufbau"),
    ],
)
def test_a_refusal_is_a_sentence_and_status_1(db: None, run: Run, words: list[str], hint: str) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert hint in done.stderr
    assert "Traceback" not in done.output
    assert "ascheberg" not in directory.reload().tenants


def test_suspend_resume_and_state(db: None, run: Run) -> None:
    def life() -> str:
        with as_operator():
            return str(Tenant.objects.get(slug="gladbeck").life)

    assert run("tenants", "suspend", "gladbeck", "--reason", "Wartung").exit_code == 0
    assert life() == "suspended"
    assert run("tenants", "resume", "gladbeck").exit_code == 0
    assert life() == "live"
    assert run("tenants", "state", "gladbeck", "pilot").exit_code == 0
    assert life() == "pilot"


def test_onboard_tells_address_and_invitation_and_again_that_it_was_there(fresh_database: str, run: Run) -> None:
    words = ["onboard", "ascheberg", "--ags", "05558004", "--state", "live", "--alias", "www.ascheberg.localhost"]
    done = run(*words, "--json")
    told = json.loads(done.stdout)
    assert (told["slug"], told["created"], told["address"]) == ("ascheberg", True, public_url("ascheberg.localhost"))
    assert "/verwaltung/einladung/" in told["invitation"]
    assert Client(headers={"host": "ascheberg.localhost"}).get("/").status_code == 200
    again = run(*words)
    assert again.exit_code == 0
    assert "schon angelegt" in again.stdout


def test_the_program_itself(fresh_database: str) -> None:
    connections.close_all()
    url = parse_database_url(os.environ["VERBUND_DATABASE_URL"])
    address = str(url.with_login(url.user, url.password, name=fresh_database))

    def verbund(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "federation.cli", *words],
            cwd=ROOT,
            env={**os.environ, "VERBUND_DATABASE_URL": address, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    done = verbund("onboard", "nottuln", "--ags", "05558032", "--state", "live")
    assert done.returncode == 0, done.stderr
    assert "http://nottuln.localhost" in done.stdout
    directory.forget()
    assert Client(headers={"host": "nottuln.localhost"}).get("/").status_code == 200
    refused = verbund("onboard", "gladbeck", "--ags", "05512000")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "05562014 (Gladbeck)" in refused.stderr
    assert "nottuln" in verbund("tenants", "list").stdout
