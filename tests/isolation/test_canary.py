"""A word that only one town has never appears elsewhere: not on pages, not in caches, files, search or logs."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from redis import Redis

from catalog.decisions.services import set_override
from catalog.services.selectors import list_service_ids
from shared_services.portal.services.branding import update_branding
from shared_services.portal.services.pages import save_legal_page
from shared_services.portal.theme_presets import preset
from tenants.actors import system_actor
from tenants.cache import make_key
from tenants.context import as_umbrella, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.sites import TenantInfo, directory
from tests.isolation.matrix import MATRIX

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")
SERVICE = "hund-anmelden"


def canary(tenant: TenantInfo) -> str:
    """Return the word of a town."""
    return f"Kanarienvogel{tenant.slug.replace('-', '')}x"


@pytest.fixture
def towns(town: Callable[[str], TenantInfo], settings: pytest.FixtureRequest, tmp_path: Path) -> list[TenantInfo]:
    """Three towns, each with its word wherever staff can write."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    chosen = [town(slug) for slug in ("gladbeck", "dorsten", "bottrop")]
    with as_umbrella():
        service_id = list_service_ids()[SERVICE]
    for tenant in chosen:
        word = canary(tenant)
        with in_tenant(tenant.ref):
            update_branding(actor=ACTOR, claim={"de": word, "en": word}, theme=preset("muensterland").as_dict())
            save_legal_page(actor=ACTOR, kind="imprint", language="de", title=word, body=f"<p>{word}</p>")
            for field in ("title", "notes"):
                set_override(actor=ACTOR, service_id=service_id, field=field, language="de", value=word)
            default_storage.save("public/portal/canary.txt", ContentFile(word.encode()))
    while project_waiting():
        pass
    return chosen


def public_paths() -> list[str]:
    """Return the German public pages of a town."""
    return ["/", "/impressum/", "/kontakt/", "/leistungen/", f"/leistungen/{SERVICE}/", "/themen/", "/suche/?q=Hund"]


def test_no_page_shows_another_towns_word(towns: list[TenantInfo], visit: Callable[[str], Client]) -> None:
    shown = 0
    for tenant in towns:
        others = [canary(other).encode() for other in towns if other is not tenant]
        for path in public_paths():
            page = visit(tenant.host).get(path).content
            assert not [word for word in others if word in page], (tenant.slug, path)
            shown += canary(tenant).encode() in page
    assert shown >= len(towns) * 4, "the words must be there to be missed elsewhere"


def test_a_search_for_the_word_finds_it_in_its_own_town_only(
    towns: list[TenantInfo], visit: Callable[[str], Client]
) -> None:
    for tenant in towns:
        for other in towns:
            page = visit(other.host).get("/suche/", {"q": canary(tenant)}).content
            link = f"/leistungen/{SERVICE}/".encode()
            assert (link in page) == (other is tenant), (tenant.slug, other.slug)


def test_neighbours_that_said_nothing_show_nothing(towns: list[TenantInfo], visit: Callable[[str], Client]) -> None:
    words = [canary(tenant).encode() for tenant in towns]
    for slug in ("marl", "herten", "kreis-recklinghausen", "muenster"):
        for path in public_paths():
            page = visit(directory.snapshot().tenants[slug].host).get(path, follow=True).content
            assert not [word for word in words if word in page], (slug, path)


def test_a_file_of_a_town_is_not_served_by_another(towns: list[TenantInfo], visit: Callable[[str], Client]) -> None:
    first, second = towns[:2]
    with in_tenant(first.ref):
        name = default_storage.listdir("public/portal")[1][0]
        with default_storage.open(f"public/portal/{name}") as file:
            assert canary(first).encode() in file.read()
    for path in (f"/dateien/portal/{name}", f"/dateien/../{first.ref.schema}/public/portal/{name}"):
        assert visit(second.host).get(path).status_code == 404
    with in_tenant(second.ref):
        assert not default_storage.exists(f"public/portal/{name}")


def test_cache_keys_carry_their_tenant(towns: list[TenantInfo]) -> None:
    keys = set()
    for tenant in towns:
        with in_tenant(tenant.ref):
            keys.add(make_key("same", "cache", 1))
    assert len(keys) == len(towns)
    with Redis.from_url(django_settings.REDIS_URL) as valkey:
        for key in valkey.scan_iter("cache:*"):
            owner = key.decode().split(":")[1]
            value = valkey.get(key) or b""
            foreign = [canary(one).encode() for one in towns if one.ref.role != owner]
            assert not [word for word in foreign if word in value]


def test_logs_hold_no_content(
    towns: list[TenantInfo], visit: Callable[[str], Client], capsys: pytest.CaptureFixture[str]
) -> None:
    for tenant in towns:
        for path in public_paths():
            visit(tenant.host).get(path)
    told = io.StringIO("".join(capsys.readouterr()))
    for line in told:
        if "tenant=" in line:
            assert "Kanarienvogel" not in line


def test_every_public_route_is_looked_at() -> None:
    open_rows = {row.route for row in MATRIX["tenant"] if set(row.answers) == {200}}
    assert {"portal:home", "portal:imprint", "catalog_pages:service", "catalog_pages:search"} <= open_rows
