"""The session of somebody of the IT provider in a town: it lasts as long as the access, and is looked at each time."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog
from django.http import HttpRequest

from shared_services.identity import sessions
from shared_services.identity.citizen import discovery
from shared_services.identity.citizen.oidc import RENEW_SECONDS
from shared_services.identity.requests import set_actor, set_running_visit, site_of
from shared_services.identity.sessions import SessionRecord
from shared_services.identity.staff_oidc import members
from shared_services.identity.staff_oidc.ended import was_ended
from shared_services.identity.staff_oidc.places import find_place
from shared_services.identity.support.ends import end_visit
from shared_services.identity.support.handover import Passed, not_begun
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.context import as_operator
from tenants.errors import ExternalPermanent, ExternalTemporary
from tenants.operators.selectors import get_session_account
from tenants.registry.sites import TenantInfo
from tenants.staff.support import LeftReason, as_support_actor, enter, get_running
from tenants.staff.visits import Visit

log = structlog.get_logger(__name__)

_ACCESS: Final = "access"
# Of the sign-in at Keycloak by which somebody came to the console, where it was one.
_PROVIDER_SESSION: Final = "provider_session"
_SUBJECT: Final = "subject"
# When Keycloak is asked again whether the person is still one of the provider's.
_RENEW_AT: Final = "renew_at"


def begin_support(request: HttpRequest, passed: Passed, *, tenant: TenantInfo) -> Actor:
    """Begin the visit, or go on with it in this browser, and a session for it.

    Effects: at the first entry an audit entry in the town's trail, and its administrators get a mail.
    Raises: InvalidInput for an account that is none any more; NotFound; Conflict when the access is over.
    """
    account = _account(passed.account_id, tenant=tenant)
    if account is None:
        raise not_begun()
    visit = enter(actor=account.as_actor(), access_id=passed.access_id)
    proof = {
        _ACCESS: str(visit.id),
        _PROVIDER_SESSION: passed.provider_session,
        _SUBJECT: passed.subject,
        _RENEW_AT: sessions.now_seconds() + RENEW_SECONDS,
    }
    sessions.begin(request, account, proof=proof)
    return _known(request, visit)


def get_support_actor(request: HttpRequest, record: SessionRecord) -> Actor | None:
    """Return who works here for the IT provider; None once the access has ended, by itself or by the town.

    A visit ends with the sign-in at Keycloak that it began with, too, and with the person's user there. Two queries:
    the access in the town's schema, and the account, which may be deactivated meanwhile.
    Effects: an entry in the town's trail where the visit ends here.
    """
    tenant, visit = site_of(request).tenant, _running(record)
    account = _account(record.account_id, tenant=tenant) if tenant is not None and visit is not None else None
    reason = _reason_to_end(request, record, account)
    if visit is None or reason is not None:
        if visit is not None and tenant is not None and reason is not None:
            end_visit(tenant_id=tenant.id, access_id=visit.id, reason=reason)
        sessions.end(request)
        return None
    sessions.note_seen(request, record)
    return _known(request, visit)


def _known(request: HttpRequest, visit: Visit) -> Actor:
    set_running_visit(request, visit.id)
    return set_actor(request, as_support_actor(visit))


def _reason_to_end(request: HttpRequest, record: SessionRecord, account: AccountInfo | None) -> LeftReason | None:
    if account is None or not record.belongs_to(account):
        return "no_access"
    if _was_ended(record):
        return "signed_out"
    return None if _is_still_there(request, record) else "no_access"


def _is_still_there(request: HttpRequest, record: SessionRecord) -> bool:
    """Whether Keycloak still has the person, as one of those on the console: asked every few minutes, as of all others.

    Without an answer the visit goes on until the next try.
    """
    subject, now = str(record.proof.get(_SUBJECT, "")), sessions.now_seconds()
    if not subject or now < int(record.proof.get(_RENEW_AT, 0)) or discovery.is_away():
        return True
    try:
        if not members.is_working(find_place("konsole"), subject):
            return False
    except ExternalTemporary:
        return True
    except ExternalPermanent as refused:
        log.warning("keycloak.visit_ended", reason=refused.code)
        return False
    sessions.keep_proof(request, record, {**record.proof, _RENEW_AT: now + RENEW_SECONDS})
    return True


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
