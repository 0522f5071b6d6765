"""Walk along a chain and name the first entry that is not what it was. Reads in batches: memory stays the same.

What can be found: an entry changed, deleted, put elsewhere or added afterwards, and a chain cut short. Whoever owns the
database can also compute a whole chain and its anchors anew; that shows only beside anchors that are kept elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from tenants.audit.hashing import START, content_digest, seal_hash, time_of_key
from tenants.audit.models import AnchorKind, AuditAnchor, AuditChain, AuditEntry, AuditSeal
from tenants.audit.sealing import WINDOW, unsealed

BATCH: Final = 2000

FaultKind = Literal["changed", "deleted", "reordered", "inserted", "cut", "rewritten", "lost"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a chain had come, as the table or a file says."""

    chain_id: UUID
    number: int
    hash: bytes
    day: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry of a chain that is wrong. `after` is the last number that an anchor vouches for.

    changed: entry or seal is not what was sealed; deleted: the entry or its seal is gone; reordered: it does not follow
    the one before; inserted: it came in behind entries that are more than an hour younger, or was never sealed;
    cut: the chain ends before an anchor; rewritten: whole in itself, but an anchor says otherwise; lost: no such chain.
    """

    kind: FaultKind
    number: int
    entry_id: UUID | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries without a seal."""

    count: int = 0
    oldest_id: UUID | None = None


NOTHING_WAITS: Final = Waiting()


@dataclass(slots=True)
class Verdict:
    """What a walk found. `number` is how far the chain is whole; `waiting` entries have no seal yet.

    `erased` entries are about municipalities that have gone: names and free text are not there any more.
    """

    chain: AuditChain
    number: int = 0
    waiting: int = 0
    erased: int = 0
    fault: Fault | None = None


@dataclass(slots=True)
class _Walk:
    """Where the walk is: the last number and hash, the youngest moment of any entry so far."""

    chain: AuditChain
    anchors: Mapping[int, bytes]
    first_block: int
    number: int = 0
    hash: bytes = START
    youngest: dt.datetime = field(default_factory=lambda: dt.datetime.min.replace(tzinfo=dt.UTC))
    anchored: int = 0
    erased: int = 0
    gone: dict[UUID, bool] = field(default_factory=dict)

    def has_gone(self, tenant_id: UUID) -> bool:
        """Whether a tenant has been removed: its chain has ended."""
        if tenant_id not in self.gone:
            self.gone[tenant_id] = AuditChain.objects.filter(tenant_id=tenant_id, ended_at__isnull=False).exists()
        return self.gone[tenant_id]


def verify_chain(
    chain: AuditChain,
    *,
    kept: Iterable[Anchor] = (),
    since: dt.date | None = None,
    waiting: Waiting = NOTHING_WAITS,
) -> Verdict:
    """Check a chain against itself, its anchors and those that were kept elsewhere.

    `since` begins at the last anchor before that day and believes it. An ended chain has anchors only. `waiting` is
    what had no seal before the walk.
    """
    anchors = _anchors(chain, kept)
    walk, contradiction = _start(chain, anchors, since)
    if contradiction is not None:
        return Verdict(chain, fault=contradiction)
    fault = None
    if chain.ended_at is None:
        fault = _walk_to_end(walk)
    else:
        _to_last_anchor(walk)
    verdict = Verdict(chain, number=walk.number, erased=walk.erased, waiting=waiting.count)
    verdict.fault = fault or _end_fault(walk) or _unsealed_fault(walk, waiting)
    return verdict


def list_waiting() -> dict[str, Waiting]:
    """Return what has no seal, by role, in one pass over the entries."""
    found: dict[str, Waiting] = {}
    for role, key in unsealed().values_list("owner_role", "id").iterator(chunk_size=BATCH):
        before = found.get(role)
        found[role] = Waiting(before.count + 1, before.oldest_id) if before else Waiting(1, key)
    return found


def _walk_to_end(walk: _Walk) -> Fault | None:
    for seals in _batches(walk.chain.id, walk.number):
        entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            fault = _step(walk, seal, entries.get(seal.entry_id))
            if fault is not None:
                return fault
    return None


def _to_last_anchor(walk: _Walk) -> None:
    """Go to where a chain ended: what was in it has been removed, with its municipality."""
    end = AuditAnchor.objects.filter(chain_id=walk.chain.id, kind=AnchorKind.END).first()
    walk.number = walk.anchored = end.number if end else 0


def _anchors(chain: AuditChain, kept: Iterable[Anchor]) -> list[Anchor]:
    rows = AuditAnchor.objects.filter(chain_id=chain.id).order_by("number")
    own = [Anchor(row.chain_id, row.number, bytes(row.hash), row.day.isoformat()) for row in rows]
    return [*own, *(one for one in kept if one.chain_id == chain.id)]


def _start(chain: AuditChain, anchors: list[Anchor], since: dt.date | None) -> tuple[_Walk, Fault | None]:
    known: dict[int, bytes] = {0: START}
    contradiction = None
    for one in sorted(anchors, key=lambda anchor: anchor.number):
        if known.setdefault(one.number, one.hash) != one.hash and contradiction is None:
            contradiction = Fault("rewritten", one.number)
    first = AuditAnchor.objects.filter(chain_id=chain.id, kind=AnchorKind.FIRST).values_list("number", flat=True)
    walk = _Walk(chain, known, first_block=next(iter(first), 0))
    earlier = [one for one in anchors if since is not None and one.day and one.day < since.isoformat()]
    if earlier and chain.ended_at is None:
        last = max(earlier, key=lambda anchor: anchor.number)
        walk.number, walk.hash, walk.anchored = last.number, last.hash, last.number
    return walk, contradiction


def _batches(chain_id: UUID, number: int) -> Iterator[list[AuditSeal]]:
    while True:
        found = list(AuditSeal.objects.filter(chain_id=chain_id, number__gt=number).order_by("number")[:BATCH])
        if not found:
            return
        yield found
        number = found[-1].number


def _step(walk: _Walk, seal: AuditSeal, entry: AuditEntry | None) -> Fault | None:
    """Go on by one seal, or say what is wrong with it."""
    if seal.number != walk.number + 1:
        return Fault("deleted", walk.number + 1, after=walk.anchored)
    kind = _wrong(walk, seal, entry)
    return Fault(kind, seal.number, seal.entry_id, walk.anchored) if kind else None


def _wrong(walk: _Walk, seal: AuditSeal, entry: AuditEntry | None) -> FaultKind | None:
    """Compare an entry with its seal, its neighbours and the anchor there, and go on where all is well."""
    if bytes(seal.previous) != walk.hash:
        return "reordered"
    if entry is None:
        return "deleted"
    content = _content(walk, seal, entry)
    own = seal_hash(entry, chain_id=walk.chain.id, number=seal.number, previous=walk.hash, content=content)
    if own != bytes(seal.hash):
        return "changed"
    if seal.number > walk.first_block and _is_late(walk, entry):
        return "inserted"
    anchor = walk.anchors.get(seal.number)
    if anchor is not None and anchor != own:
        return "rewritten"
    walk.youngest = max(walk.youngest, time_of_key(entry.id))
    walk.number, walk.hash = seal.number, own
    walk.anchored = walk.anchored if anchor is None else seal.number
    return None


def _content(walk: _Walk, seal: AuditSeal, entry: AuditEntry) -> bytes:
    """Return the digest of an entry's personal part: of one erased rightly, what was kept of it."""
    if not bytes(seal.salt) and not entry.actor_name and entry.tenant_id and walk.has_gone(entry.tenant_id):
        walk.erased += 1
        return bytes(seal.content)
    return content_digest(entry, bytes(seal.salt))


def _is_late(walk: _Walk, entry: AuditEntry) -> bool:
    """Whether an entry claims to be much older than what was sealed before it, or its key and its time disagree."""
    moment = time_of_key(entry.id)
    return moment + WINDOW < walk.youngest or abs(moment - entry.at) > WINDOW


def _end_fault(walk: _Walk) -> Fault | None:
    beyond = sorted(number for number in walk.anchors if number > walk.number)
    return Fault("cut", walk.number + 1, after=walk.anchored) if beyond else None


def _unsealed_fault(walk: _Walk, waiting: Waiting) -> Fault | None:
    """Find what should have had its seal before others got theirs."""
    key = waiting.oldest_id
    if key is None or not walk.first_block or time_of_key(key) + WINDOW >= walk.youngest:
        return None
    if AuditSeal.objects.filter(entry_id=key).exists():
        return None  # it got one during the walk
    return Fault("inserted", walk.number + 1, key, walk.anchored)
