"""A trail with some entries, sealed; and the hand of somebody who owns the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from tenants.actors import system_actor
from tenants.audit.models import AuditChain, AuditEntry, AuditSeal
from tenants.audit.sealing import seal_waiting
from tenants.audit.services import record
from tenants.audit.verifying import NOTHING_WAITS, Anchor, Verdict, list_waiting, verify_chain
from tenants.context import as_migration, as_operator, in_tenant
from tenants.registry.sites import TenantInfo

Forge = Callable[..., None]


@pytest.fixture
def forge(db: None) -> Forge:
    """Change the database as its owner would, behind the application's back."""

    def run(statement: str, *values: Any) -> None:
        with as_migration(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


@dataclass(frozen=True)
class Trail:
    """The trail of one town. Entries are told by their place in the chain, from 1."""

    town: TenantInfo

    def write(self, *actions: str) -> None:
        """Add entries, not sealed yet."""
        with in_tenant(self.town.ref):
            for action in actions:
                record(actor=system_actor("tests"), action=action, subject="test", data={"step": action})

    def seal(self) -> int:
        """Run the sealer."""
        return seal_waiting()

    def chain(self) -> AuditChain:
        """Return the town's chain."""
        with as_operator():
            return AuditChain.objects.get(owner_role=self.town.ref.role, ended_at__isnull=True)

    def seals(self) -> list[AuditSeal]:
        """Return the seals in their order."""
        with as_operator():
            return list(AuditSeal.objects.filter(chain_id=self.chain().id).order_by("number"))

    def entry(self, number: int) -> AuditEntry:
        """Return the entry at a place."""
        with as_operator():
            return AuditEntry.objects.get(id=self.entry_id(number))

    def entry_id(self, number: int) -> UUID:
        """Return the key of the entry at a place."""
        return self.seals()[number - 1].entry_id

    def verify(self, *kept: Anchor) -> Verdict:
        """Walk along the chain."""
        with as_operator():
            waiting = list_waiting().get(self.town.ref.role, NOTHING_WAITS)
            return verify_chain(self.chain(), kept=kept, waiting=waiting)

    def now(self) -> Anchor:
        """Return an anchor of the chain as it stands."""
        last = self.seals()[-1]
        return Anchor(last.chain_id, last.number, bytes(last.hash), timezone.localdate().isoformat())


@pytest.fixture
def trail(gladbeck: TenantInfo, dorsten: TenantInfo, forge: Forge) -> Trail:
    """A sealed trail with five entries of known names at its end. Two of the towns have entries, which will do."""
    found = Trail(gladbeck)
    with as_operator():
        assert not AuditChain.objects.exists()
    forge("DELETE FROM audit_auditentry WHERE tenant_id <> ALL(%s)", [gladbeck.id, dorsten.id])
    found.write("test.one", "test.two", "test.three", "test.four", "test.five")
    found.seal()
    return found
