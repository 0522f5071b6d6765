"""Citizens remember services of a town; what they remember is theirs alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from shared_services.accounts.personaldata import export_towns, join_town
from shared_services.bookmarks import services
from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.selectors import list_bookmarks
from shared_services.bookmarks.services import add_bookmark, forget_bookmarks, remove_bookmark
from shared_services.identity.citizen.tests.cast import Browser, Citizen, open_account
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.context import as_migration, in_tenant
from tenants.errors import Conflict, NotAllowed, NotFound
from tenants.keystore import store
from tenants.registry.sites import TenantInfo

DOG = "hund-anmelden"
PAGE = f"/konto/merken/{DOG}/"


def titles(actor: Actor) -> list[str]:
    assert actor.id is not None
    return [one.title for one in list_bookmarks(actor.id)]


def test_a_service_is_remembered_by_two_clicks_and_forgotten_by_one(browser: Browser, gladbeck: TenantInfo) -> None:
    service = browser.get(gladbeck.host, f"/leistungen/{DOG}/").content.decode()
    assert PAGE in service
    assert "Diese Leistung merken" in browser.get(gladbeck.host, PAGE).content.decode()
    listed = browser.post(gladbeck.host, PAGE, {}).content.decode()
    assert browser.path == "/konto/gemerkt/"
    assert f"/leistungen/{DOG}/" in listed
    with in_tenant(gladbeck.ref):
        bookmark = Bookmark.objects.latest("id")
    emptied = browser.post(gladbeck.host, f"/konto/gemerkt/{bookmark.id}/entfernen/", {}).content.decode()
    assert "Sie merken sich hier noch nichts" in emptied


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(
    anna: Citizen, gladbeck: TenantInfo, visit: Callable[[str], Client]
) -> None:
    browser = Browser(visit)
    browser.sign_in(anna, host=gladbeck.host, target=PAGE)
    assert (browser.host, browser.path) == (gladbeck.host, PAGE)


def test_twice_is_once(annas: Actor, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        assert add_bookmark(actor=annas, slug=DOG)
        assert not add_bookmark(actor=annas, slug=DOG)
        assert titles(annas) == ["Hund anmelden"]


def test_nobody_else_sees_or_removes_it(anna: Citizen, annas: Actor, gladbeck: TenantInfo) -> None:
    ben = Actor(kind="citizen", id=open_account("ben@example.org").id)
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        (bookmark,) = list_bookmarks(anna.id)
        assert titles(ben) == []
        assert not remove_bookmark(actor=ben, bookmark_id=bookmark.id)
        assert titles(annas) == ["Hund anmelden"]


def test_another_town_knows_nothing_of_it(annas: Actor, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
    with in_tenant(dorsten.ref):
        assert titles(annas) == []


def test_neither_service_nor_person_can_be_read_in_the_tables(
    anna: Citizen, annas: Actor, gladbeck: TenantInfo
) -> None:
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        (bookmark,) = list_bookmarks(anna.id)
    with as_migration("t_gladbeck"), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM bookmarks_bookmark t WHERE account_id = %s", [annas.id])
        (row,) = cursor.fetchone()
    for secret in (DOG, "Hund anmelden", str(bookmark.service_id)):
        assert secret not in row
        assert secret.encode().hex() not in row


def test_without_the_key_at_this_town_nothing_is_left_to_read(annas: Actor, gladbeck: TenantInfo) -> None:
    assert annas.id is not None
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        store.destroy_keys(annas.id, scope=str(gladbeck.id))
        assert list_bookmarks(annas.id) == []


def test_a_service_that_is_gone_is_still_named(
    annas: Actor, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
    monkeypatch.setattr("shared_services.bookmarks.selectors.list_town_services", lambda **_wish: [])
    page = browser.get(gladbeck.host, "/konto/gemerkt/").content.decode()
    assert "Hund anmelden" in page
    assert "gibt es nicht mehr" in page


def test_it_is_called_as_the_town_calls_it_now_in_the_readers_language(
    browser: Browser, annas: Actor, gladbeck: TenantInfo
) -> None:
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
    assert "Registering a dog" in browser.get(gladbeck.host, "/en/konto/gemerkt/").content.decode()


def test_only_so_many(annas: Actor, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 1)
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        with pytest.raises(Conflict):
            add_bookmark(actor=annas, slug="gewerbe-anmelden")


@pytest.mark.parametrize("actor", [ANONYMOUS, system_actor("tests"), Actor(kind="staff")])
def test_only_citizens_remember(actor: Actor, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAllowed):
        add_bookmark(actor=actor, slug=DOG)


def test_a_service_that_is_none_is_refused(annas: Actor, browser: Browser, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotFound):
        add_bookmark(actor=annas, slug="gibt-es-nicht")
    assert browser.post(gladbeck.host, "/konto/merken/gibt-es-nicht/", {}).status_code == 404


def test_the_town_hears_nothing_of_it_in_its_trail(annas: Actor, gladbeck: TenantInfo) -> None:
    from tenants.audit.models import AuditEntry  # noqa: PLC0415 -- one look

    with as_migration():
        before = AuditEntry.objects.count()
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
    with as_migration():
        assert AuditEntry.objects.count() == before


def test_everything_of_a_person_goes_at_once(annas: Actor, gladbeck: TenantInfo) -> None:
    assert annas.id is not None
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        add_bookmark(actor=annas, slug="gewerbe-anmelden")
        assert forget_bookmarks(annas.id) == 2
        assert titles(annas) == []


def test_a_person_sees_and_takes_along_what_is_remembered(annas: Actor, gladbeck: TenantInfo) -> None:
    assert annas.id is not None
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
    (town,) = export_towns(annas.id)
    assert (town.town.slug, town.is_complete) == ("gladbeck", True)
    assert [one["title"] for one in town.parts["bookmarks"]] == ["Hund anmelden"]


def test_two_accounts_that_become_one_remember_everything_once(annas: Actor, gladbeck: TenantInfo) -> None:
    other = open_account("anna.privat@example.org")
    assert annas.id is not None
    with in_tenant(gladbeck.ref):
        add_bookmark(actor=annas, slug=DOG)
        for slug in (DOG, "gewerbe-anmelden"):
            add_bookmark(actor=Actor(kind="citizen", id=other.id), slug=slug)
    for _time in range(2):
        join_town(gladbeck, kept=annas.id, left=other.id)
    with in_tenant(gladbeck.ref):
        assert sorted(titles(annas)) == ["Gewerbe anmelden", "Hund anmelden"]
        assert list_bookmarks(other.id) == []
