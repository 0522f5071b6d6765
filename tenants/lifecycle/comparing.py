"""Is the archive still the last word? What a tenant holds now, compared with what was written then."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from uuid import UUID

from tenants.context import TenantRef
from tenants.lifecycle import datakeys, filestore, sharedrows, tables
from tenants.lifecycle.manifest import Manifest, Member
from tenants.lifecycle.streams import Meter
from tenants.lifecycle.writing import file_sha256


class ArchiveOutdated(Exception):
    """Something has changed since the archive was written; `args` name what."""


def require_same_files(manifest: Manifest, offboarding_id: UUID) -> None:
    """Compare every file that was set aside with the archive, by name and checksum.

    Raises: ArchiveOutdated.
    """
    written = {(member.name, member.sha256) for member in manifest.of_kind("file")}
    found = set()
    for name, full in filestore.list_set_aside(offboarding_id):
        with full.open("rb") as file:
            found.add((name, file_sha256(file)))
    changed = sorted({name for name, _sha256 in written ^ found})
    if changed:
        raise ArchiveOutdated(*changed)


def require_nothing_late(schema: str) -> None:
    """Make sure that nothing has been saved since the files were set aside. Call it while nobody can write rows.

    Raises: ArchiveOutdated.
    """
    late = [name for name, _full, _is_regular in filestore.list_files(schema)]
    if late:
        raise ArchiveOutdated(*late)


def require_same_rows(manifest: Manifest, tenant: TenantRef) -> None:
    """Lock the tenant's tables against everybody and compare every row, within the caller's transaction.

    Columns and tables that a rollout has added since count only if there are rows in such a table.
    Raises: ArchiveOutdated; Conflict when somebody holds a table.
    """
    found = tables.list_tables(tenant.schema)
    tables.lock_tables(tenant.schema, found, mode="ACCESS EXCLUSIVE")
    tables.use_plain_text()
    written = {member.name: member for member in manifest.of_kind("table")}
    added = [table for name, table in found.items() if name not in written]
    changed = [name for name, rows in tables.count_rows(added).items() if rows]
    for name, member in written.items():
        table = found.get(name)
        if table is None or not set(member.columns) <= set(table.columns):
            changed.append(name)
        else:
            with closing(tables.copy_out(table, only=member.columns)) as blocks:
                changed += [] if _is_same(member, blocks) else [name]
    # A key that has come since has sealed a row that has come since; one that has gone has nothing left to open.
    for member in (one for one in manifest.of_kind("shared") if one.name != datakeys.NAME):
        with closing(sharedrows.copy_out_trail(tenant)) as blocks:
            changed += [] if _is_same(member, blocks) else [member.name]
    if changed:
        raise ArchiveOutdated(*changed)


def _is_same(member: Member, blocks: Iterable[bytes]) -> bool:
    meter = Meter()
    for block in blocks:
        meter.feed(block)
    return (meter.bytes, meter.sha256) == (member.bytes, member.sha256)
