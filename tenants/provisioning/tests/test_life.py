"""Suspension, return and the other states of life."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.provisioning.services import clear_error, note_error, resume, set_life, suspend
from tenants.provisioning.tests.conftest import SYSTEM
from tenants.registry.models import Tenant
from tenants.registry.sites import TenantInfo, directory


def life_of(slug: str) -> str:
    with as_operator():
        return str(Tenant.objects.get(slug=slug).life)


def _rows(tenant: TenantInfo) -> dict[str, int]:
    with in_tenant(tenant.ref), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'django_migrations'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 -- names from the catalogue
            counts[table] = cursor.fetchone()[0]
        return counts


def test_a_suspended_town_says_whom_to_call_and_keeps_its_data(fresh_database: str) -> None:
    tenant = directory.snapshot().tenants["gladbeck"]
    before = _rows(tenant)
    suspend(actor=SYSTEM, slug="gladbeck", reason="Vertrag ruht")
    page = Client(headers={"host": tenant.host}).get("/")
    assert page.status_code == 503
    text = page.content.decode()
    assert tenant.operator.name in text
    assert tenant.operator.phone in text
    assert "Vertrag ruht" not in text
    assert Client(headers={"host": "dorsten.localhost"}).get("/").status_code == 200
    assert _rows(tenant) == before
    resume(actor=SYSTEM, slug="gladbeck")
    assert Client(headers={"host": tenant.host}).get("/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("life", ["setup", "pilot", "live"])
def test_a_town_comes_back_in_the_state_from_before(gladbeck: TenantInfo, life: str) -> None:
    with as_operator():
        Tenant.objects.filter(slug="gladbeck").update(life=life)
    suspend(actor=SYSTEM, slug="gladbeck", reason="Wartung")
    assert life_of("gladbeck") == "suspended"
    resume(actor=SYSTEM, slug="gladbeck")
    assert life_of("gladbeck") == life
    with as_operator():
        assert Tenant.objects.get(slug="gladbeck").suspended_reason == ""


@pytest.mark.django_db
def test_suspension_needs_a_reason_and_a_town_in_service(gladbeck: TenantInfo) -> None:
    for reason in ("", "  \n ", "x" * 301):
        with pytest.raises(InvalidInput) as refused:
            suspend(actor=SYSTEM, slug="gladbeck", reason=reason)
        assert list(refused.value.fields) == ["reason"]
    suspend(actor=SYSTEM, slug="gladbeck", reason="Wartung")
    with pytest.raises(Conflict):
        suspend(actor=SYSTEM, slug="gladbeck", reason="noch einmal")
    with pytest.raises(Conflict):
        set_life(actor=SYSTEM, slug="gladbeck", life="live")
    resume(actor=SYSTEM, slug="gladbeck")
    with pytest.raises(Conflict):
        resume(actor=SYSTEM, slug="gladbeck")


@pytest.mark.django_db
def test_states_follow_each_other(gladbeck: TenantInfo) -> None:
    with as_operator():
        Tenant.objects.filter(slug="gladbeck").update(life="setup")
    for life in ("pilot", "live", "pilot", "live", "leaving", "live"):
        set_life(actor=SYSTEM, slug="gladbeck", life=life)
        assert life_of("gladbeck") == life
    for life in ("setup", "live"):
        with pytest.raises(Conflict):
            set_life(actor=SYSTEM, slug="gladbeck", life=life)
    for life in ("suspended", "gone"):
        with pytest.raises(InvalidInput):
            set_life(actor=SYSTEM, slug="gladbeck", life=life)


@pytest.mark.django_db
def test_a_tenant_of_another_operator_looks_like_none(operator_of: Callable[[str], Actor]) -> None:
    actor = operator_of("muensterland")
    calls: list[Callable[[], None]] = [
        lambda: suspend(actor=actor, slug="gladbeck", reason="x"),
        lambda: resume(actor=actor, slug="gladbeck"),
        lambda: set_life(actor=actor, slug="gladbeck", life="leaving"),
        lambda: clear_error(actor=actor, slug="gladbeck"),
        lambda: suspend(actor=actor, slug="atlantis", reason="x"),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert life_of("gladbeck") == "live"


@pytest.mark.django_db
def test_both_trails_name_who_closed_the_portal(gladbeck: TenantInfo, operator_of: Callable[[str], Actor]) -> None:
    suspend(actor=operator_of("emscher-lippe"), slug="gladbeck", reason="Vertrag ruht")
    with as_operator():
        entry = AuditEntry.objects.get(action="tenant.life_changed", tenant_id=gladbeck.id)
    assert entry.data == {"from": "live", "to": "suspended", "reason": "Vertrag ruht"}
    with in_tenant(gladbeck.ref):
        own = AuditEntry.objects.filter(action="support.acted", data__action="tenant.life_changed").get()
    assert (own.actor_kind, own.actor_name) == ("operator", "Olga Betrieb")


@pytest.mark.django_db
def test_a_noted_error_is_kept_until_it_is_dealt_with(gladbeck: TenantInfo) -> None:
    note_error(tenant_id=gladbeck.id, message="ValueError (request abc)")
    with as_operator():
        row = Tenant.objects.get(id=gladbeck.id)
    assert row.last_error == "ValueError (request abc)"
    assert row.last_error_at is not None
    clear_error(actor=SYSTEM, slug="gladbeck")
    with as_operator():
        row = Tenant.objects.get(id=gladbeck.id)
    assert (row.last_error, row.last_error_at) == ("", None)
