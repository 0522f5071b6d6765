"""The second wall: what PostgreSQL itself refuses, whatever the code above it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from catalog.search.models import DecisionProjection
from catalog.services.models import Category, LayerValue, ServiceVersion
from tenants import names
from tenants.audit.models import AuditEntry
from tenants.context import NoTenantError, as_editor, as_operator, as_projector, as_umbrella, current_tenant, in_tenant
from tenants.ids import uuid7
from tenants.outbox.models import OutboxEvent
from tenants.registry.generations import touch_tenant
from tenants.registry.models import Generation, Tenant
from tenants.registry.sites import TenantInfo, directory
from tenants.staff.models import StaffAccount

pytestmark = pytest.mark.django_db


def run(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    """Run one statement in a savepoint of its own, so that a refusal leaves the test's transaction usable."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM t_dorsten.staff_staffaccount",
        "INSERT INTO t_dorsten.staff_invitation (id) VALUES (gen_random_uuid())",
        "UPDATE t_dorsten.staff_staffaccount SET name = 'x'",
        "DELETE FROM t_dorsten.staff_staffaccount",
        "TRUNCATE t_dorsten.staff_staffaccount",
        "CREATE TABLE t_dorsten.mine (a int)",
        "CREATE TABLE t_gladbeck.mine (a int)",
        "CREATE TABLE public.mine (a int)",
        "DROP TABLE t_gladbeck.staff_staffaccount",
        "ALTER TABLE t_gladbeck.staff_staffaccount DISABLE ROW LEVEL SECURITY",
        "SELECT * FROM tenant_template.staff_staffaccount",
        "UPDATE public.registry_tenant SET life = 'live'",
        "DELETE FROM public.registry_domain",
        "UPDATE public.services_service SET slug = 'x'",
        "SELECT * FROM public.operators_operatoraccount",
        "SELECT * FROM public.outbox_outboxevent",
        "UPDATE public.audit_auditentry SET action = 'x'",
        "DELETE FROM public.audit_auditentry",
        "SELECT * FROM public.provisioning_schemasnapshot",
        "SELECT * FROM pg_authid",
    ],
)
def test_a_tenants_role_is_refused(statement: str, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(statement)


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM t_gladbeck.staff_staffaccount", "SELECT * FROM public.registry_tenant"]
)
def test_without_a_context_everything_is_refused(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied") as refused:
        run(statement)
    assert "in_tenant" in "".join(refused.value.__notes__)


def test_an_unqualified_name_without_a_context_finds_nothing() -> None:
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        StaffAccount.objects.count()


@pytest.mark.parametrize("context", [as_umbrella, as_operator, as_editor, as_projector])
def test_no_group_sees_into_a_tenants_schema(context: Callable[[], object]) -> None:
    with context(), pytest.raises(ProgrammingError, match="permission denied"):  # type: ignore[attr-defined]
        run("SELECT * FROM t_gladbeck.staff_staffaccount")


def test_the_umbrella_reads_the_registry_and_can_not_write_it() -> None:
    with as_umbrella():
        assert Tenant.objects.count() >= 20
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Tenant.objects.update(life="suspended")


def test_editors_write_the_catalogue_and_change_no_published_version() -> None:
    with as_editor():
        assert Tenant.objects.count() >= 20
        assert LayerValue.objects.filter(field="title").update(author="Eike") > 0
        for change in (
            lambda: Tenant.objects.update(life="suspended"),
            lambda: Category.objects.update(order=1),
            lambda: ServiceVersion.objects.update(note="anders"),
            lambda: ServiceVersion.objects.all().delete(),
            lambda: DecisionProjection.objects.update(decision="adopt"),
            lambda: AuditEntry.objects.all().delete(),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change()


def test_editors_read_audit_rows_of_editors_only(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        AuditEntry.objects.create(
            id=uuid7(), owner_role=gladbeck.ref.role, tenant_id=gladbeck.id, actor_kind="system", action="canary"
        )
    with as_editor():
        AuditEntry.objects.create(
            id=uuid7(), owner_role=names.group_role("editor"), actor_kind="editor", action="canary"
        )
        assert set(AuditEntry.objects.values_list("owner_role", flat=True)) == {names.group_role("editor")}


def test_a_tenant_writes_outbox_rows_of_its_own_only(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    def write(role: str) -> None:
        with transaction.atomic():
            OutboxEvent.objects.create(owner_role=role, tenant_id=gladbeck.id, kind="canary")

    with in_tenant(gladbeck.ref):
        write(gladbeck.ref.role)
        with pytest.raises(ProgrammingError, match="row-level security"):
            write(dorsten.ref.role)


def test_a_tenant_reads_audit_rows_of_its_own_only(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    for tenant in (gladbeck, dorsten):
        with in_tenant(tenant.ref):
            AuditEntry.objects.create(
                id=uuid7(), owner_role=tenant.ref.role, tenant_id=tenant.id, actor_kind="system", action="canary"
            )
    with in_tenant(gladbeck.ref):
        owners = set(AuditEntry.objects.values_list("owner_role", flat=True))
    assert owners == {gladbeck.ref.role}


def test_a_tenant_moves_its_own_generation_only(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        touch_tenant()
        assert not Generation.objects.filter(scope=dorsten.ref.role).update(number=99)


def test_the_login_inherits_nothing() -> None:
    assert run(
        "SELECT rolinherit, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = %s", names.group_role("app")
    ) == [(False, False, False)]


def test_code_that_needs_a_tenant_says_so() -> None:
    with pytest.raises(NoTenantError, match="in_tenant"):
        current_tenant()


def test_the_borrowed_ways_in_raise() -> None:
    with as_umbrella():
        tenant = Tenant.objects.first()
    assert tenant is not None
    with pytest.raises(RuntimeError, match="in_tenant"):
        tenant.__enter__()
    with pytest.raises(RuntimeError, match="in_tenant"):
        tenant.activate()
    with pytest.raises(RuntimeError, match="onboard"):
        tenant.create_schema()


def test_a_tenant_schema_has_no_ties_to_another_schema() -> None:
    foreign = run(
        "SELECT k.conname FROM pg_constraint k "
        "JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid "
        "WHERE k.contype = 'f' AND c.relnamespace <> f.relnamespace"
    )
    triggers = run(
        "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND c.relnamespace = 't_gladbeck'::regnamespace"
    )
    sequences = run("SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 't_gladbeck'::regnamespace")
    assert (foreign, triggers, sequences) == ([], [], [])


def test_every_role_of_the_demo_belongs_to_one_schema() -> None:
    granted = run(
        "SELECT n.nspname, r.rolname FROM pg_namespace n, LATERAL aclexplode(n.nspacl) a "
        "JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE n.nspname LIKE 't\\_%%' AND r.rolname <> %s AND r.rolname LIKE %s",
        names.group_role("migration"),
        f"{names.group_role('app').removesuffix('_app')}%",
    )
    assert len(granted) == len(directory.snapshot().tenants)
    assert all(names.tenant_role(str(schema)) == role for schema, role in granted)
