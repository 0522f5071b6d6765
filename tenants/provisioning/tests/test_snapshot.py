"""Snapshots are sent to a process once, and none is taken for what it is no longer."""

from __future__ import annotations

from typing import Final

import pytest
from django.db import ProgrammingError, transaction

from tenants.context import as_migration, in_tenant
from tenants.errors import NotFound
from tenants.provisioning import snapshot as snapshots
from tenants.provisioning.models import SchemaSnapshot
from tenants.provisioning.snapshot import ensure_snapshot, snapshot_of
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

VERSION: Final = "e" * 64


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return what the process keeps, which is nothing at first."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(snapshots, "_kept", kept)
    return kept


def store(version: str = VERSION, *, table: str = "one") -> None:
    with as_migration():
        SchemaSnapshot.objects.create(
            version=version,
            nodes=[["one", "0001_initial"]],
            tables=[table],
            statements=[f'CREATE TABLE "{table}" (name text DEFAULT \'Straße "1"\')'],
            rows=[],
        )


def test_a_snapshot_is_sent_once() -> None:
    first = ensure_snapshot()
    with as_migration():
        stored = SchemaSnapshot.objects.get(version=first.version)
    assert [list(node) for node in first.nodes] == stored.nodes
    assert [list(part) for part in (first.tables, first.statements, first.rows)] == [
        stored.tables,
        stored.statements,
        stored.rows,
    ]
    assert ensure_snapshot() is first
    assert snapshot_of(first.version) is first


def test_what_is_stored_in_its_place_is_seen_at_once() -> None:
    store()
    assert snapshot_of(VERSION).tables == ("one",)
    with as_migration():
        SchemaSnapshot.objects.filter(version=VERSION).delete()
    with pytest.raises(NotFound):
        snapshot_of(VERSION)
    store(table="two")
    assert snapshot_of(VERSION).tables == ("two",)
    assert snapshot_of(VERSION).statements == ('CREATE TABLE "two" (name text DEFAULT \'Straße "1"\')',)


def test_a_change_by_hand_is_seen_at_once() -> None:
    """Even a second one in the same transaction, and one that is taken back."""
    store()
    for table in ("two", "three"):
        with as_migration():
            SchemaSnapshot.objects.filter(version=VERSION).update(tables=[table])
        assert snapshot_of(VERSION).tables == (table,)
    with as_migration(), transaction.atomic():
        SchemaSnapshot.objects.filter(version=VERSION).update(tables=["four"])
        assert snapshot_of(VERSION).tables == ("four",)
        transaction.set_rollback(True)
    assert snapshot_of(VERSION).tables == ("three",)


def test_what_was_never_committed_is_not_kept() -> None:
    with as_migration(), transaction.atomic():
        store()
        assert snapshot_of(VERSION).tables == ("one",)
        transaction.set_rollback(True)
    with pytest.raises(NotFound):
        snapshot_of(VERSION)


def test_only_a_few_are_kept(nothing_kept: dict[str, object]) -> None:
    versions = [str(number) * 64 for number in range(6)]
    for version in versions:
        store(version, table=f"table_{version[0]}")
    for version in (*versions, *versions):
        assert snapshot_of(version).tables == (f"table_{version[0]}",)
    assert list(nothing_kept) == versions[-4:]


def test_whoever_may_not_read_it_does_not_get_what_is_kept(gladbeck: TenantInfo) -> None:
    version = ensure_snapshot().version
    with in_tenant(gladbeck.ref), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        snapshots._stored(version)
