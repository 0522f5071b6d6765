"""The region publishes or archives while a town decides on many services: neither stops the other, nothing is half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from catalog.decisions.bulk import BulkInfo, decide_many
from catalog.decisions.bulk_plan import check_wish
from catalog.decisions.models import Adoption
from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.editing.lifecycle import archive_service, restore_service
from catalog.editing.services import save_draft_value
from catalog.editing.tests.conftest import REGION, id_of
from catalog.editing.workflow import publish_draft
from catalog.resolution.decide import Decision
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo, directory

WISH = check_wish(action="not_offered", reason="Das macht der Kreis.", alternative="Kreishaus")


@pytest.fixture
def herten(fresh_database: str) -> TenantInfo:
    """Return a town in a database where transactions are real."""
    del fresh_database
    return directory.snapshot().tenants["herten"]


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(jobs))

    def one(job: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one, job) for job in jobs]]


def chosen(town: TenantInfo, dog: UUID) -> dict[UUID, int]:
    with in_tenant(town.ref):
        found = [one for one in list_town_services() if one.decided.is_own][:25]
        selection = {one.id: one.decision_version for one in found}
        return selection | {dog: get_town_service("hund-anmelden").decision_version}


def decide(town: TenantInfo, selection: dict[UUID, int]) -> BulkInfo:
    editor = Actor(kind="staff", name="Ella", id=UUID(int=9), tenant_id=town.id, roles=frozenset({"editor"}))
    with in_tenant(town.ref):
        return decide_many(actor=editor, wish=WISH, selection=selection)


def decisions(town: TenantInfo, selection: dict[UUID, int]) -> set[str]:
    with in_tenant(town.ref):
        return set(Adoption.objects.filter(service_id__in=selection).values_list("decision", flat=True))


def test_a_publication_during_a_bulk_decision(frida: Actor, herten: TenantInfo) -> None:
    dog = id_of("hund-anmelden")
    draft = save_draft_value(
        actor=frida, service_id=dog, scope=REGION, field="notes", language="de", value="Während der Entscheidung"
    )
    selection = chosen(herten, dog)
    at_once(lambda: publish_draft(actor=frida, draft_id=draft.id), lambda: decide(herten, selection))
    assert decisions(herten, selection) == {Decision.NOT_OFFERED.value}
    with in_tenant(directory.snapshot().tenants["dorsten"].ref):
        assert get_town_service("hund-anmelden").text("notes", "de") == "<p>Während der Entscheidung</p>"


def test_an_archived_service_during_a_bulk_decision(herten: TenantInfo) -> None:
    dog, system = id_of("hund-anmelden"), Actor(kind="system", name="tests")
    selection = chosen(herten, dog)
    _archived, bulk = at_once(lambda: archive_service(actor=system, service_id=dog), lambda: decide(herten, selection))
    assert isinstance(bulk, BulkInfo)
    restore_service(actor=system, service_id=dog)
    others = {service_id: version for service_id, version in selection.items() if service_id != dog}
    assert decisions(herten, others) == {Decision.NOT_OFFERED.value}
    with in_tenant(herten.ref):
        kind = get_town_service("hund-anmelden").decided.kind
    # Decided on before it went, or named as gone: never something in between.
    assert kind in {Decision.NOT_OFFERED, Decision.ADOPT, Decision.OVERRIDE}
