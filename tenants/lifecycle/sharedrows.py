"""Rows of shared tables that belong to a tenant and can't be derived: the entries of its own audit trail.

What search and other projections hold is derived and told anew; what the IT provider wrote about the tenant stays with
the IT provider.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Generator, Iterable, Iterator
from typing import Final

from django.db import connection
from psycopg import sql

from tenants.audit.models import AuditEntry
from tenants.audit.services import begin_imported_chain
from tenants.context import TenantRef, as_migration
from tenants.lifecycle.manifest import Member, WrongManifest

AUDIT: Final = AuditEntry._meta.db_table
# Whose the row is follows from the tenant that takes it in.
_GIVEN: Final = ("owner_role", "tenant_id")
COLUMNS: Final = tuple(
    field.column for field in AuditEntry._meta.concrete_fields if field.column not in _GIVEN and field.column
)
_NULLABLE: Final = frozenset(field.column for field in AuditEntry._meta.concrete_fields if field.null)
_LONGEST_VALUE: Final = 1 << 30


def copy_out_trail(tenant: TenantRef) -> Generator[bytes, None, None]:
    """Yield the entries that the tenant itself may read, as CSV, oldest first."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in COLUMNS)
    query = sql.SQL(
        "COPY (SELECT {} FROM public.{} WHERE owner_role = {} ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER true)"
    ).format(names, sql.Identifier(AUDIT), sql.Literal(tenant.role))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(query) as copy:
        for block in copy:
            yield bytes(block)


def copy_in_trail(tenant: TenantRef, member: Member, blocks: Iterable[bytes], *, renumber: bool) -> int:
    """Write entries under a tenant's role, as the first block of a new chain, and return their number.

    `renumber` gives them new keys of the same time, for a copy that stands beside its original.
    Raises: WrongManifest for other columns than the table has.
    """
    if member.name != AUDIT or set(member.columns) != set(COLUMNS):
        message = f"{member.path}: {', '.join(member.columns)}"
        raise WrongManifest(message)
    count = 0
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (*_GIVEN, *member.columns))
    query = sql.SQL("COPY public.{} ({}) FROM STDIN").format(sql.Identifier(AUDIT), columns)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(query) as copy:
        for row in read_rows(blocks, member):
            values = [row[name] if row[name] or name not in _NULLABLE else None for name in member.columns]
            if renumber:
                place = member.columns.index("id")
                values[place] = _renumbered(row["id"])
            copy.write_row([tenant.role, str(tenant.id), *values])
            count += 1
    with as_migration():
        begin_imported_chain(role=tenant.role, tenant_id=tenant.id)
    return count


def _renumbered(key: str) -> str:
    """Keep the time and order of a UUIDv7 and change its random end."""
    return f"{key[:24]}{secrets.token_hex(6)}"


def read_rows(blocks: Iterable[bytes], member: Member) -> Iterator[dict[str, str]]:
    """Yield the rows of a member that is CSV. Raises: WrongManifest for other columns than the manifest says."""
    csv.field_size_limit(_LONGEST_VALUE)
    with io.TextIOWrapper(io.BufferedReader(_Blocks(blocks)), encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if tuple(row) != member.columns or None in row.values():
                message = f"{member.path}: {', '.join(str(name) for name in row)}"
                raise WrongManifest(message)
            yield row


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # narrower than the stub's
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
