"""The IT provider's visits in a municipality's portal: what is known of one, and which there are; in its context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.staff.models import SupportAccess, SupportRules
from tenants.staff.policies import can_manage_support, require

# How long an access that nobody has used may wait: for the town's word, and for the first entry.
OPEN_FOR: Final = timedelta(hours=24)
_SHOWN: Final = 100


class VisitState(TextChoices):
    """How far a visit has come."""

    WAITING = "waiting", gettext_lazy("wartet auf Zustimmung")
    OPEN = "open", gettext_lazy("erlaubt")
    RUNNING = "running", gettext_lazy("läuft")
    REFUSED = "refused", gettext_lazy("abgelehnt")
    ENDED = "ended", gettext_lazy("beendet")
    LAPSED = "lapsed", gettext_lazy("verfallen")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that somebody of the IT provider asked for. `until`: when it ended, or will by itself."""

    id: UUID
    account_id: UUID
    who: str
    provider: str
    reason: str
    minutes: int
    requested_at: datetime
    approved_by: str
    begun_at: datetime | None
    until: datetime | None
    ended_by: str
    state: VisitState

    @property
    def is_over(self) -> bool:
        """Whether nobody can enter any more."""
        return self.state in {VisitState.REFUSED, VisitState.ENDED, VisitState.LAPSED}

    @property
    def full_name(self) -> str:
        """The person with the provider, as the town reads it."""
        return f"{self.who}, {self.provider}"


def get_visit(access_id: UUID) -> Visit | None:
    """Return a visit, or None. For banners and sessions: no policy asks."""
    row = SupportAccess.objects.filter(id=access_id).first()
    return visit_of(row) if row else None


def list_visits(*, actor: Actor) -> list[Visit]:
    """Return the newest visits, for the town's administrators. Raises: NotAllowed."""
    require(can_manage_support, actor)
    return _newest()


def list_visits_of(*, operator_id: UUID) -> list[Visit]:
    """Return the newest visits of one provider's people. The caller has asked whether the actor is one of them."""
    return [visit_of(row) for row in SupportAccess.objects.filter(operator_id=operator_id).order_by("-id")[:_SHOWN]]


def needs_approval() -> bool:
    """Whether the town wants to be asked before anybody of the IT provider comes in."""
    return SupportRules.objects.filter(needs_approval=True).exists()


def visit_of(row: SupportAccess) -> Visit:
    """Return the value that leaves this app for a row of it."""
    return Visit(
        id=row.id,
        account_id=row.account_id,
        who=row.account_name,
        provider=row.operator_name,
        reason=row.reason,
        minutes=row.minutes,
        requested_at=row.requested_at,
        approved_by=row.approved_by,
        begun_at=row.begun_at,
        until=row.ended_at or row.ends_at,
        ended_by=row.ended_by,
        state=state_of(row, now=timezone.now()),
    )


def state_of(row: SupportAccess, *, now: datetime) -> VisitState:
    """Return how far a visit has come by now: it ends by itself."""
    if row.ended_at is not None:
        return VisitState.ENDED if row.approved_at else VisitState.REFUSED
    if row.ends_at is not None:
        return VisitState.RUNNING if now < row.ends_at else VisitState.ENDED
    since = row.approved_at or row.requested_at
    if now - since >= OPEN_FOR:
        return VisitState.LAPSED
    return VisitState.OPEN if row.approved_at else VisitState.WAITING


def no_visit() -> NotFound:
    """Return the one answer to every access that is none here."""
    return NotFound(_("Diesen Zugriff gibt es nicht. Beginnen Sie ihn in der Konsole noch einmal."))


def _newest() -> list[Visit]:
    return [visit_of(row) for row in SupportAccess.objects.order_by("-id")[:_SHOWN]]
