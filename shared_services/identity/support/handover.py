"""From the console to a town's host: a code for one town, one browser and one minute.

Shaped like the citizens' way (`citizen.handover`): the town's host begins, keeps a secret in a cookie of this browser
and sends its hash along; the console answers with a code that only this browser can redeem, once, there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_services.identity import sessions
from shared_services.identity.citizen import attempts
from shared_services.identity.citizen.attempts import Attempt
from shared_services.identity.onetimecodes import OneTimeCodes
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, language_prefix
from shared_services.identity.staff_oidc.proof import read_proof
from shared_services.identity.support.ends import remember_way_in
from tenants.context import as_operator
from tenants.errors import InvalidInput
from tenants.links import public_url
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel

_CODES: Final = OneTimeCodes("support.code", as_operator)
# The route `console:pass_on` of the console and those of a town's host, in German; a test holds them together.
PASS_ON_PATH: Final = "/zugriff/weitergeben/"  # noqa: S105 -- a path
ENTER_PATH: Final = "/verwaltung/zugriff/{access}/"
RETURN_PATH: Final = "/verwaltung/zugriff/zurueck/"


@dataclass(frozen=True, slots=True)
class Passed:
    """Whom a code stands for, and the access under which they come.

    `provider_session` and `subject` name the sign-in at Keycloak behind it; both are empty for the built-in one.
    """

    account_id: UUID
    access_id: UUID
    provider_session: str = ""
    subject: str = ""


def enter_url(tenant: TenantInfo, access_id: UUID) -> str:
    """Return where somebody of the IT provider enters a town's work area; the address alone opens nothing."""
    return public_url(tenant.host, ENTER_PATH.format(access=access_id))


def begin(request: HttpRequest, *, tenant: TenantInfo, access_id: UUID) -> tuple[Attempt, str]:
    """Return what this browser has to keep, and the console's address that it goes to."""
    attempt = attempts.new_attempt(
        target=reverse("portal:staff_dashboard"), level=TrustLevel.NONE, hint=_hint(access_id)
    )
    asked = {
        "kommune": tenant.slug,
        "zugriff": str(access_id),
        "state": attempt.state,
        "challenge": attempt.challenge,
    }
    path = f"{language_prefix(request)}{PASS_ON_PATH}?{urlencode(asked)}"
    return attempt, public_url(settings.VERBUND_CONSOLE_HOST, path)


def issue_code(request: HttpRequest, *, tenant: TenantInfo, access_id: UUID, challenge: str) -> str:
    """Return a code by which the town's host learns who comes; the caller has asked whether they may."""
    record = sessions.read(request)
    proof = read_proof(record.proof) if record is not None else None
    account_id = actor_of(request).id
    provider = {
        "provider_session": proof.provider_session if proof is not None else "",
        "subject": proof.subject if proof is not None else "",
    }
    contents = {
        "account": str(account_id),
        "access": str(access_id),
        "tenant": str(tenant.id),
        "challenge": challenge,
        **provider,
    }
    if account_id is not None:
        remember_way_in(account_id=account_id, tenant_id=tenant.id, access_id=access_id, **provider)
    return _CODES.issue(contents)


def return_url(tenant: TenantInfo, *, code: str, state: str, prefix: str) -> str:
    """Return where the town takes a code. Its host comes from the registry, never from the request."""
    return public_url(tenant.host, f"{prefix}{RETURN_PATH}?{urlencode({'code': code, 'state': state})}")


def redeem(*, code: str, attempt: Attempt, tenant: TenantInfo) -> Passed:
    """Return whom a code stands for. Raises: InvalidInput when it is unknown, used, old, or for another town."""
    found = _CODES.redeem(code)
    is_ours = (
        found is not None
        and found["tenant"] == str(tenant.id)
        and secrets.compare_digest(found["challenge"], attempt.challenge)
        and attempt.hint == _hint(UUID(found["access"]))
    )
    if found is None or not is_ours:
        note_refusal("code_unknown")
        raise not_begun()
    return Passed(
        UUID(found["account"]), UUID(found["access"]), found.get("provider_session", ""), found.get("subject", "")
    )


def not_begun() -> InvalidInput:
    """Return the answer to a code that nobody here has asked for."""
    return InvalidInput(
        _("Dieser Weg ins Portal gilt nicht mehr oder gehört zu einem anderen Fenster. Beginnen Sie in der Konsole."),
        code="no_attempt",
    )


def _hint(access_id: UUID) -> str:
    return f"support:{access_id}"
