"""The built-in sign-in: people sign in at the umbrella, and towns get a code that says who it was.

Shaped like OpenID Connect's code flow, so that towns work the same with both: a state and a challenge go out, a code
comes back, works once and for a minute, and only for the portal and the browser that asked. Umbrellas of other regions
ask in the same way (`umbrellas`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shared_services.identity import sessions
from shared_services.identity.citizen import played, umbrellas
from shared_services.identity.citizen.attempts import HINT, LEVEL, Attempt, no_attempt
from shared_services.identity.citizen.proof import Proof
from shared_services.identity.citizen.provider import CALLED_OFF, Cancelled, Proven, SignInOwed
from shared_services.identity.citizen.umbrellas import HAND_OVER_PATH, NOBODY, SIGN_IN_PATH
from shared_services.identity.onetimecodes import OneTimeCodes
from shared_services.identity.redirects import PARAMETER
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import language_prefix, site_of
from tenants.context import as_accounts
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import TenantInfo, directory
from tenants.trust import TrustLevel

RETURN_PATH: Final = "/konto/anmelden/zurueck/"
PROVIDER: Final = ""
# The parameter of umbrellas' pages that says from which town somebody comes.
TOWN: Final = "kommune"
_CODES: Final = OneTimeCodes("citizen.code", as_accounts)


class BuiltInSignIn:
    """Implements `SignInProvider` without anything outside of the deployment."""

    def begin(self, request: HttpRequest, attempt: Attempt) -> str:
        """Return the umbrella's page that hands over; at one a provider's page, another umbrella or its form."""
        site = site_of(request)
        if site.tenant is None or site.region is None:
            if played.find_played(attempt.hint):
                return played.page_path(attempt)
            asked = umbrellas.find_asked(request, attempt.hint)
            return umbrellas.question_url(request, asked, attempt) if asked is not None else _form_path(attempt)
        question = {TOWN: site.tenant.slug, "state": attempt.state, "challenge": attempt.challenge}
        path = f"{language_prefix(request)}{HAND_OVER_PATH}?{urlencode(question)}"
        if played.find_played(attempt.hint):
            first = {LEVEL: attempt.level, HINT: attempt.hint, PARAMETER: path}
            path = f"{language_prefix(request)}{SIGN_IN_PATH}?{urlencode(first)}"
        return public_url(site.region.host, path)

    def complete(self, request: HttpRequest, attempt: Attempt) -> Proven:
        """Return whom a code stands for.

        Raises: Cancelled; SignInOwed where another umbrella knows nobody; InvalidInput when the code is unknown, used,
        old, or for another portal or browser.
        """
        if request.GET.get("error") == CALLED_OFF["error"]:
            raise Cancelled
        if site_of(request).tenant is None:
            if played.find_played(attempt.hint):
                return played.complete(request, attempt)
            if request.GET.get("error") == NOBODY["error"]:
                raise SignInOwed(attempt.target if umbrellas.is_question(attempt.hint) else _form_path(attempt))
        found = _CODES.redeem(request.GET.get("code", ""))
        is_ours = (
            found is not None
            and found["receiver"] == sessions.site_key(request)
            and secrets.compare_digest(found["challenge"], attempt.challenge)
        )
        if found is None or not is_ours:
            note_refusal("code_unknown")
            raise no_attempt()
        return Proven(
            account_id=UUID(found["account"]),
            level=TrustLevel(found["level"]),
            provider=found["provider"],
            provider_session=found["session"],
            has_second_factor=found["second_factor"],
            proved_at=found["proved_at"],
            entered_at=found["entered_at"],
        )

    def renew(self, _request: HttpRequest, proof: Proof, _account_id: UUID) -> Proof | None:
        """Nothing to renew: the account is looked at in each request."""
        return proof

    def sign_out(self, _request: HttpRequest, _proof: Proof, _account_id: UUID) -> str:
        """Nothing to end elsewhere: all sessions of the account are here, and over."""
        return ""

    def end_others(self, _proof: Proof, _account_id: UUID, *, only: str = "") -> None:
        """Nothing to end elsewhere, as above."""

    def list_steps_up(self, level: TrustLevel) -> list[tuple[str, str]]:
        """Return who is played here and gives the level; a password proves a password."""
        return played.list_ways_up(level)


def issue_code(*, account_id: UUID, proof: Proof, now: int, receiver: str, challenge: str) -> str:
    """Return a code by which a portal learns who is signed in here. `receiver` is its `sessions.site_key`."""
    contents = {
        "account": str(account_id),
        "receiver": receiver,
        "challenge": challenge,
        "level": int(proof.level_at(now)),
        "provider": proof.provider,
        # The sign-in that all of them share is the session with which it began.
        "session": proof.sign_in,
        "second_factor": proof.has_second_factor,
        "entered_at": proof.entered_at,
        # A level ends everywhere at once: half an hour after it was proved, not after a town heard of it.
        "proved_at": proof.proved_at,
    }
    return _CODES.issue(contents)


def get_town(request: HttpRequest, slug: str) -> TenantInfo:
    """Return a town of this umbrella's region that may be signed in to. Raises: NotFound."""
    region, tenant = site_of(request).region, directory.snapshot().tenants.get(slug)
    if region is None or tenant is None or tenant.region_slug != region.slug or not tenant.is_open:
        raise NotFound(_("Diese Kommune gibt es hier nicht. Wählen Sie Ihre Kommune auf der Startseite."))
    return tenant


def return_url(host: str, answer: Mapping[str, str], *, state: str, prefix: str) -> str:
    """Return where a portal takes a code, or hears why there is none. `host` comes from the registry alone."""
    return public_url(host, f"{prefix}{RETURN_PATH}?{urlencode({**answer, 'state': state})}")


def _form_path(attempt: Attempt) -> str:
    return f"{reverse('citizen:sign_in_form')}?{urlencode({PARAMETER: attempt.target})}"


def called_off_path(target: str) -> str:
    """Return where somebody goes on who called off what a town had begun: the town tells them. "" for all others."""
    return f"{target}&{urlencode(CALLED_OFF)}" if HAND_OVER_PATH in target and "?" in target else ""
