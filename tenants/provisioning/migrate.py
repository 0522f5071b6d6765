"""Bring the shared schema and the template schema to the migrations on disk, with rights and row-level security."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tenants.context import as_migration
from tenants.names import PUBLIC_SCHEMA, TEMPLATE_SCHEMA, Group, checked, group_role
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot
from tenants.registry.generations import CATALOGUE, REGISTRY
from tenants.registry.models import Generation
from tenants.rights import list_row_rules, list_table_rights

GROUPS: tuple[Group, ...] = ("tenant", "umbrella", "operator", "projector")


def migrate_deployment(*, verbosity: int = 0) -> Snapshot:
    """Migrate the shared schema, then the template; grant; snapshot. Idempotent.

    Effects: existing tenants are untouched; they follow by rollout.
    """
    with as_migration(migrates="public"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    with as_migration():
        apply_rights()
        for scope in (REGISTRY, CATALOGUE):
            Generation.objects.get_or_create(scope=scope)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    with as_migration(TEMPLATE_SCHEMA, migrates="tenant"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    return ensure_snapshot()


def apply_rights() -> None:
    """Give each group exactly the declared rights on each shared table, and row-level security where declared."""
    rules = list_row_rules()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rights in list_table_rights().items():
            name = f"{PUBLIC_SCHEMA}.{checked(table)}"
            for group in GROUPS:
                cursor.execute(f"REVOKE ALL ON {name} FROM {group_role(group)}")
                if rights.get(group):
                    cursor.execute(f"GRANT {rights[group]} ON {name} TO {group_role(group)}")
            _apply_row_rules(cursor, name, rules.get(table, {}))


def _apply_row_rules(cursor: CursorWrapper, name: str, rules: dict[Group, str]) -> None:
    cursor.execute(f"ALTER TABLE {name} {'ENABLE' if rules else 'DISABLE'} ROW LEVEL SECURITY")
    for group in GROUPS:
        cursor.execute(f"DROP POLICY IF EXISTS {group} ON {name}")
        if group in rules:
            rule = rules[group]
            cursor.execute(f"CREATE POLICY {group} ON {name} TO {group_role(group)} USING ({rule}) WITH CHECK ({rule})")
