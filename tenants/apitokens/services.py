"""Give programs access to a town's data, and take it from them, inside the town's context."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.apitokens.models import ApiToken, Scope
from tenants.apitokens.selectors import TokenInfo, token_info
from tenants.apitokens.tokens import hash_secret, new_token
from tenants.audit.services import record
from tenants.context import current_tenant
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.ids import uuid7
from tenants.staff.policies import can_manage_tokens, require

LONGEST_LIFE: Final = dt.timedelta(days=366)
_MAX_OPEN: Final = 50
_LONGEST_PURPOSE: Final = 120


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that has just been made, with its text: the only moment that it is known."""

    info: TokenInfo
    text: str = field(repr=False)


def create_token(*, actor: Actor, purpose: str, scopes: Collection[str], expires_on: dt.date) -> NewToken:
    """Make a token for one purpose, good through the day named.

    Raises: NotAllowed; InvalidInput (fields `purpose`, `scopes`, `expires_on`); Conflict with too many open ones.
    """
    require(can_manage_tokens, actor)
    name = " ".join(purpose.split())
    _require_good(name, scopes, expires_on)
    tenant = current_tenant()
    token = new_token(tenant.slug, uuid7())
    row = ApiToken(
        id=token.id,
        purpose=name,
        scopes=sorted(set(scopes)),
        secret_hash=hash_secret(token, tenant.id),
        created_by=actor.name,
        expires_at=_end_of(expires_on),
    )
    with transaction.atomic():
        if ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=timezone.now()).count() >= _MAX_OPEN:
            raise Conflict(
                _("Es gelten schon {count} Zugänge. Entziehen Sie zuerst einen, den niemand mehr braucht.").format(
                    count=_MAX_OPEN
                ),
                code="too_many_tokens",
            )
        row.save(force_insert=True)
        data = {"purpose": name, "scopes": row.scopes, "expires_on": expires_on.isoformat()}
        record(actor=actor, action="api.token_created", subject=f"token:{row.id}", data=data)
    return NewToken(token_info(row), token.text())


def revoke_token(*, actor: Actor, token_id: UUID) -> TokenInfo:
    """End a token at once. Doing it again changes nothing. Raises: NotAllowed; NotFound."""
    require(can_manage_tokens, actor)
    with transaction.atomic():
        row = ApiToken.objects.select_for_update().filter(id=token_id).first()
        if row is None:
            raise NotFound(_("Diesen Zugang gibt es nicht."))
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), actor.name
            row.save(update_fields=["revoked_at", "revoked_by"])
            record(actor=actor, action="api.token_revoked", subject=f"token:{row.id}", data={"purpose": row.purpose})
    return token_info(row)


def _require_good(purpose: str, scopes: Collection[str], expires_on: dt.date) -> None:
    today = timezone.localdate()
    errors: dict[str, list[str]] = {}
    if not purpose or len(purpose) > _LONGEST_PURPOSE:
        errors["purpose"] = [
            _("Schreiben Sie in höchstens {count} Zeichen, wofür der Zugang da ist.").format(count=_LONGEST_PURPOSE)
        ]
    if not scopes or not set(scopes) <= set(Scope.values):
        errors["scopes"] = [_("Wählen Sie mindestens ein Recht aus der Liste.")]
    if not today < expires_on <= today + LONGEST_LIFE:
        errors["expires_on"] = [_("Wählen Sie einen Tag ab morgen, höchstens ein Jahr voraus.")]
    if errors:
        raise InvalidInput(_("Prüfen Sie die Angaben zum Zugang."), data={"fields": errors})


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
