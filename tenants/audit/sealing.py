"""Put entries into their chains, after the actions have committed: no action waits for a chain or fails because of it.

Entries without a seal are found by their absence from `AuditSeal`, never by a watermark: one that commits late, with an
earlier key, is sealed like any other. Every run looks at the keys of the last hour; the daily one at all.
Only one process at a time works on a chain, under an advisory lock that nobody ever waits for.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from tenants.audit.hashing import SALT_BYTES, START, content_digest, first_key, seal_hash
from tenants.audit.models import AnchorKind, AuditAnchor, AuditChain, AuditEntry, AuditSeal
from tenants.context import as_projector
from tenants.names import TENANT_SCHEMA_PREFIX, tenant_role

# No transaction of ours lasts so long. One that did is sealed by the daily run, and `verify` names its entry.
WINDOW: Final = dt.timedelta(hours=1)
BATCH: Final = 2000
# The first half of the advisory locks of chains; the second is the role's.
_LOCK: Final = 0xA0D1


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number and hash of its newest seal."""

    number: int
    hash: bytes


def seal_waiting(*, is_thorough: bool = False) -> int:
    """Seal what has committed and return the number of entries. Idempotent, and safe beside other runs.

    Every batch is a transaction of its own. `is_thorough` looks at all entries, not only those of the last hour.
    """
    done = 0
    with as_projector():
        is_first = not AuditChain.objects.exists()
        since = None if is_thorough or is_first else first_key(timezone.now() - WINDOW)
        for role in _waiting_roles(since):
            done += _seal_role(role, since)
        for role in _unfinished_roles():
            done += _seal_role(role, None)
    return done


def anchor_chains() -> int:
    """Write today's anchor of every chain that has grown since its last one; return how many. Once a day each."""
    made = 0
    with as_projector():
        today = timezone.localdate()
        for chain in AuditChain.objects.filter(ended_at__isnull=True).order_by("id"):
            head = chain_head(chain.id)
            if head.number > _last_anchored(chain.id):
                with transaction.atomic():
                    made += int(make_anchor(chain, head, kind=AnchorKind.DAY, day=today))
    return made


def make_anchor(chain: AuditChain, head: Head, *, kind: AnchorKind, day: dt.date) -> bool:
    """Write an anchor unless that of this kind and day exists; return whether it was written."""
    row = AuditAnchor(
        chain_id=chain.id,
        owner_role=chain.owner_role,
        tenant_id=chain.tenant_id,
        kind=kind,
        day=day,
        number=head.number,
        hash=head.hash,
        count=head.number - _last_anchored(chain.id),
    )
    already = AuditAnchor.objects.filter(chain_id=chain.id, kind=kind, day=day).exists()
    if not already:
        row.save(force_insert=True)
    return not already


def chain_head(chain_id: UUID) -> Head:
    """Return where a chain ends."""
    last = AuditSeal.objects.filter(chain_id=chain_id).order_by("-number").values_list("number", "hash").first()
    return Head(last[0], bytes(last[1])) if last else Head(0, START)


def hold_chain(role: str, *, waits: bool = False) -> bool:
    """Be the only one at the chain of a role until the transaction ends; without `waits`, or see that another is."""
    with connection.cursor() as cursor:
        name = "pg_advisory_xact_lock" if waits else "pg_try_advisory_xact_lock"
        cursor.execute(f"SELECT {name}(%s, hashtext(%s))", [_LOCK, role])
        found = cursor.fetchone()[0]
    return waits or bool(found)


def unsealed(*, role: str = "", since: UUID | None = None) -> QuerySet[AuditEntry]:
    """Return the entries without a seal, of one role or all, from a key on or all, oldest first."""
    query = AuditEntry.objects.filter(~Exists(AuditSeal.objects.filter(entry_id=OuterRef("id"))))
    if role:
        query = query.filter(owner_role=role)
    if since:
        query = query.filter(id__gte=since)
    return query.order_by("id")


def _waiting_roles(since: UUID | None) -> list[str]:
    return sorted(set(unsealed(since=since).order_by().values_list("owner_role", flat=True).distinct()))


def _unfinished_roles() -> list[str]:
    """Return the roles whose chain has begun, but whose first block is not whole yet: a run that was broken off."""
    first = AuditAnchor.objects.filter(chain_id=OuterRef("id"), kind=AnchorKind.FIRST)
    return list(
        AuditChain.objects.filter(~Exists(first), ended_at__isnull=True)
        .order_by("owner_role")
        .values_list("owner_role", flat=True)
    )


def _seal_role(role: str, since: UUID | None) -> int:
    done = 0
    while True:
        with transaction.atomic():
            if not hold_chain(role):
                return done
            chain = _open_chain(role)
            is_begun = AuditAnchor.objects.filter(chain_id=chain.id, kind=AnchorKind.FIRST).exists()
            # A new chain begins with everything there is, however old.
            waiting = list(unsealed(role=role, since=since if is_begun else None)[:BATCH])
            _seal(chain, waiting)
            done += len(waiting)
            if len(waiting) < BATCH:
                if not is_begun:
                    make_anchor(chain, chain_head(chain.id), kind=AnchorKind.FIRST, day=timezone.localdate())
                return done


def _open_chain(role: str) -> AuditChain:
    """Return the chain that a role writes to now; begun here if there is none. The role's lock is held."""
    chain = AuditChain.objects.filter(owner_role=role, ended_at__isnull=True).first()
    if chain is None:
        tenant_id = None
        if role.startswith(tenant_role(TENANT_SCHEMA_PREFIX)):
            newest = AuditEntry.objects.filter(owner_role=role).order_by("-id")
            tenant_id = newest.values_list("tenant_id", flat=True).first()
        chain = AuditChain.objects.create(owner_role=role, tenant_id=tenant_id)
    return chain


def _seal(chain: AuditChain, entries: list[AuditEntry]) -> None:
    head = chain_head(chain.id)
    number, previous = head.number, head.hash
    rows = []
    for entry in entries:
        number += 1
        salt = secrets.token_bytes(SALT_BYTES)
        content = content_digest(entry, salt)
        own = seal_hash(entry, chain_id=chain.id, number=number, previous=previous, content=content)
        rows.append(
            AuditSeal(
                chain_id=chain.id,
                owner_role=chain.owner_role,
                number=number,
                entry_id=entry.id,
                previous=previous,
                hash=own,
                salt=salt,
            )
        )
        previous = own
    AuditSeal.objects.bulk_create(rows, batch_size=500)


def _last_anchored(chain_id: UUID) -> int:
    found = AuditAnchor.objects.filter(chain_id=chain_id).aggregate(last=Max("number"))["last"]
    return int(found or 0)
