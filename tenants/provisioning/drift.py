"""Compare tenants' schemas with what their version says, without touching them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tenants.context import as_migration
from tenants.names import group_role
from tenants.provisioning.excerpt import excerpt_of
from tenants.provisioning.facts import Difference, Subject, list_differences
from tenants.provisioning.replay import replay_schema
from tenants.provisioning.snapshot import Snapshot, snapshot_of


def find_drift(subjects: Sequence[Subject], *, tables: Sequence[str] | None = None) -> list[Difference]:
    """Return every fact in which a schema differs from its version: one query, however many schemas there are.

    `tables`: look at these only, which costs no more than they are.
    The models are replayed beside in a transaction that is rolled back, so they are what this very server makes of the
    snapshot. Raises: NotFound for a version without a snapshot.
    """
    snapshots = {version: _wanted(version, tables) for version in sorted({one.version for one in subjects})}
    with as_migration(), transaction.atomic():
        models = {
            version: _replay_model(f"tenant_model_{number}", snapshot)
            for number, (version, snapshot) in enumerate(snapshots.items())
        }
        found = list_differences(subjects, models=models, tables=tables)
        transaction.set_rollback(True)
    return found


def _wanted(version: str, tables: Sequence[str] | None) -> Snapshot:
    snapshot = snapshot_of(version)
    return snapshot if tables is None else excerpt_of(snapshot, tables)


def _replay_model(schema: str, snapshot: Snapshot) -> Subject:
    # The group that every tenant's role is in stands in for a role of its own.
    role = group_role("tenant")
    replay_schema(schema, snapshot, role=role)
    return Subject(schema, role, snapshot.version)
