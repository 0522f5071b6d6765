"""An export beside a rollout: the version that an archive names is the one that its tables have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tenants.context import as_migration
from tenants.errors import Conflict, ExternalTemporary
from tenants.lifecycle import moment
from tenants.lifecycle.services import Wish, export_tenant, import_tenant
from tenants.lifecycle.tests.conftest import SYSTEM, Town, names_in, rows_of
from tenants.provisioning.graph import Node
from tenants.provisioning.snapshot import list_applied, snapshot_at


def steps_of_a_rollout(monkeypatch: pytest.MonkeyPatch, *, steps: int) -> None:
    """Let so many first looks at a town's version be from before a step of a rollout that comes right after them."""

    def looks() -> Iterator[list[Node]]:
        for _step in range(steps):
            yield list_applied()[:-1]
            yield list_applied()
        while True:
            yield list_applied()

    seen = looks()
    monkeypatch.setattr(moment, "list_applied", lambda: next(seen))


def test_a_step_before_the_tables_are_locked_is_noticed(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps_of_a_rollout(monkeypatch, steps=1)
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    with as_migration(town.ref.schema):
        assert archive.manifest.schema_version == snapshot_at(list_applied()).version
    copy = import_tenant(actor=SYSTEM, archive=archive.path, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    assert rows_of(copy.tenant.schema_name) == rows_of(town.ref.schema)


def test_step_after_step_it_ends_and_leaves_nothing(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps_of_a_rollout(monkeypatch, steps=50)
    with pytest.raises(ExternalTemporary) as refused:
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert (refused.value.code, names_in(folder)) == ("schema_moving", [])


def test_a_table_that_a_step_drops_is_a_step_too(town: Town, folder: Path) -> None:
    with as_migration(town.ref.schema), connection.cursor() as cursor:
        cursor.execute("DROP TABLE bookmarks_bookmark")
    with pytest.raises(ExternalTemporary) as refused:
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert (refused.value.code, "doctor" in refused.value.user_message) == ("schema_moving", True)


def test_a_column_that_no_migration_made_stops_it(town: Town, folder: Path) -> None:
    """An archive with it would be refused by every import, and its town might be gone by then."""
    with as_migration(town.ref.schema), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_notice ADD COLUMN made_by_hand text")
    with pytest.raises(Conflict) as refused:
        export_tenant(actor=SYSTEM, slug=town.slug, target=folder)
    assert (refused.value.code, names_in(folder)) == ("schema_drift", [])
    assert "portal_notice.made_by_hand" in refused.value.user_message
