"""Which program asks: a token in the header `Authorization: Bearer …`, checked inside the town of the host."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import ClassVar, Final, NoReturn
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.actors import ANONYMOUS, Actor
from tenants.addresses import address_key
from tenants.apitokens.models import ApiToken
from tenants.apitokens.tokens import Token, is_secret_of, parse_token
from tenants.audit.services import record
from tenants.context import current_tenant
from tenants.errors import DomainError, NotAllowed
from tenants.limits import check_limit

_SCHEME: Final = "bearer "
# Failures from one address; whoever tries more does not even get into the trail.
_FAILURES, _FAILURE_WINDOW_SECONDS = 20, 300
_REQUESTS, _REQUEST_WINDOW_SECONDS = 600, 60
# How exactly "last used" is known: a write for every request would be one too many.
_USE_STEP: Final = dt.timedelta(minutes=5)


class NotAuthenticated(DomainError):
    """No token, or none that is good here: the answer says no more."""

    http_status = HTTPStatus.UNAUTHORIZED
    default_code: ClassVar[str] = "not_authenticated"


def authenticate_token(request: HttpRequest, *, scope: str) -> Actor:
    """Return the program that asks, if it may do what `scope` names (`services:read`).

    Effects: notes the time of use; an audit entry for the first use on a day and for every refusal, without the token.
    Raises: NotAuthenticated; NotAllowed for a good token without the scope; TooManyRequests.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        raise _refusal()
    token = parse_token(header[len(_SCHEME) :].strip()) if header.lower().startswith(_SCHEME) else None
    tenant = current_tenant()
    if token is None or token.slug != tenant.slug:
        _refuse(request, "malformed" if token is None else "other_town")
    row = ApiToken.objects.filter(id=token.id).first()
    if row is None or not is_secret_of(token, tenant.id, row.secret_hash):
        _refuse(request, "unknown" if row is None else "wrong_secret", token=token if row else None)
    reason = _reason_against(row)
    if reason:
        _refuse(request, reason, token=token)
    check_limit("api_requests", str(row.id), limit=_REQUESTS, window_seconds=_REQUEST_WINDOW_SECONDS)
    actor = _actor(row, tenant.id)
    if scope not in row.scopes:
        with transaction.atomic():
            record(actor=actor, action="api.scope_missing", subject=f"token:{row.id}", data={"scope": scope})
        raise NotAllowed(
            _("Diesem Zugang fehlt das Recht „{scope}“. Erstellen Sie in der Verwaltung einen, der es hat.").format(
                scope=scope
            ),
            data={"scope": scope},
        )
    _note_use(row, actor)
    return actor


def _reason_against(row: ApiToken) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= timezone.now() else ""


def _actor(row: ApiToken, tenant_id: UUID) -> Actor:
    pairs = [scope.partition(":") for scope in row.scopes]
    scopes = frozenset((area, right) for area, _colon, right in pairs)
    return Actor(kind="api", name=row.purpose, id=row.id, tenant_id=tenant_id, scopes=scopes)


def _note_use(row: ApiToken, actor: Actor) -> None:
    now = timezone.now()
    if row.last_used_at is not None and row.last_used_at > now - _USE_STEP:
        return
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        # Of several requests at once one is the first of the day.
        unused = Q(last_used_at__isnull=True) | Q(last_used_at__lt=midnight)
        is_first = ApiToken.objects.filter(unused, id=row.id).update(last_used_at=now)
        if is_first:
            data = {"purpose": row.purpose}
            record(actor=actor, action="api.token_used", subject=f"token:{row.id}", data=data)
        else:
            ApiToken.objects.filter(id=row.id, last_used_at__lt=now).update(last_used_at=now)


def _refuse(request: HttpRequest, reason: str, *, token: Token | None = None) -> NoReturn:
    """Note why, within limits, and answer the same in every case."""
    key = f"{current_tenant().slug}:{address_key(request)}"
    check_limit("api_failures", key, limit=_FAILURES, window_seconds=_FAILURE_WINDOW_SECONDS)
    with transaction.atomic():
        subject = f"token:{token.id}" if token else ""
        record(actor=ANONYMOUS, action="api.refused", subject=subject, data={"reason": reason})
    raise _refusal()


def _refusal() -> NotAuthenticated:
    return NotAuthenticated(
        _(
            "Senden Sie einen gültigen Zugang dieses Portals mit: „Authorization: Bearer …“. "
            "Die Verwaltung erstellt ihn."
        )
    )
