"""A training copy: everything that a portal shows, nothing that is personal, and nobody is led to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

from tenants.context import as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput
from tenants.lifecycle import cloning, exporting
from tenants.lifecycle.importing import import_tenant as real_import
from tenants.lifecycle.services import clone_tenant, offboard
from tenants.lifecycle.tests.columns import tenant_models
from tenants.lifecycle.tests.conftest import SYSTEM, Town, files_of, names_in, rows_of
from tenants.lifecycle.tests.repacking import contents_of
from tenants.outbox.services import project_waiting
from tenants.personal import TenantAppConfig, list_table_rules
from tenants.registry.models import Tenant
from tenants.registry.sites import directory


def test_every_tenant_model_says_what_is_personal() -> None:
    undeclared = [
        model._meta.label for model in tenant_models() if list_table_rules()[model._meta.db_table].personal is None
    ]
    assert undeclared == [], "declare them in the app's AppConfig, see tenants/personal.py"


def test_no_declaration_is_of_a_model_that_is_gone() -> None:
    for config in apps.get_app_configs():
        if isinstance(config, TenantAppConfig):
            names = {model._meta.object_name for model in config.get_models(include_auto_created=True)}
            assert set(config.personal) | set(config.file_fields) <= names


def test_a_name_of_a_person_is_declared() -> None:
    """Columns that name who acted, an address or a password are personal wherever they stand."""
    telling = ("author", "_by", "password", "token_hash", "contact")
    for model in tenant_models():
        rules = list_table_rules()[model._meta.db_table]
        for field in model._meta.concrete_fields:
            if field.name.endswith(telling) and not rules.drops_rows:
                assert field.column in rules.replacements, f"{model._meta.label}.{field.name}"


def test_no_personal_value_reaches_the_copy(town: Town, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    archives: list[Mapping[str, bytes]] = []

    def seen(**options: object) -> object:
        archives.append(contents_of(options["archive"]))  # type: ignore[arg-type]
        return real_import(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(cloning, "import_tenant", seen)
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung", admin_email="lehre@x.example")
    copy = rows_of(clone.imported.tenant.schema_name)
    assert not any("Eva Muster" in row for rows in copy.values() for row in rows)
    assert not any(b"Eva Muster" in data for data in archives[0].values())
    assert (copy["staff_staffaccount"], copy["portal_feedback"], len(copy["staff_invitation"])) == ([], [], 1)
    # What the portal shows is there.
    original = rows_of(town.ref.schema)
    for table in ("portal_legalpage", "decisions_override", "portal_notice", "portal_openinghours"):
        assert len(copy[table]) == len(original[table])
    with in_tenant(clone.imported.tenant.ref), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_auditentry WHERE position(%s IN data::text || actor_name) > 0", ["Muster"]
        )
        assert cursor.fetchone() == (0,)


def test_it_keeps_the_logo_and_no_upload(town: Town) -> None:
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung")
    files = files_of(clone.imported.tenant.schema_name)
    assert [name.rpartition("/")[0] for name in files] == ["public/portal"]
    assert not [name for name in names_in(Path(settings.MEDIA_ROOT)) if name.startswith(".")]


def test_it_says_what_it_is_and_nobody_is_led_there(town: Town) -> None:
    new = f"{town.slug}-schulung"
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=new)
    project_waiting()
    directory.forget()
    there = Client(headers={"host": clone.imported.host})
    page = there.get("/")
    assert page.status_code == 200
    assert "Übungskopie" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "Übungskopie" in there.get("/verwaltung/anmelden/").content.decode()
    assert there.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert there.get("/sitemap.xml").status_code == 404
    assert clone.invitation is not None
    assert there.get(f"/verwaltung/einladung/{clone.invitation.token}/").status_code == 200
    umbrella = Client(headers={"host": "muensterland.localhost"})
    paths = ("/", "/kommunen/", "/mitglieder/", "/sitemap.xml", "/suche/?q=Ascheberg", "/kommunen/suche/?q=Ascheberg")
    for path in (*paths, "/leistungen/hund-anmelden/", "/kommune/?kommune=" + new):
        assert new not in umbrella.get(path).content.decode().replace(f"kommune={new}", ""), path
    original = Client(headers={"host": town.host}).get("/")
    assert "Übungskopie" not in original.content.decode()
    assert "X-Robots-Tag" not in original


def test_the_original_stays_and_the_copy_can_go(town: Town, folder: Path) -> None:
    before = rows_of(town.ref.schema)
    new = f"{town.slug}-schulung"
    clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=new)
    assert rows_of(town.ref.schema) == before
    offboard(actor=SYSTEM, slug=new, archive_dir=folder, wait_days=0)
    assert offboard(actor=SYSTEM, slug=new).state == "done"
    assert rows_of(town.ref.schema) == before
    with as_operator():
        assert Tenant.objects.get(slug=town.slug).codes.get().ags == "05558004"


def test_without_a_declaration_there_is_no_copy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {name: rule for name, rule in list_table_rules().items() if name != "portal_notice"}
    monkeypatch.setattr(exporting, "list_table_rules", lambda: rules)
    with pytest.raises(Conflict) as refused:
        clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung")
    assert (refused.value.code, "portal_notice" in refused.value.user_message) == ("personal_undeclared", True)


def test_a_wrong_address_or_name_makes_nothing(town: Town) -> None:
    with pytest.raises(InvalidInput):
        clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung", admin_email="keine Adresse")
    with pytest.raises(Conflict):
        clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=town.slug)
    assert f"{town.slug}-schulung" not in directory.reload().tenants
