"""A municipality is removed by the console: closed, exported by a task, called off or proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from federation import tasks
from tenants.context import as_migration
from tenants.errors import ExternalTemporary
from tenants.lifecycle import offboarding
from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.tests.conftest import Town, media, own_slug, town
from tenants.registry.models import Tenant
from tenants.registry.sites import directory

__all__ = ["media", "own_slug", "town"]

GIVEN = {"reason": "Der Vertrag ist zu Ende", "wait_days": "14"}
SignedIn = Callable[[str], Client]


@pytest.fixture
def archives(settings: Settings, tmp_path: Path) -> Path:
    """Return the folder for archives, which nobody has made yet."""
    folder = tmp_path / "data" / "archives"
    settings.VERBUND_ARCHIVE_DIR = folder
    return folder


def begin(browser: Client, town: Town, **more: str) -> str:
    """Close the town by the form and return the address of its departure."""
    answer = browser.post(f"/kommunen/{town.slug}/entfernen/", {**GIVEN, "confirmation": town.slug, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def life_of(town: Town) -> str:
    with as_migration():
        return str(Tenant.objects.get(slug=town.slug).life)


def test_it_closes_exports_waits_removes_and_proves(
    signed_in_anew: SignedIn, town: Town, archives: Path, media: Path
) -> None:
    browser = signed_in_anew("muensterland")
    before = life_of(town)
    form = browser.get(f"/kommunen/{town.slug}/entfernen/").content.decode()
    assert "Wartefrist" in form
    address = begin(browser, town)
    assert Client(headers={"host": town.host}).get("/").status_code == 503
    assert "Das Archiv wird geschrieben" in browser.get(address).content.decode()
    assert browser.get(f"/kommunen/{town.slug}/entfernen/")["Location"] == address
    assert archives.stat().st_mode & 0o777 == 0o700
    page = browser.get(f"/kommunen/{town.slug}/").content.decode()
    assert "Stand des Abgangs" in page
    assert "Der Vertrag ist zu Ende" in page

    assert tasks.export_departures() == 1
    assert tasks.export_departures() == 0
    page = browser.get(address).content.decode()
    assert "Es ist noch nichts gelöscht" in page
    (archive,) = archives.iterdir()
    assert archive.name in page
    assert "14 Tage" in page
    assert life_of(town) == "offboarding"

    assert tasks.finish_offboardings() == 0
    with as_migration():
        Offboarding.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert "Die Wartefrist ist um" in browser.get(address).content.decode()
    assert tasks.finish_offboardings() == 1
    page = browser.get(address).content.decode()
    assert "Anschließend geprüft" in page
    assert "abbrechen/" not in page
    assert address in browser.get("/abgaenge/").content.decode()
    assert browser.get(f"/kommunen/{town.slug}/").status_code == 404
    assert before != "offboarding"


@pytest.mark.parametrize("is_exported", [False, True])
def test_it_can_be_called_off_until_then(
    signed_in_anew: SignedIn,
    town: Town,
    archives: Path,
    is_exported: bool,  # noqa: FBT001 -- a test's parameter
) -> None:
    browser = signed_in_anew("muensterland")
    before = life_of(town)
    address = begin(browser, town)
    if is_exported:
        tasks.export_departures()
    assert browser.post(f"{address}abbrechen/")["Location"] == f"/kommunen/{town.slug}/"
    assert life_of(town) == before
    assert browser.post(f"{address}abbrechen/")["Location"] == address
    assert "nichts mehr abzubrechen" in browser.get(address).content.decode()
    assert tasks.export_departures() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"wait_days": "0"}, {"wait_days": "bald"}, {"wait_days": "99999"}, {"confirmation": "gladbeck"}],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(olga: Client, archives: Path, wrong: dict[str, str]) -> None:
    given = {**GIVEN, "confirmation": "dorsten", **wrong}
    answer = olga.post("/kommunen/dorsten/entfernen/", given)
    assert answer.status_code == 422
    assert "kern-error" in answer.content.decode() or "aria-invalid" in answer.content.decode()
    assert directory.reload().tenants["dorsten"].is_open
    assert not archives.exists()


def test_an_archive_that_can_not_be_written_is_told_at_the_municipality_and_tried_again(
    signed_in_anew: SignedIn, town: Town, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in_anew("muensterland")
    begin(browser, town)

    def fail(*_args: object, **_given: object) -> None:
        raise ExternalTemporary("Auf dem Datenträger ist kein Platz mehr.")

    with monkeypatch.context() as patched:
        patched.setattr(offboarding, "write_archive", fail)
        assert tasks.export_departures() == 0
    assert "kein Platz mehr" in browser.get(f"/kommunen/{town.slug}/").content.decode()
    assert tasks.export_departures() == 1


def test_departures_of_another_provider_look_like_none(signed_in_anew: SignedIn, town: Town, archives: Path) -> None:
    address = begin(signed_in_anew("muensterland"), town)
    stranger = signed_in_anew("emscher-lippe")
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}abbrechen/").status_code == 404
    assert "Noch keine Kommune ist gegangen" in stranger.get("/abgaenge/").content.decode()
    assert life_of(town) == "offboarding"


def test_a_departure_begun_elsewhere_is_left_to_who_began_it(
    signed_in_anew: SignedIn, town: Town, archives: Path, settings: Settings, tmp_path: Path
) -> None:
    begin(signed_in_anew("muensterland"), town)
    settings.VERBUND_ARCHIVE_DIR = tmp_path
    assert tasks.export_departures() == 0
