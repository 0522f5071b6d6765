"""The cast of the lifecycle's tests: a town of each test process's own, with rows and files that are hard to copy.

Roles belong to the whole server, and offboarding drops one: nobody else may use it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from pytest_django import Settings

from catalog.decisions.models import Override
from federation.devstack import pytest_plugin
from shared_services.portal.models import Feedback, Notice, PortalProfile
from tenants.actors import Actor, system_actor
from tenants.audit.services import record
from tenants.context import TenantRef, as_migration, in_tenant
from tenants.ids import uuid7
from tenants.lifecycle import filestore
from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.services import offboard
from tenants.names import schema_name, tenant_role
from tenants.outbox.services import project_waiting
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.registry.sites import directory
from tenants.staff.services import create_account

SYSTEM = system_actor("tests")
AGS = "05558004"
AWKWARD = 'Zeile 1\nZeile "2";\\. ,\tÄß 𝄞 \\N'


@dataclass(frozen=True)
class Town:
    """A town that may be exported, copied and removed."""

    slug: str
    host: str
    ref: TenantRef


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Return a folder of this test alone for uploaded files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for archives."""
    place = tmp_path / "archives"
    place.mkdir()
    return place


@pytest.fixture
def own_slug() -> Iterator[str]:
    """Return a name that no other test process uses; roles of towns whose names begin with it go with the test."""
    slug = f"ascheberg-{pytest_plugin.worker_name()}"
    yield slug
    admin = pytest_plugin.admin_url()
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres")), autocommit=True) as server:
        pattern = tenant_role(schema_name(slug)).replace("_", "\\_") + "%"
        for (role,) in server.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [pattern]).fetchall():
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def town(own_slug: str, fresh_database: str, media: Path) -> Town:
    """Return a living town with a history."""
    slug = own_slug
    done = onboard(actor=SYSTEM, request=OnboardingRequest(slug=slug, ags=AGS, life="live"))
    ref = directory.reload().tenants[slug].ref
    fill(ref)
    project_waiting()
    return Town(slug, done.host, ref)


@pytest.fixture
def operator_of(town: Town) -> Callable[[str], Actor]:
    """Return a person of the IT provider that runs a region."""

    def person(region_slug: str) -> Actor:
        operator = directory.snapshot().regions[region_slug].operator
        return Actor(kind="operator", name="Olga Betrieb", id=uuid4(), operator_id=operator.id)

    return person


def fill(ref: TenantRef) -> None:
    """Give a town rows with every kind of value, files, people and a trail."""
    with in_tenant(ref), transaction.atomic():
        profile = PortalProfile.objects.get()
        profile.logo = default_storage.save("public/portal/logo.png", ContentFile(b"logo" * 1000)).removeprefix(
            f"{ref.schema}/"
        )
        profile.representative, profile.claim = "Bürgermeisterin Grün", {"de": AWKWARD}
        profile.save()
        for number, value in enumerate([AWKWARD, None, {"a": [1, None]}, ""]):
            Override.objects.create(
                service_id=uuid7(), field=f"f{number}", value=value, author="Eva Muster", changed_at=timezone.now()
            )
        Notice.objects.create(texts={"de": {"title": AWKWARD}}, shown_from=timezone.localdate(), updated_by="Eva")
        Feedback.objects.create(kind="pilot", message=AWKWARD, contact="buerger@example.org")
        create_account(
            actor=SYSTEM, email="eva@ascheberg.example", name="Eva Muster", password="ein langes Wort", roles=["editor"]
        )
        default_storage.save("uploads/antrag.pdf", ContentFile(b"%PDF geheim"))
        editor = Actor(kind="staff", name="Eva Muster", id=uuid7(), tenant_id=ref.id, roles=frozenset({"editor"}))
        for number in range(3):
            record(actor=editor, action="catalog.override.set", subject=f"service:{number}", data={"note": AWKWARD})


def rows_of(schema: str) -> dict[str, list[str]]:
    """Return every row of a schema as PostgreSQL writes it."""
    found = {}
    with as_migration(schema), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'django_migrations'", [schema]
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t ORDER BY 1')  # noqa: S608 -- from the catalogue
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def trail_of(role: str) -> list[tuple[object, ...]]:
    """Return the audit entries of a tenant's own, with all that is in them."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM audit_auditentry t WHERE owner_role = %s ORDER BY id", [role])
        return [row[0] for row in cursor.fetchall()]


def files_of(schema: str) -> dict[str, str]:
    """Return the checksum of every file of a tenant."""
    return {
        name: hashlib.sha256(full.read_bytes()).hexdigest() for name, full, _regular in filestore.list_files(schema)
    }


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(one.name for one in folder.iterdir())


def begin(town: Town, folder: Path, *, wait_days: int = 30) -> Offboarding:
    """Close and export a town."""
    return offboard(actor=SYSTEM, slug=town.slug, archive_dir=folder, wait_days=wait_days)
