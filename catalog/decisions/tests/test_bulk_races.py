"""Two at the same services at the same moment: each waits for the other, and nothing is half written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import connections

from catalog.decisions import bulk as bulk_module
from catalog.decisions.bulk import decide_many, list_bulk_changes
from catalog.decisions.bulk_plan import check_wish
from catalog.decisions.models import Adoption, DecisionChange
from catalog.decisions.selectors import list_town_services
from catalog.decisions.services import set_decision
from catalog.editing.lifecycle import archive_service
from catalog.resolution.decide import Decision
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.errors import Conflict
from tenants.provisioning.life import suspend
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
LINK = "https://kreis.example/"
WISH = check_wish(action="not_offered", reason="Das macht der Kreis.")
Kinds = dict[UUID, Decision]


@pytest.fixture
def town(fresh_database: str) -> TenantInfo:
    """Return Gladbeck in a database in which transactions commit."""
    return directory.snapshot().tenants["gladbeck"]


def undecided(town: TenantInfo) -> dict[UUID, int]:
    """Return four services of the town that are adopted by preset."""
    with in_tenant(town.ref):
        found = [one for one in list_town_services() if one.decided.is_preset and one.decided.kind is Decision.ADOPT]
    return {one.id: one.decision_version for one in found[:4]}


def decided(town: TenantInfo, selection: dict[UUID, int]) -> Kinds:
    with in_tenant(town.ref):
        found = list_town_services(ids=list(selection))
    return {one.id: one.decided.kind for one in found}


@pytest.fixture
def halfway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """Run something beside a bulk decision, from the moment on in which its rows are locked and not yet written.

    Returns the thread, which may have to wait for the bulk decision; a job that can't be waiting is joined at once.
    """
    started: list[threading.Thread] = []

    def beside(job: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                job()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        write = bulk_module._write

        def write_later(*args: object, **given: object) -> object:
            thread.start()
            started.append(thread)
            thread.join(timeout=0.3)
            return write(*args, **given)  # type: ignore[arg-type]

        monkeypatch.setattr(bulk_module, "_write", write_later)
        return thread

    yield beside
    for thread in started:
        thread.join(timeout=30)


def test_a_publication_in_between_leaves_nothing_half_written(
    town: TenantInfo, halfway: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    selection = undecided(town)
    gone = next(iter(selection))
    halfway(lambda: archive_service(actor=SYSTEM, service_id=gone))
    with in_tenant(town.ref):
        done = decide_many(actor=SYSTEM, wish=WISH, selection=selection)
    assert done.changed == 4
    kinds = decided(town, selection)
    assert gone not in kinds
    assert set(kinds.values()) == {Decision.NOT_OFFERED}
    with in_tenant(town.ref):
        assert Adoption.objects.filter(service_id__in=selection, version=1).count() == 4
        assert DecisionChange.objects.filter(service_id__in=selection, cause="bulk").count() == 4


def test_a_suspension_in_between_leaves_nothing_half_written(
    town: TenantInfo, halfway: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    selection = undecided(town)
    halfway(lambda: suspend(actor=SYSTEM, slug=town.slug, reason="Rechnung offen"))
    with in_tenant(town.ref):
        decide_many(actor=SYSTEM, wish=WISH, selection=selection)
    assert set(decided(town, selection).values()) == {Decision.NOT_OFFERED}


def test_whoever_decides_on_one_of_them_meanwhile_waits_and_is_told(
    town: TenantInfo, halfway: Callable[[Callable[[], object]], threading.Thread]
) -> None:
    selection = undecided(town)
    wanted = next(iter(selection))
    refused: list[Conflict] = []

    def decide_one() -> None:
        with in_tenant(town.ref):
            try:
                set_decision(actor=SYSTEM, service_id=wanted, decision="adopt", expected_version=0)
            except Conflict as stale:
                refused.append(stale)

    thread = halfway(decide_one)
    with in_tenant(town.ref):
        decide_many(actor=SYSTEM, wish=WISH, selection=selection)
    thread.join(timeout=30)
    assert [one.code for one in refused] == ["stale_decision"]
    assert set(decided(town, selection).values()) == {Decision.NOT_OFFERED}


def test_of_two_decisions_on_the_same_services_one_holds_for_all(town: TenantInfo) -> None:
    selection = undecided(town)
    start = threading.Barrier(2)
    results: list[str] = []

    def run(wish: str, actor: Actor) -> None:
        start.wait()
        with in_tenant(town.ref):
            try:
                decide_many(
                    actor=actor, wish=check_wish(action=wish, link_url="https://x.example/"), selection=selection
                )
                results.append("done")
            except Conflict as refused:
                results.append(refused.code)
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run, args=(wish, SYSTEM)) for wish in ("link", "override")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == ["done", "nothing_to_change"]
    assert len(set(decided(town, selection).values())) == 1
    with in_tenant(town.ref):
        assert len(list_bulk_changes()) == 1
