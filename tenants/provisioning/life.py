"""A tenant's way through its states of life, and its last error. Callers import from `services`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import as_operator
from tenants.errors import Conflict, InvalidInput
from tenants.registry.generations import touch_registry
from tenants.registry.models import Life, Tenant
from tenants.registry.services import locked_tenant
from tenants.registry.sites import directory
from tenants.registry.trail import record_support

# One step back is allowed, so that a wrong choice can be undone. Suspension and offboarding have calls of their own.
NEXT_LIVES: Final[dict[str, tuple[str, ...]]] = {
    Life.SETUP.value: (Life.PILOT.value, Life.LIVE.value, Life.LEAVING.value),
    Life.PILOT.value: (Life.LIVE.value, Life.SETUP.value, Life.LEAVING.value),
    Life.LIVE.value: (Life.LEAVING.value, Life.PILOT.value),
    Life.LEAVING.value: (Life.LIVE.value,),
    Life.SUSPENDED.value: (),
    Life.OFFBOARDING.value: (),
}
_WITH_OWN_CALLS: Final = (Life.SUSPENDED, Life.OFFBOARDING)
_REASON_LENGTH: Final = 300


def list_next_lives(life: str) -> list[tuple[str, str]]:
    """Return the states to which a tenant in this state may move, each with its name for people."""
    return [(one, str(Life(one).label)) for one in NEXT_LIVES.get(life, ())]


def suspend(*, actor: Actor, slug: str, reason: str) -> None:
    """Close a tenant's portal: it answers 503 and says whom to call. Its data stay untouched.

    Raises: NotFound; InvalidInput (field `reason`); Conflict when it is suspended already or leaving.
    """
    given = " ".join(reason.split())
    if not given:
        raise _wrong("reason", _("Nennen Sie den Grund der Sperrung: er steht im Protokoll."))
    if len(given) > _REASON_LENGTH:
        raise _wrong("reason", _("Fassen Sie den Grund in höchstens {count} Zeichen.").format(count=_REASON_LENGTH))
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        if tenant.life == Life.SUSPENDED:
            raise Conflict(_("{name} ist schon gesperrt.").format(name=tenant.name), code="suspended_already")
        if tenant.life in {Life.LEAVING, Life.OFFBOARDING}:
            raise Conflict(_("{name} scheidet aus und kann nicht gesperrt werden.").format(name=tenant.name))
        _change(actor, tenant, life=Life.SUSPENDED, reason=given)


def resume(*, actor: Actor, slug: str) -> None:
    """Open a suspended tenant's portal again, in the state in which it was suspended.

    Raises: NotFound; Conflict when it is not suspended.
    """
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        if tenant.life != Life.SUSPENDED:
            raise Conflict(_("{name} ist nicht gesperrt.").format(name=tenant.name), code="not_suspended")
        _change(actor, tenant, life=tenant.life_before or Life.LIVE)


def set_life(*, actor: Actor, slug: str, life: str) -> None:
    """Move a tenant on, or one step back: see `NEXT_LIVES`.

    Raises: NotFound; InvalidInput (field `life`) for an unknown state or one that has a call of its own; Conflict for a
    step that is not allowed from where the tenant is.
    """
    if life not in NEXT_LIVES or life in _WITH_OWN_CALLS:
        raise _wrong("life", _("Diesen Zustand kann man so nicht setzen."))
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        if tenant.life == Life.SUSPENDED:
            raise Conflict(_("{name} ist gesperrt. Geben Sie das Portal erst frei.").format(name=tenant.name))
        if life not in NEXT_LIVES[tenant.life]:
            message = _("{name} ist jetzt „{now}“. Von dort geht es nicht zu „{wanted}“.").format(
                name=tenant.name, now=tenant.get_life_display(), wanted=Life(life).label
            )
            raise Conflict(message, code="no_such_step", data={"fields": {"life": [message]}})
        _change(actor, tenant, life=life)


def note_error(*, tenant_id: UUID, message: str) -> None:
    """Keep the last error of a tenant, for the operators' console. Personal data must not be in the message."""
    with as_operator(), transaction.atomic():
        Tenant.objects.filter(id=tenant_id).update(last_error=message[:2000], last_error_at=timezone.now())


def clear_error(*, actor: Actor, slug: str) -> None:
    """Say that the last error of a tenant has been dealt with. Nothing happens if there is none.

    Raises: NotFound.
    """
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        if not tenant.last_error:
            return
        Tenant.objects.filter(id=tenant.id).update(last_error="", last_error_at=None)
        record_support(actor=actor, tenant=tenant, action="tenant.error_cleared", data={"error": tenant.last_error})


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, data={"fields": {field: [message]}})


def _change(actor: Actor, tenant: Tenant, *, life: str, reason: str = "") -> None:
    before = tenant.life
    tenant.life, tenant.life_before, tenant.suspended_reason = str(life), before, reason
    tenant.save(update_fields=["life", "life_before", "suspended_reason"])
    data = {"from": before, "to": str(life), "reason": reason}
    record_support(actor=actor, tenant=tenant, action="tenant.life_changed", data=data)
    touch_registry()
    transaction.on_commit(directory.reload)
