"""The session of somebody of the IT provider in a town: it lasts as long as the access, and is looked at each time."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from shared_services.identity import sessions
from shared_services.identity.requests import set_actor, set_running_visit, site_of
from shared_services.identity.sessions import SessionRecord
from shared_services.identity.staff_oidc.ended import was_ended
from shared_services.identity.support.handover import Passed, not_begun
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.context import as_operator
from tenants.operators.selectors import get_session_account
from tenants.registry.sites import TenantInfo
from tenants.staff.support import as_support_actor, enter, get_running
from tenants.staff.visits import Visit

_ACCESS: Final = "access"
# Of the sign-in at Keycloak by which somebody came to the console, where it was one.
_PROVIDER_SESSION: Final = "provider_session"
_SUBJECT: Final = "subject"


def begin_support(request: HttpRequest, passed: Passed, *, tenant: TenantInfo) -> Actor:
    """Begin the visit, or go on with it in this browser, and a session for it.

    Effects: at the first entry an audit entry in the town's trail, and its administrators get a mail.
    Raises: InvalidInput for an account that is none any more; NotFound; Conflict when the access is over.
    """
    account = _account(passed.account_id, tenant=tenant)
    if account is None:
        raise not_begun()
    visit = enter(actor=account.as_actor(), access_id=passed.access_id)
    proof = {_ACCESS: str(visit.id), _PROVIDER_SESSION: passed.provider_session, _SUBJECT: passed.subject}
    sessions.begin(request, account, proof=proof)
    return _known(request, visit)


def get_support_actor(request: HttpRequest, record: SessionRecord) -> Actor | None:
    """Return who works here for the IT provider; None once the access has ended, by itself or by the town.

    A visit ends with the sign-in at Keycloak that it began with, too. Two queries: the access in the town's schema, and
    the account, which may be deactivated meanwhile.
    """
    tenant, visit = site_of(request).tenant, _running(record)
    account = _account(record.account_id, tenant=tenant) if tenant is not None and visit is not None else None
    if visit is None or account is None or not record.belongs_to(account) or _was_ended(record):
        sessions.end(request)
        return None
    sessions.note_seen(request, record)
    return _known(request, visit)


def _known(request: HttpRequest, visit: Visit) -> Actor:
    set_running_visit(request, visit.id)
    return set_actor(request, as_support_actor(visit))


def _was_ended(record: SessionRecord) -> bool:
    session, subject = (str(record.proof.get(name, "")) for name in (_PROVIDER_SESSION, _SUBJECT))
    if not session and not subject:
        return False
    return was_ended(provider_session=session, subject=subject, started_at=record.started_at)


def _running(record: SessionRecord) -> Visit | None:
    try:
        access_id = UUID(str(record.proof.get(_ACCESS, "")))
    except ValueError:
        return None
    return get_running(access_id, account_id=record.account_id)


def _account(account_id: UUID, *, tenant: TenantInfo) -> AccountInfo | None:
    """Return the account while it is good and its provider runs the town."""
    with as_operator():
        account = get_session_account(account_id)
    is_good = account is not None and account.is_active and account.operator_id == tenant.operator.id
    return account if is_good else None
