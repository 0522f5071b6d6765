"""The built-in sign-in: people sign in at the umbrella, and towns get a code that says who it was.

Shaped like OpenID Connect's code flow, so that towns work the same with both: a state and a challenge go out, a code
comes back, works once and for a minute, and only for the town and the browser that asked.
"""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_services.accounts.sessions import end_session, end_sessions_of_provider
from shared_services.identity.citizen.attempts import Attempt, no_attempt
from shared_services.identity.citizen.proof import Proof
from shared_services.identity.citizen.provider import Proven
from shared_services.identity.redirects import PARAMETER
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import language_prefix, site_of
from tenants.context import as_accounts
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import TenantInfo, directory
from tenants.trust import TrustLevel

CODE_SECONDS: Final = 60
HAND_OVER_PATH: Final = "/konto/weitergeben/"
RETURN_PATH: Final = "/konto/anmelden/zurueck/"
PROVIDER: Final = ""
# The parameter of umbrellas' pages that says from which town somebody comes.
TOWN: Final = "kommune"


class BuiltInSignIn:
    """Implements `SignInProvider` without anything outside of the deployment."""

    def begin(self, request: HttpRequest, attempt: Attempt) -> str:
        """Return the umbrella's page that hands over, or its form when the umbrella itself asks."""
        site = site_of(request)
        if site.tenant is None or site.region is None:
            return f"{reverse('citizen:sign_in_form')}?{urlencode({PARAMETER: attempt.target})}"
        asked = {"kommune": site.tenant.slug, "state": attempt.state, "challenge": attempt.challenge}
        return public_url(site.region.host, f"{language_prefix(request)}{HAND_OVER_PATH}?{urlencode(asked)}")

    def complete(self, request: HttpRequest, attempt: Attempt) -> Proven:
        """Return whom a code stands for. Raises: InvalidInput when it is unknown, used, old, or for another town."""
        found = _redeem(request.GET.get("code", ""))
        tenant = site_of(request).tenant
        is_ours = (
            found is not None
            and tenant is not None
            and found["tenant"] == str(tenant.id)
            and secrets.compare_digest(found["challenge"], attempt.challenge)
        )
        if found is None or not is_ours:
            note_refusal("code_unknown")
            raise no_attempt()
        return Proven(
            account_id=UUID(found["account"]),
            level=TrustLevel(found["level"]),
            provider=PROVIDER,
            provider_session=found["session"],
            has_second_factor=found["second_factor"],
            entered_at=0,
        )

    def renew(self, _request: HttpRequest, proof: Proof, _account_id: UUID) -> Proof | None:
        """Nothing to renew: the account is looked at in each request."""
        return proof

    def sign_out(self, _request: HttpRequest, proof: Proof, account_id: UUID) -> str:
        """End the sign-in in all towns that shared it."""
        root = proof.provider_session or proof.session_id
        end_session(account_id=account_id, session_id=UUID(root))
        end_sessions_of_provider(provider_session=root)
        return ""

    def list_steps_up(self, _level: TrustLevel) -> list[tuple[str, str]]:
        """A password proves a password: nobody here can give more."""
        return []


def issue_code(*, account_id: UUID, proof: Proof, now: int, tenant: TenantInfo, challenge: str) -> str:
    """Return a code by which a town learns who is signed in at the umbrella."""
    code = secrets.token_urlsafe(32)
    contents = {
        "account": str(account_id),
        "tenant": str(tenant.id),
        "challenge": challenge,
        "level": int(proof.level_at(now)),
        "session": proof.session_id,
        "second_factor": proof.has_second_factor,
    }
    with as_accounts():
        caches["sessions"].set(_key(code), contents, CODE_SECONDS)
    return code


def get_town(request: HttpRequest, slug: str) -> TenantInfo:
    """Return a town of this umbrella's region that may be signed in to. Raises: NotFound."""
    region, tenant = site_of(request).region, directory.snapshot().tenants.get(slug)
    if region is None or tenant is None or tenant.region_slug != region.slug or not tenant.is_open:
        raise NotFound(_("Diese Kommune gibt es hier nicht. Wählen Sie Ihre Kommune auf der Startseite."))
    return tenant


def return_url(tenant: TenantInfo, *, code: str, state: str, prefix: str) -> str:
    """Return where a town takes a code. Its host comes from the registry, never from the request."""
    return public_url(tenant.host, f"{prefix}{RETURN_PATH}?{urlencode({'code': code, 'state': state})}")


def _redeem(code: str) -> dict[str, Any] | None:
    if not code:
        return None
    with as_accounts():
        cache = caches["sessions"]
        found = cache.get(_key(code))
        # Whoever deletes it has it: of two at once, one.
        return dict(found) if isinstance(found, dict) and cache.delete(_key(code)) else None


def _key(code: str) -> str:
    return f"citizen.code:{code[:100]}"
