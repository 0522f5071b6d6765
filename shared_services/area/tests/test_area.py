"""A citizen's area: one page for all towns, from references; one town's trouble stays its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from shared_services.area import selectors
from shared_services.area.models import AreaReference
from shared_services.area.services import forget_account, forget_orphans, refer, withdraw
from shared_services.bookmarks.kind import KIND
from shared_services.bookmarks.services import add_bookmark, remove_bookmark, retell_bookmarks
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen, open_account
from tenants.actors import Actor, system_actor
from tenants.context import as_accounts, in_tenant
from tenants.ids import uuid7
from tenants.outbox.services import project_waiting
from tenants.registry.models import Tenant
from tenants.registry.sites import TenantInfo, directory

AREA = "/konto/bereich/"


@pytest.fixture
def anna(db: None) -> Citizen:
    """Return somebody with an account."""
    return open_account("anna@example.org")


@pytest.fixture
def browser(anna: Citizen, visit: Callable[[str], Client]) -> Browser:
    """Return her browser, signed in at the umbrella."""
    found = Browser(visit)
    found.sign_in(anna)
    return found


def remember(person: Citizen, town: TenantInfo, slug: str = "hund-anmelden") -> None:
    with in_tenant(town.ref):
        add_bookmark(actor=Actor(kind="citizen", id=person.id), slug=slug)
    project_waiting()


def references(account_id: UUID) -> int:
    with as_accounts():
        return AreaReference.objects.filter(account_id=account_id).count()


def test_an_empty_area_says_how_something_gets_there(browser: Browser) -> None:
    assert "Noch liegt nirgends etwas von Ihnen" in browser.get(UMBRELLA, AREA).content.decode()


def test_it_shows_all_towns_and_opens_one(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    remember(anna, gladbeck)
    remember(anna, gladbeck, "gewerbe-anmelden")
    remember(anna, dorsten)
    page = browser.get(UMBRELLA, AREA).content.decode()
    assert "2 gemerkte Leistungen" in page
    assert "1 gemerkte Leistung" in page
    assert "Hund anmelden" not in page, "what it is stands in the town's schema alone"
    opened = browser.get(UMBRELLA, f"{AREA}gladbeck/").content.decode()
    assert "Hund anmelden" in opened
    assert "//gladbeck.localhost:8000/leistungen/hund-anmelden/" in opened or (
        "//gladbeck.localhost/leistungen/hund-anmelden/" in opened
    )


def test_a_towns_own_page_shows_the_same(browser: Browser, anna: Citizen, gladbeck: TenantInfo) -> None:
    remember(anna, gladbeck)
    page = browser.get(gladbeck.host, "/konto/").content.decode()
    assert "Gemerkte Leistungen" in page
    assert "/leistungen/hund-anmelden/" in page


def test_nobody_sees_what_is_another_persons(browser: Browser, gladbeck: TenantInfo) -> None:
    remember(open_account("ben@example.org"), gladbeck)
    assert "Gladbeck" not in browser.get(UMBRELLA, AREA).content.decode().split("<main", 1)[1].split("</main", 1)[0]
    assert "Hier liegt nichts von Ihnen" in browser.get(UMBRELLA, f"{AREA}gladbeck/").content.decode()


def test_what_is_taken_away_is_gone_here_too(anna: Citizen, gladbeck: TenantInfo) -> None:
    remember(anna, gladbeck)
    with as_accounts():
        thing = AreaReference.objects.get(account_id=anna.id).thing_id
    with in_tenant(gladbeck.ref):
        remove_bookmark(actor=Actor(kind="citizen", id=anna.id), bookmark_id=thing)
    project_waiting()
    assert references(anna.id) == 0


def test_what_waits_for_the_person_comes_first(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    remember(anna, dorsten)
    with in_tenant(gladbeck.ref):
        refer(account_id=anna.id, kind=KIND.code, thing_id=uuid7(), changed_at=timezone.now(), needs_attention=True)
    project_waiting()
    assert [one.town.slug for one in selectors.list_towns(anna.id)] == ["gladbeck", "dorsten"]
    assert "wartet auf Sie" in browser.get(UMBRELLA, AREA).content.decode()


def test_told_twice_it_is_there_once(anna: Citizen, gladbeck: TenantInfo) -> None:
    thing = uuid7()
    with in_tenant(gladbeck.ref):
        for _time in range(2):
            refer(account_id=anna.id, kind=KIND.code, thing_id=thing, changed_at=timezone.now())
    project_waiting()
    assert references(anna.id) == 1
    with in_tenant(gladbeck.ref):
        for _time in range(2):
            withdraw(account_id=anna.id, kind=KIND.code, thing_id=thing)
    project_waiting()
    assert references(anna.id) == 0


def test_one_towns_trouble_is_a_line(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(anna, gladbeck)

    def fail(_account_id: UUID) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        raise AssertionError("the statement goes on")

    monkeypatch.setattr(selectors, "_SECONDS", 0.05)
    monkeypatch.setattr("shared_services.area.kinds._kinds", {KIND.code: _with_fetch(fail)})
    answer = browser.get(UMBRELLA, f"{AREA}gladbeck/")
    assert answer.status_code == 200
    assert "gerade nicht erreichbar" in answer.content.decode()
    assert browser.get(UMBRELLA, AREA).status_code == 200


def test_a_lost_database_of_a_town_is_a_line_too(
    anna: Citizen, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(anna, gladbeck)

    def fail(_account_id: UUID) -> list[object]:
        raise OperationalError("connection lost")

    monkeypatch.setattr("shared_services.area.kinds._kinds", {KIND.code: _with_fetch(fail)})
    (section,) = selectors.open_town(anna.id, gladbeck)
    assert section.trouble
    assert section.items == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [({"life": "suspended", "suspended_reason": "Umzug"}, "geschlossen"), ({"schema_version": "old"}, "gewartet")],
)
def test_a_town_that_is_closed_says_so_and_nothing_is_fetched(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, change: dict[str, str], word: str
) -> None:
    from tenants.context import as_migration  # noqa: PLC0415 -- one use

    remember(anna, gladbeck)
    with as_migration():
        Tenant.objects.filter(id=gladbeck.id).update(**change)
    directory.forget()
    page = browser.get(UMBRELLA, f"{AREA}gladbeck/").content.decode()
    assert word in page
    assert "Hund anmelden" not in page
    assert browser.get(UMBRELLA, AREA).status_code == 200


def test_a_town_that_does_not_exist_is_not_found(browser: Browser) -> None:
    assert browser.get(UMBRELLA, f"{AREA}gibt-es-nicht/").status_code == 404


def test_the_overview_asks_no_towns_schema(
    anna: Citizen, gladbeck: TenantInfo, django_assert_num_queries: object
) -> None:
    remember(anna, gladbeck)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture has no public type
        selectors.list_towns(anna.id)


def test_references_of_accounts_that_are_gone_are_forgotten(anna: Citizen, gladbeck: TenantInfo) -> None:
    remember(anna, gladbeck)
    nobody = uuid7()
    with in_tenant(gladbeck.ref):
        refer(account_id=nobody, kind=KIND.code, thing_id=uuid7(), changed_at=timezone.now())
    project_waiting()
    assert forget_orphans() == 1
    assert (references(nobody), references(anna.id)) == (0, 1)
    with as_accounts():
        forget_account(anna.id)
    assert references(anna.id) == 0


def test_a_town_tells_everything_once_more(anna: Citizen, gladbeck: TenantInfo) -> None:
    remember(anna, gladbeck)
    with as_accounts():
        forget_account(anna.id)
    with in_tenant(gladbeck.ref):
        assert retell_bookmarks(system_actor("tests")) >= 1
    project_waiting()
    assert references(anna.id) == 1


def _with_fetch(fetch: Callable[[UUID], list[object]]) -> object:
    from dataclasses import replace  # noqa: PLC0415 -- one use

    return replace(KIND, fetch=fetch)  # type: ignore[arg-type]  # never returns
