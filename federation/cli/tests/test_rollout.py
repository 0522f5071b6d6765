"""`verbund rollout`: what it says, what scripts get, and with which status it ends."""

from __future__ import annotations

import json
import os
from uuid import UUID, uuid4

import pytest
from django.db import InterfaceError, OperationalError

from federation.cli import rollout
from federation.cli.tests.conftest import Run
from tenants.rollout.tests.conftest import Release, query, release

__all__ = ["release"]

COLUMN = """
operations = [
    migrations.AddField("notice", "pinned", models.BooleanField(db_default=False)),
    migrations.AddIndex("notice", models.Index(fields=["shown_from"], name="notice_from")),
]
"""
REFUSED = 'operations = [migrations.RemoveField("notice", "updated_by")]'


def test_with_nothing_to_do_everything_says_so(fresh_database: str, run: Run) -> None:
    for words in (["plan"], ["start", "--yes"]):
        done = run("rollout", *words)
        assert done.exit_code == 0
        assert "Es gibt nichts zu tun" in done.stdout
    assert "noch keine Ausrollung" in run("rollout", "status").stdout
    assert json.loads(run("rollout", "status", "--json").stdout) is None
    assert "keine Ausrollung" in run("rollout", "work").stdout


@pytest.mark.parametrize("word", ["pause", "resume", "abort"])
def test_there_must_be_one_to_steer(fresh_database: str, run: Run, word: str) -> None:
    done = run("rollout", word, *(["--yes"] if word == "abort" else []))
    assert done.exit_code == 1
    assert "keine Ausrollung" in done.stderr


def test_a_plan_says_what_is_done_where_and_what_is_dangerous(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN})
    done = run("rollout", "plan", "--workers", "2")
    assert done.exit_code == 0
    for words in ("20 Kommunen", "1. Schema: portal.0100_pinned", "Achtung: baut einen Index auf portal_notice",
                  "AddIndexConcurrently", "je Kommune", "mit 2 Arbeitern"):  # fmt: skip
        assert words in done.stdout
    whole = run("rollout", "plan", "--statements", "--only", "marl").stdout
    assert 'ALTER TABLE "portal_notice" ADD COLUMN "pinned"' in whole
    assert "AccessExclusiveLock" in whole
    assert "1 Kommune (marl)" in whole
    plan = json.loads(run("rollout", "plan", "--json").stdout)
    assert len(plan["groups"][0]["tenants"]) == 20
    assert plan["groups"][0]["steps"][0]["nodes"] == [["portal", "0100_pinned"]]
    assert plan["refusals"] == []


def test_a_refused_plan_says_why_and_what_to_do_and_starts_nothing(release: Release, run: Run) -> None:
    release({"0100_gone": REFUSED})
    for words in (["plan"], ["start", "--yes"], ["plan", "--json"]):
        done = run("rollout", *words)
        assert done.exit_code == 1
        if "--json" in words:
            assert json.loads(done.stdout)["refusals"][0]["code"] == "column_gone"
        else:
            assert "portal.0100_gone löscht oder benennt die Spalte portal_notice.updated_by um" in done.stderr
            assert "contract = True" in done.stderr
    assert "noch keine Ausrollung" in run("rollout", "status").stdout


def test_a_contract_step_can_wait_for_a_later_rollout(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN, "0101_gone": f"contract = True\n{REFUSED}"})
    done = run("rollout", "start", "--yes", "--expand-only", "--only", "marl", "--workers", "1")
    assert done.exit_code == 0
    assert "0101_gone" not in done.stdout
    assert "0101_gone" in run("rollout", "plan", "--only", "marl").stdout


def test_nothing_starts_without_a_yes(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN})
    assert run("rollout", "start").exit_code == 1
    assert "noch keine Ausrollung" in run("rollout", "status").stdout


@pytest.mark.parametrize("shares", ["viele", "0", "120", ","])
def test_shares_are_percentages(release: Release, run: Run, shares: str) -> None:
    release({"0100_pinned": COLUMN})
    done = run("rollout", "start", "--yes", "--waves", shares)
    assert done.exit_code == 2
    assert "Prozentzahlen" in done.stderr


def test_wave_by_wave_to_the_end(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN})
    words = ["--first", "marl", "--no-pilots-first", "--waves", "50", "--pause-after-wave", "--workers", "1"]
    done = run("rollout", "start", "--yes", *words)
    assert done.exit_code == 1  # not all are there yet
    assert "Welle 1 ist fertig" in done.stdout
    assert "1 von 20 Kommunen sind fertig" in done.stdout
    again = run("rollout", "start", "--yes")
    assert again.exit_code == 1
    assert "läuft schon eine Ausrollung" in again.stderr
    status = json.loads(run("rollout", "status", "--json").stdout)
    assert (status["state"], status["reason"]["code"], status["working"]) == ("paused", "wave_done", [])
    assert [wave["done"] for wave in status["waves"]] == [1, 0, 0]
    assert run("rollout", "resume", "--workers", "1").exit_code == 1
    last = run("rollout", "resume", "--workers", "1")
    assert last.exit_code == 0
    assert "20 von 20 Kommunen sind fertig" in last.stdout
    assert "abgeschlossen" in run("rollout", "status").stdout
    assert "nichts zu tun" in run("rollout", "start", "--yes").stdout


def test_quarantine_is_told_and_retried(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN})
    query("ALTER TABLE t_herten.portal_notice ADD COLUMN pinned int")
    words = ["--only", "herten", "--only", "marl", "--max-failures", "1", "--workers", "1"]
    done = run("rollout", "start", "--yes", *words, "--first", "herten")
    assert done.exit_code == 1
    for text in ("1 Kommunen sind in Quarantäne", "In Quarantäne (online", "herten", "DuplicateColumn"):
        assert text in done.stdout
    query("ALTER TABLE t_herten.portal_notice DROP COLUMN pinned")
    assert run("rollout", "resume", "--retry", "--workers", "1").exit_code == 0


def test_aborted_in_between_the_rest_stays(release: Release, run: Run) -> None:
    release({"0100_pinned": COLUMN})
    words = ["--first", "marl", "--pause-after-wave", "--workers", "1"]
    assert run("rollout", "start", "--yes", *words).exit_code == 1
    assert run("rollout", "abort").exit_code == 1  # nobody said yes
    done = run("rollout", "abort", "--yes")
    assert (done.exit_code, done.stdout) == (0, "Abgebrochen.\n")
    status = json.loads(run("rollout", "status", "--json").stdout)
    assert (status["state"], sum(wave["skipped"] for wave in status["waves"])) == ("aborted", 19)
    versions = query("SELECT count(DISTINCT schema_version) FROM registry_tenant")
    assert versions == [(2,)]


def test_who_only_watches_goes_on_watching_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[bool | Exception] = [True, *[OperationalError("away")] * 7, True, InterfaceError("away"), False]
    answers = iter(given)
    slept: list[float] = []
    seen: list[bool] = []

    def is_running(_rollout_id: UUID) -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("tenants.rollout.selectors.is_running", is_running)
    monkeypatch.setattr("federation.cli.rollout.time.sleep", slept.append)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    rollout._wait(uuid4(), seen.append)
    assert slept == [1, 2, 4, 8, 16, 30, 30, 30, 1, 2]
    assert seen == [False, False]
    told = capsys.readouterr().err
    assert told.count("Die Datenbank antwortet nicht (OperationalError)") == 1
    assert told.count("antwortet wieder") == 1


@pytest.mark.parametrize("before", ["mine", ""])
def test_the_name_of_sessions_is_given_back(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    if before:
        monkeypatch.setenv("PGAPPNAME", before)
    else:
        monkeypatch.delenv("PGAPPNAME", raising=False)
    named = rollout._sessions_named("verbund rollout")
    with named:
        assert os.environ["PGAPPNAME"] == "verbund rollout"
    assert os.environ.get("PGAPPNAME", "") == before
