"""People and workers at the same moment, on real connections: each thing happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from catalog.contributions.selectors import get_contribution, list_contributions
from catalog.contributions.services import publish_contribution
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause
from catalog.decisions.services import set_override
from catalog.local.contributions import offer_value, settle, withdraw
from catalog.local.models import ContributionState
from catalog.local.offers import list_offered_texts
from catalog.services.models import LayerValue
from catalog.services.selectors import list_service_ids
from tenants.actors import Actor, system_actor
from tenants.context import as_editor, in_tenant
from tenants.errors import Conflict
from tenants.outbox.services import project_waiting
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
REGION = "region:emscher-lippe"
PASS = "meldebescheinigung"
Job = Callable[[], object]


@pytest.fixture
def town(fresh_database: str) -> TenantInfo:
    """Gladbeck, in a database where transactions are real, with a note of its own."""
    del fresh_database
    found = directory.snapshot().tenants["gladbeck"]
    with in_tenant(found.ref):
        set_override(actor=SYSTEM, service_id=pass_id(), field="notes", language="de", value="Bitte klingeln.")
    return found


def pass_id() -> UUID:
    """Return the id of the service that it is about."""
    return list_service_ids()[PASS]


def at_once(*jobs: Job) -> list[object]:
    """Run jobs at the same moment, each on a connection of its own, and return their outcomes."""
    start = threading.Barrier(len(jobs))

    def one(job: Job) -> object:
        try:
            start.wait(timeout=10)
            return job()
        except Conflict as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one, job) for job in jobs]]


def offer(town: TenantInfo) -> UUID:
    """Offer the note to the region."""
    with in_tenant(town.ref):
        return offer_value(actor=SYSTEM, service_id=pass_id(), field="notes", language="de", target=REGION)


def draw_consequences(town: TenantInfo, contribution_id: UUID) -> None:
    """Do what a worker does."""
    with in_tenant(town.ref):
        settle(actor=SYSTEM, contribution_id=contribution_id)


def test_the_same_text_offered_twice_at_once_waits_once(town: TenantInfo) -> None:
    outcomes = at_once(lambda: offer(town), lambda: offer(town))
    refused = [one for one in outcomes if isinstance(one, Conflict)]
    assert [one.code for one in refused] == ["offered_already"]
    project_waiting()
    assert len([one for one in list_contributions(actor=SYSTEM) if one.title.startswith("Melde")]) == 1


def test_two_publishers_and_two_workers_do_each_thing_once(town: TenantInfo) -> None:
    offered = offer(town)
    project_waiting()
    editors = [
        Actor(
            kind="editor",
            name=name,
            id=UUID(int=number),
            region="emscher-lippe",
            roles=frozenset({"publisher"}),
            scopes=frozenset({("region", "emscher-lippe")}),
        )
        for number, name in enumerate(("Rita", "Rolf"), start=31)
    ]
    outcomes = at_once(*(lambda one=one: publish_contribution(actor=one, contribution_id=offered) for one in editors))
    assert [one.code for one in outcomes if isinstance(one, Conflict)] == ["already_decided"]
    with as_editor():
        assert LayerValue.objects.get(service_id=pass_id(), layer="region", field="notes", language="de").version == 1
    at_once(*[lambda: draw_consequences(town, offered)] * 2)
    with in_tenant(town.ref):
        causes = [one.cause for one in list_history(pass_id(), "notes", "de")]
    assert causes.count(Cause.CONTRIBUTED) == 1


def test_whoever_is_first_wins_between_a_withdrawal_and_a_publication(town: TenantInfo) -> None:
    offered = offer(town)
    project_waiting()

    def take_back() -> None:
        with in_tenant(town.ref):
            withdraw(actor=SYSTEM, contribution_id=offered)
        project_waiting()

    at_once(take_back, lambda: publish_contribution(actor=SYSTEM, contribution_id=offered))
    project_waiting()
    draw_consequences(town, offered)
    state = get_contribution(offered, actor=SYSTEM).state
    assert state in {"withdrawn", "published"}
    with in_tenant(town.ref):
        mine = list_offered_texts()[0]
    # Both sides tell the same, and what holds in the catalogue is what they tell.
    assert mine.state == ContributionState(state)
    with as_editor():
        is_there = LayerValue.objects.filter(service_id=pass_id(), layer="region", field="notes").exists()
    assert is_there is (state == "published")
