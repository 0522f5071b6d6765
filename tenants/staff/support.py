"""Let the IT provider into a municipality's portal: with a reason, for a while, seen and ended by the town.

All runs inside the town's context, so that each step stands in the town's own trail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import current_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.policies import require_manage_tenant
from tenants.registry.sites import TenantInfo, directory
from tenants.staff.models import Role, StaffAccount, SupportAccess, SupportRules
from tenants.staff.policies import can_manage_support, require
from tenants.staff.supportmails import tell_support_asked, tell_support_begun
from tenants.staff.visits import Visit, VisitState, needs_approval, no_visit, state_of, visit_of

DURATIONS: Final = (15, 30, 60)
_REASON_LENGTH: Final = 500
_MIN_REASON: Final = 10
LeftReason = Literal["signed_out", "no_access"]


def request_access(*, actor: Actor, reason: str, minutes: int) -> Visit:
    """Ask to work in this town's portal; unless the town wants to be asked, it is allowed at once.

    Units: `minutes`, one of `DURATIONS`, counted from the first entry.
    Effects: where the town wants to be asked, its administrators get a mail.
    Raises: NotFound for whoever is not of the provider that runs the town; InvalidInput (fields `reason`, `minutes`).
    """
    tenant, account_id = _managed(actor)
    why = _checked_reason(reason)
    if minutes not in DURATIONS:
        message = _("Wählen Sie eine Dauer aus der Liste.")
        raise InvalidInput(message, data={"fields": {"minutes": [message]}})
    with transaction.atomic():
        must_ask = needs_approval()
        row = SupportAccess.objects.create(
            operator_id=tenant.operator.id,
            operator_name=tenant.operator.name[:200],
            account_id=account_id,
            account_name=actor.name,
            reason=why,
            minutes=minutes,
            requested_at=timezone.now(),
            approved_at=None if must_ask else timezone.now(),
        )
        _note(actor, row, what="requested", data={"reason": why, "minutes": minutes})
        if must_ask:
            _tell_administrators(row, tell=tell_support_asked)
    return visit_of(row)


def approve_access(*, actor: Actor, access_id: UUID) -> Visit:
    """Allow a visit that waits for the town's word.

    Raises: NotAllowed; NotFound; Conflict when it no longer waits.
    """
    require(can_manage_support, actor)
    with transaction.atomic():
        row = _locked(access_id)
        if state_of(row, now=timezone.now()) != VisitState.WAITING:
            raise _no_longer()
        row.approved_at, row.approved_by = timezone.now(), actor.name
        row.save(update_fields=["approved_at", "approved_by"])
        _note(actor, row, what="approved")
    return visit_of(row)


def end_access(*, actor: Actor, access_id: UUID) -> Visit:
    """End a visit at once, or refuse one that waits. Idempotent.

    For the town's administrators, for the visitor and for colleagues of the provider.
    Raises: NotAllowed; NotFound.
    """
    with transaction.atomic():
        row = _locked(access_id)
        if not _may_end(actor, row):
            raise NotAllowed(_("Diesen Zugriff beendet die Administration des Portals oder der IT-Dienstleister."))
        state = state_of(row, now=timezone.now())
        if state in {VisitState.WAITING, VisitState.OPEN, VisitState.RUNNING}:
            row.ended_at, row.ended_by = timezone.now(), actor.name
            row.save(update_fields=["ended_at", "ended_by"])
            _note(actor, row, what="refused" if state == VisitState.WAITING else "ended")
    return visit_of(row)


def note_over(*, actor: Actor, access_id: UUID) -> bool:
    """Note that a visit's time is over, if nobody has ended it before; return whether it was so. Idempotent.

    Effects: an entry "support.over" in the town's trail.
    """
    with transaction.atomic():
        row = SupportAccess.objects.select_for_update().filter(id=access_id, ended_at=None).first()
        if row is None or row.ends_at is None or row.ends_at > timezone.now():
            return False
        row.ended_at = row.ends_at
        row.save(update_fields=["ended_at"])
        _note(actor, row, what="over", data={"until": row.ends_at.isoformat(), "minutes": row.minutes})
    return True


def end_left(*, actor: Actor, access_id: UUID, reason: LeftReason) -> bool:
    """End what somebody of the IT provider may still enter or is in, because the person is gone; say whether it was so.

    Nobody is asked: who signs out, or loses the access to the console, is out of the towns as well. Idempotent.
    Effects: an entry "support.left" in the town's trail.
    """
    with transaction.atomic():
        row = SupportAccess.objects.select_for_update().filter(id=access_id).first()
        if row is None or state_of(row, now=timezone.now()) not in {VisitState.OPEN, VisitState.RUNNING}:
            return False
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        _note(actor, row, what="left", data={"reason": reason})
    return True


def enter(*, actor: Actor, access_id: UUID) -> Visit:
    """Begin a visit, or come back to it from another browser while it runs; the clock is not set back.

    Effects: at the first entry an audit entry, and the administrators get a mail.
    Raises: NotFound for another person's visit; Conflict when it may not be entered (any more).
    """
    _tenant, account_id = _managed(actor)
    with transaction.atomic():
        row = _locked(access_id)
        if row.account_id != account_id:
            raise no_visit()
        state, now = state_of(row, now=timezone.now()), timezone.now()
        if state == VisitState.OPEN:
            row.begun_at, row.ends_at = now, now + timedelta(minutes=row.minutes)
            row.save(update_fields=["begun_at", "ends_at"])
            _note(actor, row, what="begun", data={"until": row.ends_at.isoformat()})
            _tell_administrators(row, tell=tell_support_begun)
        elif state != VisitState.RUNNING:
            raise _no_longer()
    return visit_of(row)


def get_running(access_id: UUID, *, account_id: UUID) -> Visit | None:
    """Return the visit of this person if it goes on now: asked at each request."""
    row = SupportAccess.objects.filter(id=access_id, account_id=account_id).first()
    if row is None or state_of(row, now=timezone.now()) != VisitState.RUNNING:
        return None
    return visit_of(row)


def set_rules(*, actor: Actor, must_ask: bool) -> None:
    """Say whether the IT provider has to ask before it comes in. Visits that are allowed already stay so.

    Raises: NotAllowed.
    """
    require(can_manage_support, actor)
    with transaction.atomic():
        SupportRules.objects.update_or_create(
            only=True,
            defaults={"needs_approval": must_ask, "changed_by": actor.name, "changed_at": timezone.now()},
        )
        record(actor=actor, action="support.rules_changed", subject="support", data={"needs_approval": must_ask})


def as_support_actor(visit: Visit) -> Actor:
    """Return who acts in the town during a visit: like an administrator for what citizens see, and no more."""
    return Actor(
        kind="support",
        name=visit.full_name[:200],
        id=visit.account_id,
        tenant_id=current_tenant().id,
        support_access=visit.id,
    )


def _managed(actor: Actor) -> tuple[TenantInfo, UUID]:
    """Return the town and the account of somebody whose provider runs it. Raises: NotFound."""
    tenant = directory.snapshot().tenants_by_id.get(current_tenant().id)
    if tenant is None or actor.kind != "operator" or actor.id is None:
        raise NotFound(_("Diese Kommune gibt es nicht."))
    require_manage_tenant(actor, operator_id=tenant.operator.id)
    return tenant, actor.id


def _may_end(actor: Actor, row: SupportAccess) -> bool:
    if can_manage_support(actor):
        return True
    if actor.kind == "support":
        return actor.support_access == row.id
    return actor.kind == "operator" and actor.operator_id == row.operator_id


def _locked(access_id: UUID) -> SupportAccess:
    row = SupportAccess.objects.select_for_update().filter(id=access_id).first()
    if row is None:
        raise no_visit()
    return row


def _note(actor: Actor, row: SupportAccess, *, what: str, data: dict[str, object] | None = None) -> None:
    known = {"support_access": str(row.id), "provider": row.operator_name, "person": row.account_name}
    record(actor=actor, action=f"support.{what}", subject=f"support:{row.id}", data={**known, **(data or {})})


def _tell_administrators(row: SupportAccess, *, tell: Callable[[StaffAccount, Visit], object]) -> None:
    visit = visit_of(row)
    for account in StaffAccount.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).order_by("id"):
        tell(account, visit)


def _checked_reason(given: str) -> str:
    reason = " ".join(given.split())
    if not _MIN_REASON <= len(reason) <= _REASON_LENGTH:
        message = _("Sagen Sie in einem Satz, was Sie im Portal tun werden. Die Kommune liest ihn mit.")
        raise InvalidInput(message, data={"fields": {"reason": [message]}})
    return reason


def _no_longer() -> Conflict:
    return Conflict(
        _("Dieser Zugriff ist nicht erlaubt oder schon vorbei. Beginnen Sie in der Konsole einen neuen."),
        code="support_not_open",
    )
