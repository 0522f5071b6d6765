"""Pages of anonymous visitors: answered before Django, per tenant, and new on the next look after a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from federation.pagecache.store import Page, PageStore, page_key, parse_cookies, store
from federation.pagecache.wsgi import CachedPages
from shared_services.identity.flashes import cookie_name
from shared_services.portal.services.branding import update_branding
from shared_services.portal.theme_presets import preset
from tenants.actors import system_actor
from tenants.context import as_migration, in_tenant
from tenants.registry.digests import digest_of
from tenants.registry.generations import touch_registry
from tenants.registry.models import Tenant
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
Visit = Callable[[str], Client]


def ask(
    path: str = "/", *, host: str = "gladbeck.localhost", method: str = "GET", **headers: str
) -> tuple[str, dict[str, str], bytes]:
    """Ask the cache alone; what it does not have is answered by `asked Django`."""

    def django(environ: Any, start: Any) -> list[bytes]:
        start("299 Asked Django", [])
        return [b""]

    told: dict[str, Any] = {}

    def start(status: str, pairs: list[tuple[str, str]]) -> None:
        told.update(status=status, headers=dict(pairs))

    path, _, query = path.partition("?")
    environ: Any = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, **headers}
    body = b"".join(CachedPages(django)(environ, start))  # type: ignore[arg-type]
    return told["status"], told["headers"], body


def test_the_second_look_is_answered_before_django(visit: Visit, listening: None) -> None:
    assert ask()[0].startswith("299")
    first = visit("gladbeck.localhost").get("/")
    status, headers, body = ask()
    assert status == "200 OK"
    assert body == first.content
    assert headers["ETag"] == first["ETag"]
    unstored = {"X-Request-ID", "Content-Length"}
    assert {name: headers[name] for name in first.headers if name not in unstored} == {
        name: value for name, value in first.headers.items() if name not in unstored
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "public, no-cache"
    assert "nonce-" not in headers["Content-Security-Policy"]


def test_who_has_the_page_already_gets_304(visit: Visit, listening: None) -> None:
    client = visit("gladbeck.localhost")
    etag = client.get("/")["ETag"]
    assert client.get("/", headers={"if-none-match": etag}).status_code == 304
    status, headers, body = ask(HTTP_IF_NONE_MATCH=etag)
    assert (status, body) == ("304 Not Modified", b"")
    assert headers["ETag"] == etag


def test_a_head_request_has_no_body(visit: Visit, listening: None) -> None:
    visit("gladbeck.localhost").get("/")
    status, headers, body = ask(method="HEAD")
    assert (status, body) == ("200 OK", b"")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/?x=1", {}),
        ("/", {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=someone"}),
        ("/", {"HTTP_HOST": "dorsten.localhost"}),
        ("/", {"HTTP_HOST": "www.gladbeck.localhost"}),
        ("/", {"HTTP_HOST": "no.such.town"}),
        ("/en/", {}),
        ("/", {"HTTP_COOKIE": "verbund_kommune=marl"}),
        ("/", {"HTTP_COOKIE": "verbund_darstellung=dunkel"}),
    ],
)
def test_what_is_another_page_is_not_mixed_up_with_it(
    visit: Visit, listening: None, path: str, headers: dict[str, str]
) -> None:
    visit("gladbeck.localhost").get("/")
    host = headers.pop("HTTP_HOST", "gladbeck.localhost")
    assert ask(path, host=host, **headers)[0].startswith("299")


def test_a_post_is_never_answered_from_the_store(visit: Visit, listening: None) -> None:
    visit("gladbeck.localhost").get("/")
    assert ask(method="POST")[0].startswith("299")


def test_while_the_listener_is_away_django_is_asked(visit: Visit) -> None:
    visit("gladbeck.localhost").get("/")
    assert ask()[0].startswith("299")


def test_a_change_is_seen_on_the_next_look_and_only_there(visit: Visit, listening: None, gladbeck: TenantInfo) -> None:
    for host in ("gladbeck.localhost", "dorsten.localhost"):
        visit(host).get("/")
    with in_tenant(gladbeck.ref):
        update_branding(
            actor=system_actor("tests"),
            claim={"de": "Ganz neu", "en": "Brand new"},
            theme=preset("muensterland").as_dict(),
        )
    directory.heard(gladbeck.ref.role, directory.generation(gladbeck.ref.role) + 1)
    assert ask()[0].startswith("299")
    assert ask(host="dorsten.localhost")[0] == "200 OK"
    assert "Ganz neu" in visit("gladbeck.localhost").get("/").content.decode()


def change_tenant(slug: str, **fields: object) -> None:
    """Change an entry of the registry, and let this process hear of it."""
    with as_migration():
        Tenant.objects.filter(slug=slug).update(**fields)
        touch_registry()
    directory.reload()


def kept(*hosts: str) -> dict[str, bool]:
    """Return for each host whether its home page is answered from the store."""
    return {host: ask(host=f"{host}.localhost")[0] == "200 OK" for host in hosts}


def test_a_rollout_empties_nothing(visit: Visit, listening: None) -> None:
    hosts = ("gladbeck", "dorsten", "emscher-lippe", "muensterland")
    for host in hosts:
        visit(f"{host}.localhost").get("/")
    generation = directory.snapshot().generation
    change_tenant("gladbeck", schema_version="the next")
    assert directory.snapshot().generation != generation
    assert all(kept(*hosts).values())


def test_what_is_new_in_one_region_leaves_the_pages_of_the_others(visit: Visit, listening: None) -> None:
    hosts = ("gladbeck", "dorsten", "emscher-lippe", "muensterland", "muenster")
    for host in hosts:
        assert visit(f"{host}.localhost").get("/").status_code == 200
    change_tenant("gladbeck", name="Gladbeck an der Boye")
    assert kept(*hosts) == {
        "gladbeck": False, "dorsten": True, "emscher-lippe": False, "muensterland": True, "muenster": True,
    }  # fmt: skip
    assert "Gladbeck an der Boye" in visit("emscher-lippe.localhost").get("/").content.decode()


def test_a_town_that_nobody_sees_yet_changes_no_page(visit: Visit, listening: None) -> None:
    change_tenant("marl", life="setup")
    hosts = ("gladbeck", "emscher-lippe")
    for host in hosts:
        visit(f"{host}.localhost").get("/")
    change_tenant("marl", name="Marl am Kanal")
    assert all(kept(*hosts).values())
    change_tenant("marl", life="live")
    assert kept(*hosts) == {"gladbeck": True, "emscher-lippe": False}


def test_towns_show_their_district_and_districts_their_towns(visit: Visit, listening: None) -> None:
    district, town = "kreis-recklinghausen", "gladbeck"
    hosts = (district, town, "muenster")
    for slug, other in ((district, town), (town, district)):
        for host in hosts:
            visit(f"{host}.localhost").get("/")
        assert all(kept(*hosts).values())
        change_tenant(slug, official_name=f"Neu: {slug}")
        assert kept(*hosts) == {slug: False, other: False, "muenster": True}


def test_a_site_of_a_snapshot_that_was_replaced_makes_no_page_of_the_new_one(listening: None) -> None:
    before = directory.snapshot().sites["gladbeck.localhost"]
    assert digest_of(before) == digest_of(before)
    change_tenant("gladbeck", name="Gladbeck an der Boye")
    after = directory.snapshot().sites["gladbeck.localhost"]
    assert page_key(before, "/", {}) != page_key(after, "/", {})
    assert digest_of(after) != digest_of(before)


def test_made_up_cookies_do_not_fill_the_store(gladbeck: TenantInfo) -> None:
    site = directory.snapshot().sites[gladbeck.host]
    keys = {page_key(site, "/", {"verbund_kommune": f"town-{n}", "verbund_darstellung": f"{n}"}) for n in range(100)}
    assert len(keys) == 1
    assert parse_cookies("a=b; verbund_kommune=marl") == {"a": "b", "verbund_kommune": "marl"}
    assert parse_cookies(f"{settings.SESSION_COOKIE_NAME}=x") is None


def test_whoever_has_a_message_to_read_gets_a_page_of_their_own(visit: Visit, listening: None) -> None:
    visit("gladbeck.localhost").get("/")
    assert ask()[0] == "200 OK"
    assert ask(HTTP_COOKIE=f"{cookie_name()}=x")[0].startswith("299")


def test_errors_and_personal_pages_are_not_kept(visit: Visit, listening: None) -> None:
    client = visit("gladbeck.localhost")
    for path in ("/gibt-es-nicht/", "/feedback/", "/verwaltung/anmelden/", "/suche/?q=Hund"):
        client.get(path)
        assert ask(path)[0].startswith("299"), path


def test_the_store_stays_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("federation.pagecache.store.MAX_BYTES", 1000)
    small = PageStore()
    for number in range(50):
        small.put(("host", f"/{number}", "", 0, 0, ""), Page(b"x" * 100, '"e"', (), 0.0))
    assert len(small._pages) == 10
    assert store is not small
