"""The console's page about the newest rollout."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.test import Client

from tenants.rollout.options import Options
from tenants.rollout.tests.conftest import QUICK, Release, query, release, roll_out

__all__ = ["release"]

ADD_COLUMN = 'operations = [migrations.RunSQL("ALTER TABLE portal_notice ADD COLUMN extra int")]'


def test_without_a_rollout_it_says_so(olga: Client) -> None:
    assert "Es gab noch keine Ausrollung" in olga.get("/ausrollung/").content.decode()


def test_it_shows_the_operators_own_towns(release: Release, signed_in_anew: Callable[[str], Client]) -> None:
    query("ALTER TABLE t_herten.portal_notice ADD COLUMN extra int")
    query("ALTER TABLE t_hamm.portal_notice ADD COLUMN extra int")
    release({"0100_extra": ADD_COLUMN})
    roll_out(options=QUICK)
    page = signed_in_anew("emscher-lippe").get("/ausrollung/").content.decode()
    assert "12 von 13" in page
    assert "abgeschlossen" in page
    assert "herten" in page
    assert "DuplicateColumn" in page
    assert "hamm" not in page
    assert "hx-trigger" not in page.split('id="stand"')[1]


def test_it_tells_nothing_of_other_providers(release: Release, signed_in_anew: Callable[[str], Client]) -> None:
    release({"0100_extra": ADD_COLUMN})
    roll_out(options=Options(pause_after_wave=True), first=("hamm",))
    page = "/ausrollung/"

    def pause(reason: dict[str, object]) -> None:
        query("UPDATE rollout_rollout SET state = 'paused', started_by = 'Paula', reason = %s", json.dumps(reason))

    pause({"code": "drift", "wave": 0, "facts": ["hamm: missing index x", "herten: missing index y"], "checked": True})
    own = signed_in_anew("emscher-lippe").get(page).content.decode()
    assert "herten: missing index y" in own
    assert "hamm" not in own
    assert "Paula" not in own
    pause({"code": "drift", "wave": 0, "facts": ["herten: missing index y"], "checked": True})
    other = signed_in_anew("muensterland").get(page).content.decode()
    assert "Ihre Kommunen sind nicht die Ursache" in other
    assert "herten" not in other
    query("UPDATE rollout_tenantrollout SET state = 'quarantined' WHERE slug IN ('hamm', 'herten', 'marl')")
    pause({"code": "failures", "count": 3})
    assert "2 Kommunen sind in Quarantäne" in signed_in_anew("emscher-lippe").get(page).content.decode()
    pause({"code": "asked", "by": "Paula"})
    asked = signed_in_anew("emscher-lippe").get(page).content.decode()
    assert "Die Ausrollung ist angehalten" in asked
    assert "Paula" not in asked


def test_while_it_runs_the_page_asks_again(release: Release, signed_in_anew: Callable[[str], Client]) -> None:
    release({"0100_extra": ADD_COLUMN})
    roll_out(options=Options(pause_after_wave=True), first=("hamm",))
    browser = signed_in_anew("muensterland")
    part = browser.get("/ausrollung/stand/").content.decode()
    assert "Die Ausrollung ist angehalten" in part
    assert "Welle 1 ist fertig" in part
    query("UPDATE rollout_rollout SET state = 'running'")
    assert 'hx-get="/ausrollung/stand/"' in browser.get("/ausrollung/").content.decode()
    assert 'hx-get="/en/ausrollung/stand/"' in browser.get("/en/ausrollung/").content.decode()
