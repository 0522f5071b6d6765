"""`verbund tenants export|verify|import|clone|offboard|offboardings`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from psycopg import sql
from pytest_django import Settings

from federation.cli.tests.conftest import Run
from federation.devstack import pytest_plugin
from federation.tasks import finish_offboardings
from tenants.actors import system_actor
from tenants.names import schema_name, tenant_role
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.registry.sites import directory


@pytest.fixture
def town(fresh_database: str, settings: Settings, tmp_path: Path) -> str:
    """Return a town of this test process alone, because removing it drops its role."""
    settings.MEDIA_ROOT = tmp_path / "media"
    slug = f"nottuln-{pytest_plugin.worker_name()}"
    onboard(actor=system_actor("tests"), request=OnboardingRequest(slug=slug, ags="05558032", life="live"))
    directory.reload()
    return slug


@pytest.fixture(autouse=True)
def _drop_roles() -> Iterator[None]:
    yield
    admin = pytest_plugin.admin_url()
    slug = f"nottuln-{pytest_plugin.worker_name()}"
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres")), autocommit=True) as server:
        for name in (slug, f"{slug}-kopie"):
            role = sql.Identifier(tenant_role(schema_name(name)))
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))


def test_a_whole_life_by_command(town: str, run: Run, tmp_path: Path) -> None:
    exported = json.loads(run("tenants", "export", town, "--to", str(tmp_path), "--json").stdout)
    assert (exported["tenant"], exported["files"]) == (town, 0)
    checked = run("tenants", "verify", exported["path"])
    assert checked.exit_code == 0
    assert "Prüfsummen stimmen" in checked.stdout
    assert exported["sha256"] in checked.stdout
    cloned = json.loads(run("tenants", "clone", town, f"{town}-kopie", "--json").stdout)
    assert cloned["address"].startswith(f"http://{town}-kopie.localhost")
    assert "/verwaltung/einladung/" in cloned["invitation"]
    begun = run("tenants", "offboard", town, "--archive-dir", str(tmp_path), "--wait-days", "0", "--yes")
    assert begun.exit_code == 0
    assert "noch nichts gelöscht" in begun.stdout
    assert "Wartefrist läuft" in run("tenants", "offboardings").stdout
    done = run("tenants", "offboard", town)
    assert "Nachweis der Löschung" in done.stdout
    assert "Nachweis der Löschung" in run("tenants", "offboard", town).stdout
    archive = json.loads(run("tenants", "offboardings", "--json").stdout)[0]["archive"]
    back = run("tenants", "import", archive)
    assert back.exit_code == 0, back.output
    directory.reload()
    assert Client(headers={"host": f"{town}.localhost"}).get("/").status_code == 200


def test_calling_off_and_what_is_due(town: str, run: Run, tmp_path: Path) -> None:
    words = ("tenants", "offboard", town, "--archive-dir", str(tmp_path), "--json")
    assert json.loads(run(*words).stdout)["state"] == "waiting"
    assert "Keine Löschung ist fällig" in run("tenants", "offboard", "--due").stdout
    assert run("tenants", "offboard", town, "--cancel").exit_code == 0
    assert json.loads(run(*words, "--wait-days", "0").stdout)["wait_days"] == 0
    assert finish_offboardings() == 1
    assert json.loads(run("tenants", "offboardings", "--json").stdout)[0]["state"] == "done"


def test_towns_that_lose_their_district_are_named_first(town: str, run: Run, tmp_path: Path) -> None:
    refused = run("tenants", "offboard", "kreis-coesfeld", "--archive-dir", str(tmp_path / "nowhere"))
    assert (refused.exit_code, "Nottuln" in refused.stderr, "Ordner" in refused.stderr) == (1, True, True)


@pytest.mark.parametrize(
    ("words", "status", "hint"),
    [
        (["verify", "nowhere.tar.gz"], 1, "gibt es nicht"),
        (["import", "nowhere.tar.gz"], 1, "gibt es nicht"),
        (["export", "atlantis"], 1, "atlantis"),
        (["clone", "atlantis", "atlantis-kopie"], 1, "atlantis"),
        (["offboard", "gladbeck"], 1, "--archive-dir"),
        (["offboard"], 2, "--due"),
        (["offboard", "gladbeck", "--due"], 2, "--due"),
        (["offboard", "gladbeck", "--cancel"], 1, "nichts abzubrechen"),
    ],
)
def test_a_refusal_is_a_sentence(db: None, run: Run, words: list[str], status: int, hint: str) -> None:
    done = run("tenants", *words)
    assert (done.exit_code, hint in done.stderr) == (status, True), done.output
