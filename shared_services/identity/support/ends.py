"""Visits end with the sign-in on the console that they came from: remembered by account, and by Keycloak's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import structlog
from django.core.cache import caches
from django.db import DatabaseError

from tenants.actors import system_actor
from tenants.context import as_operator, in_tenant
from tenants.errors import DomainError
from tenants.registry.sites import directory
from tenants.staff.support import LeftReason, end_left

log = structlog.get_logger(__name__)

# A code lasts a minute, and a visit an hour.
_SECONDS: Final = 2 * 3600
_MOST: Final = 50


def remember_way_in(
    *, account_id: UUID, tenant_id: UUID, access_id: UUID, provider_session: str = "", subject: str = ""
) -> None:
    """Remember which access somebody of the console is on the way into. `subject` and its session are Keycloak's."""
    with as_operator():
        cache = caches["sessions"]
        for key in _keys(account_id=account_id, provider_session=provider_session, subject=subject):
            others = [one for one in cache.get(key) or [] if one[1] != str(access_id)]
            cache.set(key, [*others, [str(tenant_id), str(access_id)]][-_MOST:], _SECONDS)


def end_visits_of_account(account_id: UUID) -> int:
    """End the visits of somebody who signs out on the console; return how many. Each stands in its town's trail."""
    return sum(_end_all(key) for key in _keys(account_id=account_id))


def end_visits_of_sign_in(*, provider_session: str, subject: str) -> int:
    """End the visits that came from a sign-in at Keycloak, and from any of a person. Either may be empty."""
    keys = _keys(provider_session=provider_session, subject=subject)
    return sum(_end_all(key) for key in keys)


def end_visit(*, tenant_id: UUID, access_id: UUID, reason: LeftReason) -> bool:
    """End one visit. A town's trouble is its own: it is logged, and the visit's session has ended anyway."""
    town = directory.snapshot().tenants_by_id.get(tenant_id)
    if town is None:
        return False
    try:
        with in_tenant(town.ref):
            return end_left(actor=system_actor("Abmeldung"), access_id=access_id, reason=reason)
    except (DatabaseError, DomainError):
        log.exception("support.visit_not_ended", tenant=town.slug)
        return False


def _end_all(key: str) -> int:
    with as_operator():
        found = caches["sessions"].get(key) or []
        caches["sessions"].delete(key)
    ends = [end_visit(tenant_id=UUID(one[0]), access_id=UUID(one[1]), reason="signed_out") for one in found]
    return ends.count(True)


def _keys(*, account_id: UUID | None = None, provider_session: str = "", subject: str = "") -> Iterator[str]:
    if account_id is not None:
        yield f"support.way_in.account:{account_id}"
    if provider_session:
        yield f"support.way_in.session:{provider_session}"
    if subject:
        yield f"support.way_in.person:{subject}"
