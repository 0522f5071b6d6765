"""The chain of a trail when its town goes, comes back, or comes from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tenants.actors import Actor
from tenants.audit.models import AnchorKind, AuditAnchor, AuditChain, AuditSeal, Origin
from tenants.audit.reports import verify_trails
from tenants.audit.services import seal_waiting
from tenants.context import as_operator
from tenants.lifecycle.services import import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin
from tenants.lifecycle.tests.test_traces import public_rows_with
from tenants.provisioning import services as provisioning


def faults() -> list[object]:
    return [one["fault"] for one in verify_trails() if one["fault"]]


def chains_of(town: Town) -> list[AuditChain]:
    with as_operator():
        return list(AuditChain.objects.filter(tenant_id=town.ref.id).order_by("id"))


def test_of_a_town_that_has_gone_its_anchors_stay(
    town: Town, folder: Path, operator_of: Callable[[str], Actor]
) -> None:
    olga = operator_of("muensterland")
    provisioning.suspend(actor=olga, slug=town.slug, reason="Frau Muster zahlt nicht")
    seal_waiting()
    [chain] = chains_of(town)
    begin(town, folder, wait_days=0)
    seal_waiting()
    offboard(actor=olga, slug=town.slug)
    seal_waiting()
    with as_operator():
        assert not AuditSeal.objects.filter(chain_id=chain.id).exists()
        anchors = list(AuditAnchor.objects.filter(chain_id=chain.id).order_by("number"))
    assert [anchor.kind for anchor in anchors] == [AnchorKind.FIRST, AnchorKind.END]
    assert anchors[-1].number > anchors[0].number
    [ended] = chains_of(town)
    assert ended.ended_at is not None
    assert public_rows_with("Frau Muster zahlt nicht").keys() <= {"lifecycle_offboarding"}
    kept = {"audit_auditentry", "audit_auditchain", "audit_auditanchor", "lifecycle_offboarding"}
    assert public_rows_with(str(town.ref.id)).keys() == kept
    assert faults() == []
    assert sum(int(str(one["erased"])) for one in verify_trails()) > 0


def test_a_town_that_comes_back_begins_a_chain_with_what_it_brings(town: Town, folder: Path) -> None:
    seal_waiting()
    begun = begin(town, folder, wait_days=0)
    offboard(actor=SYSTEM, slug=town.slug)
    import_tenant(actor=SYSTEM, archive=Path(begun.archive_path))
    before, after = chains_of(town)
    assert before.ended_at is not None
    assert (after.ended_at, after.origin) == (None, Origin.IMPORTED)
    assert seal_waiting() > 0
    with as_operator():
        first = AuditAnchor.objects.get(chain_id=after.id, kind=AnchorKind.FIRST)
        rows = AuditSeal.objects.filter(chain_id=after.id).count()
    assert first.number == rows > 3
    assert faults() == [], json.dumps(faults(), default=str)
