"""The whole deployment's chains for commands: how they stand, anchors to keep elsewhere, verification."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.audit.hashing import time_of_key
from tenants.audit.models import AuditAnchor, AuditChain, AuditCheck, AuditEntry
from tenants.audit.sealing import chain_head
from tenants.audit.verifying import NOTHING_WAITS, Anchor, Fault, Verdict, Waiting, list_waiting, verify_chain
from tenants.context import as_operator
from tenants.errors import InvalidInput
from tenants.names import group_role
from tenants.registry.selectors import get_tenant_record
from tenants.registry.sites import directory

Record = dict[str, object]
_HASH_BYTES: Final = 32


def list_chain_states() -> list[Record]:
    """Return every open chain: entries sealed, entries that wait and since when, the last anchor and the last look."""
    with as_operator():
        names, waiting = _names(), list_waiting()
        chains = list(AuditChain.objects.filter(ended_at__isnull=True))
        known = {chain.owner_role for chain in chains}
        found = [_state(chain, names, waiting.get(chain.owner_role, NOTHING_WAITS)) for chain in chains]
        found += [
            {"chain": _named(role, names), "sealed": 0, **_waiting(one)}
            for role, one in waiting.items()
            if role not in known
        ]
        return sorted(found, key=lambda one: str(one["chain"]))


def list_anchors(*, slug: str = "", since: dt.date | None = None) -> list[Record]:
    """Return anchors in the order of time, of one municipality or of a time on if named. Raises: NotFound."""
    with as_operator():
        query = AuditAnchor.objects.order_by("id")
        if slug:
            query = query.filter(tenant_id=_tenant_id(slug))
        if since:
            query = query.filter(day__gte=since)
        names = _names()
        return [
            {
                "chain": str(row.chain_id),
                "name": _named(row.owner_role, names),
                "tenant_id": str(row.tenant_id) if row.tenant_id else None,
                "kind": row.kind,
                "day": row.day.isoformat(),
                "number": row.number,
                "count": row.count,
                "hash": bytes(row.hash).hex(),
                "at": row.at.astimezone(dt.UTC).isoformat(),
            }
            for row in query
        ]


def read_anchors(text: str) -> list[Anchor]:
    """Read what `list_anchors` gave as JSON. Raises: InvalidInput for anything else."""
    try:
        found = [_anchor(one) for one in json.loads(text)]
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise InvalidInput(
            _("Das ist keine Datei mit Ankern. Schreiben Sie eine mit „verbund audit anchors --json“."),
            code="no_anchors",
        ) from wrong
    return found


def verify_trails(*, slug: str = "", since: dt.date | None = None, kept: Collection[Anchor] = ()) -> Iterator[Record]:
    """Walk along the chains, of all or of one municipality, and yield what was found of each.

    `fault` of a record is None, or names the first broken entry; see `verifying.Fault`. `kept` anchors come from
    elsewhere; a chain that they know and the database does not is a fault, too. Raises: NotFound.
    """
    with as_operator():
        names = _names()
        chains = AuditChain.objects.order_by("id")
        if slug:
            chains = chains.filter(tenant_id=_tenant_id(slug))
        waiting, seen = list_waiting(), set()
        for chain in chains:
            seen.add(chain.id)
            still = waiting.get(chain.owner_role, NOTHING_WAITS) if chain.ended_at is None else NOTHING_WAITS
            yield _found(verify_chain(chain, kept=kept, since=since, waiting=still), names)
        if not slug:
            for chain_id in sorted({one.chain_id for one in kept} - seen):
                yield _found(Verdict(AuditChain(id=chain_id), fault=Fault("lost", 1)), names)


def _found(verdict: Verdict, names: dict[str, str]) -> Record:
    chain, fault = verdict.chain, verdict.fault
    return {
        "chain": str(chain.id),
        "name": _named(chain.owner_role, names),
        "tenant_id": str(chain.tenant_id) if chain.tenant_id else None,
        "origin": chain.origin,
        "has_ended": chain.ended_at is not None,
        "whole_up_to": verdict.number,
        "erased": verdict.erased,
        "waiting": verdict.waiting,
        "fault": _fault(fault) if fault else None,
    }


def _fault(fault: Fault) -> Record:
    entry = AuditEntry.objects.filter(id=fault.entry_id).first() if fault.entry_id else None
    return {
        "kind": fault.kind,
        "number": fault.number,
        "entry": str(fault.entry_id) if fault.entry_id else None,
        "at": _iso(entry.at if entry else time_of_key(fault.entry_id) if fault.entry_id else None),
        "action": entry.action if entry else None,
        "last_anchor_before": fault.after,
    }


def _state(chain: AuditChain, names: dict[str, str], waiting: Waiting) -> Record:
    anchor = AuditAnchor.objects.filter(chain_id=chain.id).order_by("-number").first()
    check = AuditCheck.objects.filter(chain_id=chain.id).order_by("-id").first()
    return {
        "chain": _named(chain.owner_role, names),
        "sealed": chain_head(chain.id).number,
        **_waiting(waiting),
        "anchored_on": anchor.day.isoformat() if anchor else None,
        "checked_at": check.checked_at if check else None,
        "checked_up_to": check.number if check else None,
        "fault": check.fault if check else None,
    }


def _waiting(waiting: Waiting) -> Record:
    since = time_of_key(waiting.oldest_id) if waiting.oldest_id else None
    return {"waiting": waiting.count, "waiting_since": since}


def _anchor(row: Any) -> Anchor:
    digest = bytes.fromhex(row["hash"])
    if len(digest) != _HASH_BYTES:
        message = "not a SHA-256"
        raise ValueError(message)
    return Anchor(UUID(row["chain"]), int(row["number"]), digest, dt.date.fromisoformat(row["day"]).isoformat())


def _tenant_id(slug: str) -> UUID:
    return UUID(str(get_tenant_record(slug)["id"]))


def _names() -> dict[str, str]:
    return {tenant.ref.role: tenant.slug for tenant in directory.snapshot().tenants.values()}


def _named(role: str, names: dict[str, str]) -> str:
    """Return a tenant's slug, or the group's name; a dash for what has gone."""
    return names.get(role) or role.removeprefix(group_role("app").removesuffix("app")) or "–"


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None
