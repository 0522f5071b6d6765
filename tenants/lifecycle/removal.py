"""The removal itself: what one transaction takes out of the database, and what is looked for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import OperationalError, connection, models
from django.utils.translation import gettext as _
from psycopg.errors import DependentObjectsStillExist

from tenants.audit.models import AuditAnchor, AuditChain, AuditEntry, AuditSeal
from tenants.audit.services import forget_tenant
from tenants.errors import Conflict
from tenants.lifecycle import tables
from tenants.lifecycle.models import Offboarding
from tenants.names import PUBLIC_SCHEMA, checked, tenant_role
from tenants.outbox.models import OutboxEvent
from tenants.provisioning.replay import role_exists, schema_exists
from tenants.registry.models import Domain, Generation, Tenant, TenantCode
from tenants.rights import SharedAppConfig

# The IT provider's own records of what it did: its entries in the audit trail, and the offboarding with its proof. Of
# the tenant's chain `forget_tenant` keeps what says where it ended.
_KEPT_MODELS: Final = (AuditEntry, AuditSeal, AuditChain, AuditAnchor, Offboarding)
_OF_REGISTRY: Final = (Tenant, TenantCode, Domain)
# Of the entries that stay: facts of the work, no free text and no address.
KEPT_DATA_KEYS: Final = ("from", "to", "slug", "ags", "host", "completed", "sha256", "archive_sha256", "tables", "rows")
_LOCK_SECONDS: Final = 30


def remove_from_database(tenant: Tenant) -> dict[str, int]:
    """Drop schema and role and delete every shared row of a tenant, within the caller's transaction.

    Return the rows by table; the schema's own tables carry its name. Towns of a district are without one afterwards.
    Raises: Conflict while somebody holds a table of the schema, or when another database still uses the role.
    """
    removed = {f"{tenant.schema_name}.{name}": rows for name, rows in count_schema_rows(tenant.schema_name).items()}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout TO '{_LOCK_SECONDS}s'")
        _drop_schema(tenant.schema_name)
    # The schema first: whoever was still writing in it has ended by now, with all its events.
    removed.update(_delete_shared_rows(tenant.id, tenant.schema_name))
    removed[_name(Tenant, "district")] = Tenant.objects.filter(district_id=tenant.id).update(district=None)
    for model in (TenantCode, Domain):
        removed[_name(model)] = model._base_manager.filter(tenant_id=tenant.id).delete()[0]
    removed[_name(Tenant)] = Tenant.objects.filter(id=tenant.id).delete()[0]
    _drop_role(tenant_role(tenant.schema_name))
    return removed


def count_schema_rows(schema: str) -> dict[str, int]:
    """Return the rows of a tenant's tables, by name; nothing for a schema that is gone."""
    return tables.count_rows(tables.list_tables(schema).values())


def _drop_schema(schema: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {checked(schema)} CASCADE")
    except OperationalError as refused:
        if getattr(refused.__cause__, "sqlstate", "") != "55P03":
            raise
        message = _("Es laufen noch Vorgänge in den Tabellen dieser Kommune. Versuchen Sie es gleich noch einmal.")
        raise Conflict(message, code="tables_busy") from refused


def _drop_role(role: str) -> None:
    """Drop the role with its memberships; the rights it had of its own went with the schema."""
    if not role_exists(role):
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE {checked(role)}")
    except Exception as refused:
        if not isinstance(refused.__cause__, DependentObjectsStillExist):
            raise
        detail = str(refused.__cause__.diag.message_detail or "")
        raise Conflict(
            _(
                "Die Datenbankrolle {role} hat noch anderswo auf diesem Server Rechte, etwa in einer "
                "wiederhergestellten Kopie der Datenbank: {detail}. Entfernen Sie diese und starten Sie den Befehl neu."
            ).format(role=role, detail=detail),
            code="role_in_use",
        ) from refused


def has_successor(schema: str) -> bool:
    """Whether another tenant has come to live under the same name since; its role and schema are not ours to touch."""
    return Tenant.objects.filter(schema_name=schema).exists()


def sweep_shared_rows(tenant_id: UUID, schema: str) -> dict[str, int]:
    """Delete what has come after the removal, such as a projection that was under way. Idempotent."""
    return {name: rows for name, rows in _delete_shared_rows(tenant_id, schema).items() if rows}


def _delete_shared_rows(tenant_id: UUID, schema: str) -> dict[str, int]:
    """Delete a tenant's rows of shared tables: events first, so that no projection of one comes after its rows went."""
    removed: dict[str, int] = {}
    for model, condition in sorted(_carriers(tenant_id, schema), key=lambda pair: pair[0] is not OutboxEvent):
        removed[_name(model)] = model._base_manager.filter(condition).delete()[0]
    deleted, _kept = forget_tenant(tenant_id=tenant_id, role=tenant_role(schema), kept_keys=KEPT_DATA_KEYS)
    removed[_name(AuditEntry)] = deleted
    return removed


def _carriers(tenant_id: UUID, schema: str) -> Iterator[tuple[type[models.Model], models.Q]]:
    """Yield every shared model whose rows name a tenant, and how to find them: by its id, else by its role."""
    role = tenant_role(schema)
    by_role = not Tenant.objects.filter(schema_name=schema).exclude(id=tenant_id).exists()
    for config in apps.get_app_configs():
        if not isinstance(config, SharedAppConfig):
            continue
        for model in config.get_models(include_auto_created=True):
            columns = {field.attname for field in model._meta.concrete_fields}
            if model in {*_KEPT_MODELS, *_OF_REGISTRY}:
                continue
            if "tenant_id" in columns:
                yield model, models.Q(tenant_id=tenant_id)
            elif by_role and "owner_role" in columns:
                yield model, models.Q(owner_role=role)
            elif by_role and model is Generation:
                yield model, models.Q(scope=role)


def count_leftovers(tenant_id: UUID, schema: str) -> dict[str, int]:
    """Return what a look at the database still finds of a tenant: all of it has to be 0."""
    role = tenant_role(schema)
    found = {} if has_successor(schema) else {"schema": int(schema_exists(schema)), "role": int(role_exists(role))}
    found[_name(Tenant)] = Tenant.objects.filter(id=tenant_id).count()
    found[_name(AuditEntry)] = AuditEntry.objects.filter(owner_role=role, tenant_id=tenant_id).count()
    for owned in (TenantCode, Domain):
        found[_name(owned)] = owned._base_manager.filter(tenant_id=tenant_id).count()
    for model, condition in _carriers(tenant_id, schema):
        found[_name(model)] = model._base_manager.filter(condition).count()
    return found


def count_kept_entries(tenant_id: UUID) -> int:
    """Return how many entries of the IT provider's own trail stay."""
    return AuditEntry.objects.filter(tenant_id=tenant_id).count()


def _name(model: type[models.Model], column: str = "") -> str:
    table = f"{PUBLIC_SCHEMA}.{model._meta.db_table}"
    return f"{table}.{column}" if column else table
