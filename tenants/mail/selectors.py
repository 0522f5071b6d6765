"""Read what mail could not be delivered, as the operators' role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tenants.mail.models import MailProblem


@dataclass(frozen=True, slots=True)
class ProblemInfo:
    """A mail that did not arrive. `code` is the mail server's number, `expired`, or the kind of failure."""

    tenant_id: UUID | None
    region: str
    kind: str
    recipient_domain: str
    code: str
    said: str
    at: dt.datetime


def list_problems(
    *, tenant_ids: Collection[UUID], regions: Collection[str], since: dt.datetime | None = None, limit: int = 100
) -> list[ProblemInfo]:
    """Return the mails of these towns and of these regions' umbrellas that did not arrive, the newest first."""
    query = MailProblem.objects.filter(Q(tenant_id__in=tenant_ids) | Q(tenant_id__isnull=True, region__in=regions))
    if since is not None:
        query = query.filter(at__gte=since)
    return [
        ProblemInfo(row.tenant_id, row.region, row.kind, row.recipient_domain, row.code, row.said, row.at)
        for row in query.order_by("-id")[:limit]
    ]
