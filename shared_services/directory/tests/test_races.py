"""Two people move offices at the same moment, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from shared_services.directory.models import OrganisationalUnit
from shared_services.directory.services import delete_unit, save_unit
from tenants.actors import system_actor
from tenants.context import in_tenant
from tenants.errors import InvalidInput
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
Job = Callable[[], object]


@pytest.fixture
def town(fresh_database: str) -> TenantInfo:
    """Gladbeck, in a database where transactions are real."""
    del fresh_database
    return directory.snapshot().tenants["gladbeck"]


def enter(name: str, *, unit_id: UUID | None = None, parent_id: UUID | None = None) -> UUID:
    return save_unit(
        actor=SYSTEM,
        texts={"name": name},
        description={},
        access={},
        week={},
        hours_note={},
        unit_id=unit_id,
        parent_id=parent_id,
    )


def at_once(town: TenantInfo, *jobs: Job) -> list[object]:
    """Run jobs at the same moment, each on a connection of its own, and return their outcomes."""
    start = threading.Barrier(len(jobs))

    def one(job: Job) -> object:
        try:
            with in_tenant(town.ref):
                start.wait(timeout=10)
                return job()
        except InvalidInput as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def test_two_offices_never_come_to_stand_below_each_other(town: TenantInfo) -> None:
    for _round in range(5):
        with in_tenant(town.ref):
            one, other = enter("Amt A"), enter("Amt B")
        outcomes = at_once(
            town,
            lambda one=one, other=other: enter("Amt A", unit_id=one, parent_id=other),  # type: ignore[misc]
            lambda one=one, other=other: enter("Amt B", unit_id=other, parent_id=one),  # type: ignore[misc]
        )
        assert sum(isinstance(outcome, InvalidInput) for outcome in outcomes) == 1
        with in_tenant(town.ref):
            parents = dict(OrganisationalUnit.objects.filter(id__in=[one, other]).values_list("id", "parent_id"))
        assert [parent is None for parent in parents.values()].count(True) == 1


def test_a_move_and_a_removal_do_not_hold_each_other_up(town: TenantInfo) -> None:
    for _round in range(5):
        with in_tenant(town.ref):
            above = enter("Dezernat")
            below = enter("Amt", parent_id=above)
        at_once(
            town,
            lambda above=above: delete_unit(actor=SYSTEM, unit_id=above),  # type: ignore[misc]
            lambda above=above, below=below: enter("Amt", unit_id=below, parent_id=above),  # type: ignore[misc]
        )
        with in_tenant(town.ref):
            assert not OrganisationalUnit.objects.filter(id=above).exists()
            assert OrganisationalUnit.objects.get(id=below).parent_id is None
