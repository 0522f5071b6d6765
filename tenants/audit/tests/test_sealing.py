"""Entries get their place in a chain after the fact, whatever the order in which they came."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.actors import system_actor
from tenants.audit import sealing
from tenants.audit.hashing import START, first_key, time_of_key
from tenants.audit.models import AnchorKind, AuditAnchor, AuditChain, AuditCheck, AuditEntry, AuditSeal, Origin
from tenants.audit.selectors import get_own_chain_state
from tenants.audit.services import anchor_chains, check_chains, record, seal_waiting
from tenants.audit.tests.conftest import Forge, Trail
from tenants.context import TenantRef, as_operator, as_projector, in_tenant
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")


def key_at(moment: dt.datetime, end: int = 1) -> UUID:
    """Return a UUIDv7 of a moment."""
    return UUID(int=first_key(moment).int | (7 << 76) | (2 << 62) | end)


def add_entry(trail: Trail, key: UUID, action: str = "test.late") -> None:
    """Insert an entry under a key, as a transaction that began then would have."""
    with in_tenant(trail.town.ref):
        AuditEntry.objects.create(
            id=key,
            owner_role=trail.town.ref.role,
            tenant_id=trail.town.id,
            actor_kind="system",
            action=action,
        )


def test_seals_follow_each_other_from_the_first_entry_on(trail: Trail) -> None:
    seals = trail.seals()
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert bytes(seals[0].previous) == START
    assert all(bytes(later.previous) == bytes(earlier.hash) for earlier, later in pairwise(seals))
    assert [trail.entry(len(seals) - 4 + place).action for place in range(5)] == [
        "test.one",
        "test.two",
        "test.three",
        "test.four",
        "test.five",
    ]
    assert trail.chain().origin == Origin.NEW
    assert trail.verify().fault is None


def test_what_was_there_before_the_chain_is_its_first_block(trail: Trail) -> None:
    with as_operator():
        first = AuditAnchor.objects.get(chain_id=trail.chain().id)
    assert (first.kind, first.number) == (AnchorKind.FIRST, len(trail.seals()))


def test_running_again_seals_nothing_twice(trail: Trail) -> None:
    before = len(trail.seals())
    assert trail.seal() == 0
    trail.write("test.six")
    assert trail.seal() == 1
    assert len(trail.seals()) == before + 1


def test_a_slow_transactions_entry_with_an_earlier_key_is_sealed_and_no_forgery(trail: Trail) -> None:
    add_entry(trail, key_at(timezone.now() - dt.timedelta(minutes=40)))
    assert trail.verify().waiting == 1
    assert trail.verify().fault is None
    assert trail.seal() == 1
    assert trail.entry(len(trail.seals())).action == "test.late"
    assert trail.verify().fault is None


def test_what_is_older_than_the_window_waits_for_the_thorough_run(trail: Trail) -> None:
    add_entry(trail, key_at(timezone.now() - dt.timedelta(hours=3)))
    assert trail.seal() == 0
    assert seal_waiting(is_thorough=True) == 1


def test_a_long_trail_is_sealed_and_walked_in_batches(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    monkeypatch.setattr("tenants.audit.verifying.BATCH", 2)
    before = len(trail.seals())
    trail.write(*(f"test.number_{number}" for number in range(5)))
    assert trail.seal() == 5
    assert trail.verify().number == before + 5


def test_a_chain_that_somebody_else_works_on_is_passed_over(fresh_database: str) -> None:
    town = directory.snapshot().tenants["gladbeck"].ref
    write(town, "test.one")
    seal_waiting()
    write(town, "test.two")
    with as_projector(), transaction.atomic():
        assert sealing.hold_chain(town.role)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(sealed_elsewhere).result(timeout=30) == 0
            # Who acts waits for nobody.
            other.submit(write_elsewhere, town).result(timeout=30)
    assert seal_waiting() == 2


def write(town: TenantRef, action: str) -> None:
    with in_tenant(town), transaction.atomic():
        record(actor=SYSTEM, action=action)


def write_elsewhere(town: TenantRef) -> None:
    try:
        write(town, "test.three")
    finally:
        connection.close()


def sealed_elsewhere() -> int:
    try:
        return seal_waiting()
    finally:
        connection.close()


def test_anchors_are_written_once_a_day_where_something_was_added(trail: Trail) -> None:
    assert anchor_chains() == 0
    trail.write("test.six")
    trail.seal()
    assert anchor_chains() == 1
    trail.write("test.seven")
    trail.seal()
    assert anchor_chains() == 0
    with as_operator():
        anchor = AuditAnchor.objects.get(chain_id=trail.chain().id, kind=AnchorKind.DAY)
    assert (anchor.number, anchor.count) == (len(trail.seals()) - 1, 1)
    assert bytes(anchor.hash) == bytes(trail.seals()[-2].hash)


def test_a_look_is_noted_once_a_day_for_the_towns_page(trail: Trail, forge: Forge) -> None:
    assert check_chains() == []
    with in_tenant(trail.town.ref):
        state = get_own_chain_state(actor=SYSTEM)
    assert (state.fault, state.checked_number, state.waiting) == ("", len(trail.seals()), 0)
    forge("UPDATE audit_auditentry SET action = 'test.forged' WHERE id = %s", trail.entry_id(2))
    assert check_chains() == []
    forge("UPDATE audit_auditcheck SET checked_at = checked_at - interval '1 day'")
    [broken] = check_chains()
    assert broken.fault is not None
    assert (broken.fault.kind, broken.fault.number) == ("changed", 2)
    trail.write("test.six")
    with in_tenant(trail.town.ref):
        state = get_own_chain_state(actor=SYSTEM)
    assert (state.fault, state.checked_number, state.waiting) == ("changed", 1, 1)


@pytest.mark.parametrize("model", [AuditChain, AuditSeal, AuditAnchor, AuditCheck])
def test_a_tenant_makes_no_seal_and_changes_none(trail: Trail, dorsten: TenantInfo, model: type) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]  # a model's
    with in_tenant(trail.town.ref), connection.cursor() as cursor:
        for statement in (
            f"DELETE FROM public.{table}",  # noqa: S608 -- of a model
            f"UPDATE public.{table} SET owner_role = 'x'",  # noqa: S608 -- see above
            f"INSERT INTO public.{table} (id) VALUES (gen_random_uuid())",  # noqa: S608 -- see above
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)
    with in_tenant(dorsten.ref):
        assert not set(model.objects.values_list("owner_role", flat=True)) - {dorsten.ref.role}  # type: ignore[attr-defined]


def test_who_seals_writes_no_entries_and_changes_no_seal(trail: Trail) -> None:
    with as_projector(), connection.cursor() as cursor:
        for statement in (
            "INSERT INTO audit_auditentry (id) VALUES (gen_random_uuid())",
            "UPDATE audit_auditentry SET action = 'x'",
            "UPDATE audit_auditseal SET number = 1",
            "DELETE FROM audit_auditseal",
            "UPDATE audit_auditanchor SET number = 1",
            "UPDATE audit_auditchain SET owner_role = 'x'",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_a_key_holds_its_moment() -> None:
    moment = dt.datetime(2026, 11, 27, 1, 2, 3, tzinfo=dt.UTC)
    assert time_of_key(key_at(moment)) == moment
