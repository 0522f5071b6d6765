"""What somebody has typed when the session ran out or was not sure enough: kept until they are back at the form.

Sealed with the person's key in the store of sessions, for half an hour and for one form; whoever signs in as somebody
else finds nothing. Secrets are never kept.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from uuid import UUID

import structlog
from django.core.cache import caches
from django.http import HttpRequest, QueryDict
from redis.exceptions import RedisError

from shared_services.identity.requests import actor_of
from shared_services.identity.sessions import site_key
from tenants.context import as_accounts
from tenants.errors import ExternalTemporary
from tenants.keystore.sealing import Unreadable, get_data_key

log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 30 * 60
_MOST_CHARACTERS: Final = 20_000
_SECRETS: Final = ("csrfmiddlewaretoken", "password", "current_password", "code", "answer")
_PURPOSE: Final = "identity.draft"


def keep_draft(request: HttpRequest, account_id: UUID) -> bool:
    """Keep what was sent for whoever typed it; return whether it is kept. Without the stores it is not."""
    typed = request.POST.copy()
    for name in _SECRETS:
        typed.pop(name, None)
    text = typed.urlencode()
    if not text or len(text) > _MOST_CHARACTERS:
        return False
    try:
        sealed = get_data_key(account_id).seal(text, purpose=_PURPOSE)
        with as_accounts():
            caches["sessions"].set(_key(request, account_id), base64.b64encode(sealed).decode(), KEPT_SECONDS)
    except (ExternalTemporary, Unreadable, RedisError) as lost:
        log.warning("citizen.draft_lost", error=type(lost).__name__)
        return False
    return True


def get_draft(request: HttpRequest) -> QueryDict | None:
    """Return what the person who is signed in has typed into this form before, or None."""
    account_id = _own(request)
    if account_id is None:
        return None
    try:
        with as_accounts():
            sealed = caches["sessions"].get(_key(request, account_id))
        if not isinstance(sealed, str):
            return None
        return QueryDict(str(get_data_key(account_id).unseal(base64.b64decode(sealed), purpose=_PURPOSE)))
    except (ExternalTemporary, Unreadable, RedisError) as lost:
        log.warning("citizen.draft_lost", error=type(lost).__name__)
        return None


def forget_draft(request: HttpRequest) -> None:
    """Forget what was kept for this form: it is stored now."""
    account_id = _own(request)
    if account_id is None:
        return
    try:
        with as_accounts():
            caches["sessions"].delete(_key(request, account_id))
    except RedisError as lost:
        # It ends by itself soon.
        log.warning("citizen.draft_lost", error=type(lost).__name__)


def _own(request: HttpRequest) -> UUID | None:
    actor = actor_of(request)
    return actor.id if actor.kind == "citizen" else None


def _key(request: HttpRequest, account_id: UUID) -> str:
    """Name the form by its address: each language has its own, and one comes back to the same."""
    form = hashlib.sha256(f"{account_id}:{site_key(request)}:{request.path}".encode()).hexdigest()
    return f"citizen.draft:{form}"
