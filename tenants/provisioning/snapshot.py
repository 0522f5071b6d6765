"""Derive from the template schema the statements that make an equal schema anywhere.

Django's migrations run on the template only. Its catalogue is read once per version of the migrations; the statements
carry no schema name, no sequences and no `regclass`, so that they can be replayed under any search path, on Citus too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tenants.context import as_migration
from tenants.names import TEMPLATE_SCHEMA
from tenants.provisioning.models import SchemaSnapshot
from tenants.router import app_labels

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attgenerated, co.collname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
WHERE n.nspname = %s AND c.relkind = 'r'
ORDER BY c.relname, a.attnum
"""
# Foreign keys come last: by then every table and key that they name exists.
_CONSTRAINTS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND k.contype IN ('p', 'u', 'c', 'x', 'f')
ORDER BY k.contype = 'f', c.relname, k.contype <> 'p', k.conname
"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE n.nspname = %s AND k.oid IS NULL
ORDER BY c.relname, x.relname
"""


@dataclass(frozen=True)
class Snapshot:
    """The statements in order, and the names of the tables they make."""

    version: str
    statements: tuple[str, ...]
    tables: tuple[str, ...]


def migration_version() -> str:
    """Return the hash of the tenant apps' migrations on disk: what a schema made now is equal to."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    labels = app_labels(settings.TENANT_APPS)
    nodes = sorted(f"{app}.{name}" for app, name in loader.disk_migrations if app in labels)
    return hashlib.sha256("\n".join(nodes).encode()).hexdigest()


def read_template(version: str) -> Snapshot:
    """Read the catalogue of the template schema. Costs three queries, whatever the number of tenants."""
    with as_migration(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [TEMPLATE_SCHEMA])
        columns: dict[str, list[str]] = {}
        for table, name, type_, not_null, default, generated, collation in cursor.fetchall():
            columns.setdefault(table, []).append(_column(name, type_, not_null, default, generated, collation))
        statements = [f'CREATE TABLE "{table}" ({", ".join(parts)})' for table, parts in columns.items()]
        cursor.execute(_CONSTRAINTS, [TEMPLATE_SCHEMA])
        constraints = [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'
            for table, name, definition in cursor.fetchall()
        ]
        cursor.execute(_INDEXES, [TEMPLATE_SCHEMA])
        # Index definitions always name the schema of the table.
        indexes = [definition.replace(f" ON {TEMPLATE_SCHEMA}.", " ON ") for (definition,) in cursor.fetchall()]
    keys = [one for one in constraints if " FOREIGN KEY " not in one]
    foreign = [one for one in constraints if " FOREIGN KEY " in one]
    return Snapshot(version, (*statements, *keys, *indexes, *foreign), tuple(columns))


def _column(name: str, type_: str, not_null: bool, default: str | None, generated: str, collation: str | None) -> str:  # noqa: FBT001, PLR0917 -- a row of the catalogue
    parts = [f'"{name}" {type_}']
    if collation:
        parts.append(f'COLLATE "{collation}"')
    if generated:
        parts.append(f"GENERATED ALWAYS AS ({default}) STORED")
    elif default is not None:
        parts.append(f"DEFAULT {default}")
    if not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def ensure_snapshot() -> Snapshot:
    """Return the snapshot of the migrations on disk, reading the template if none is stored yet."""
    version = migration_version()
    with as_migration():
        stored = SchemaSnapshot.objects.filter(version=version).first()
        if stored is not None:
            return Snapshot(version, tuple(stored.statements), tuple(stored.tables))
        snapshot = read_template(version)
        SchemaSnapshot.objects.update_or_create(
            version=version,
            defaults={"statements": list(snapshot.statements), "tables": list(snapshot.tables)},
        )
        return snapshot
