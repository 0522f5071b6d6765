"""What public pages remember of a tenant: no query on the second visit, nothing old after a change, bounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.services.models import Service
from catalog.services.selectors import list_services, published_condition
from shared_services.portal.services.branding import update_branding
from shared_services.portal.theme_presets import preset
from tenants.actors import system_actor
from tenants.context import as_migration, in_tenant
from tenants.registry.generations import CATALOGUE
from tenants.registry.memory import TenantMemory, memory, remembering
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
Visit = Callable[[str], Client]
# The query keeps a page out of the page store: it is made anew each time.
HOME = "/?anew"
PAGES = (HOME, "/leistungen/?anew", "/themen/?anew", "/kontakt/?anew", "/en/?anew")


def queries_of(client: Client, path: str) -> list[str]:
    """Visit a page and return its queries without the ones that change schema and role."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured if "SET search_path" not in query["sql"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_made_anew_needs_no_query_at_all(visit: Visit, listening: None, path: str) -> None:
    client = visit("gladbeck.localhost")
    first = client.get(path)
    assert queries_of(client, path) == []
    assert client.get(path).content == first.content


def test_no_town_sees_what_is_another_towns(visit: Visit, listening: None) -> None:
    assert "Gladbeck" in visit("gladbeck.localhost").get(HOME).content.decode()
    dorsten = visit("dorsten.localhost")
    assert queries_of(dorsten, HOME), "the town's own rows are read"
    assert "Gladbeck" not in dorsten.get(HOME).content.decode().partition("<main")[2].partition("</main")[0]


def test_languages_are_not_mixed_up(visit: Visit, listening: None) -> None:
    client = visit("gladbeck.localhost")
    german, english = client.get("/?anew").content, client.get("/en/?anew").content
    assert (client.get("/?anew").content, client.get("/en/?anew").content) == (german, english)


def test_a_change_is_seen_as_soon_as_it_is_heard_of(visit: Visit, listening: None, gladbeck: TenantInfo) -> None:
    client = visit("gladbeck.localhost")
    client.get(HOME)
    with in_tenant(gladbeck.ref):
        update_branding(
            actor=system_actor("tests"),
            claim={"de": "Ganz neu", "en": "Brand new"},
            theme=preset("muensterland").as_dict(),
        )
    directory.heard(gladbeck.ref.role, directory.generation(gladbeck.ref.role) + 1)
    assert "Ganz neu" in client.get(HOME).content.decode()


def test_a_change_of_the_catalogue_is_seen_as_soon_as_it_is_heard_of(visit: Visit, listening: None) -> None:
    client = visit("gladbeck.localhost")
    assert "/leistungen/hund-anmelden/" in client.get("/leistungen/?anew").content.decode()
    with as_migration():
        Service.objects.filter(slug="hund-anmelden").update(state="archived")
    directory.heard(CATALOGUE, directory.generation(CATALOGUE) + 1)
    assert "/leistungen/hund-anmelden/" not in client.get("/leistungen/?anew").content.decode()


def test_a_date_of_publication_comes_without_any_change(
    visit: Visit, listening: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    with as_migration():
        Service.objects.filter(slug="hund-anmelden").update(published_at=soon)
    client = visit("gladbeck.localhost")
    assert "/leistungen/hund-anmelden/" not in client.get("/leistungen/?anew").content.decode()
    monkeypatch.setattr("catalog.services.selectors.timezone.now", lambda: soon + dt.timedelta(minutes=1))
    assert "/leistungen/hund-anmelden/" in client.get("/leistungen/?anew").content.decode()


@pytest.mark.parametrize("published", [None, -1, 1])
@pytest.mark.parametrize("begin", [None, -1, 0, 1])
@pytest.mark.parametrize("end", [None, -1, 0, 1])
def test_lists_and_single_pages_agree_on_what_is_visible(
    gladbeck: TenantInfo, published: int | None, begin: int | None, end: int | None
) -> None:
    now, today = timezone.now(), timezone.localdate()
    with as_migration():
        Service.objects.filter(slug="hund-anmelden").update(
            published_at=None if published is None else now + dt.timedelta(hours=published),
            valid_from=None if begin is None else today + dt.timedelta(days=begin),
            valid_to=None if end is None else today + dt.timedelta(days=end),
        )
        by_query = Service.objects.filter(published_condition(), slug="hund-anmelden").exists()
    with in_tenant(gladbeck.ref):
        assert ("hund-anmelden" in {one.slug for one in list_services()}) is by_query


def test_who_is_signed_in_always_reads_the_database(visit: Visit, listening: None) -> None:
    visit("gladbeck.localhost").get(HOME)
    client = visit("gladbeck.localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = "someone"
    assert any("portal_notice" in query for query in queries_of(client, HOME))


def test_while_the_listener_is_away_the_database_is_read(visit: Visit) -> None:
    client = visit("gladbeck.localhost")
    client.get(HOME)
    assert any("portal_notice" in query for query in queries_of(client, HOME))


def test_the_memory_stays_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.registry.memory.MAX_BYTES", 10 * 700)
    monkeypatch.setattr("tenants.registry.memory.MAX_VALUE_BYTES", 200)
    small = TenantMemory()
    for number in range(50):
        small.keep(("role", f"{number}", "de", b""), 1, b"x" * 100)
    assert small.find(("role", "39", "de", b""), 1) is None
    assert small.find(("role", "49", "de", b""), 1) == b"x" * 100
    assert small.find(("role", "49", "de", b""), 2) is None, "of another generation"
    small.keep(("role", "large", "de", b""), 1, b"x" * 201)
    assert small.find(("role", "large", "de", b""), 1) is None
    assert small is not memory


def test_nothing_is_remembered_outside_of_a_tenant(listening: None) -> None:
    with as_migration(), remembering():
        assert list_services()
