"""The portal's own session: whose it is, since when, and when it ends. How people prove who they are lies elsewhere."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import site_of
from tenants.accounts import AccountInfo, AccountKind

MAX_AGE_SECONDS: Final = 8 * 3600
MAX_IDLE_SECONDS: Final = 60 * 60
# The time of the last request is stored at most this often, so that a page of a signed-in person seldom writes.
SEEN_STEP_SECONDS: Final = 60

_KEY: Final = "account"
SECOND_FACTOR: Final = "second_factor"
# What a session may hold before somebody is signed in: the steps of a sign-in, and messages.
FIRST_STEP: Final = "first_step"
FIRST_FACTOR: Final = "citizen_first_factor"
PASSKEY_CHALLENGE: Final = "passkey_challenge"
NEW_PASSKEY_CHALLENGE: Final = "passkey_new_challenge"
FLASHES: Final = "flashes"
_OURS: Final = {_KEY, FIRST_STEP, FIRST_FACTOR, PASSKEY_CHALLENGE, NEW_PASSKEY_CHALLENGE, FLASHES}
# The session may set up a second factor: it began with a link, or has shown the factor that was there.
ENROLS: Final = "enrols"
# When the present factor was shown, to change how one signs in.
CONFIRMED_AT: Final = "confirmed_at"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What a session holds about its account. `site` is that of `site_key`; times are seconds since 1970.

    `proof` says how the person has proved who they are: a citizen as in `citizen.proof`, staff with `SECOND_FACTOR`
    where one was shown, and somebody of the IT provider with the access under which they work in a town (`support`).
    """

    kind: AccountKind
    id: str
    site: str
    epoch: int
    started_at: int
    seen_at: int
    proof: dict[str, Any] = field(default_factory=dict)

    def is_alive(self, *, now: int) -> bool:
        """Whether the session is neither too old, nor idle for too long, nor from the future."""
        age, idle = now - self.started_at, now - self.seen_at
        return 0 <= age < MAX_AGE_SECONDS and 0 <= idle < MAX_IDLE_SECONDS

    def belongs_to(self, account: AccountInfo | None) -> bool:
        """Whether the account is still the one that began the session, with the same rights."""
        return (
            account is not None
            and account.is_active
            and (account.kind, str(account.id), account.session_epoch) == (self.kind, self.id, self.epoch)
        )

    @property
    def account_id(self) -> UUID:
        """The account's id. Raises: ValueError when the session holds something else."""
        return UUID(self.id)


def now_seconds() -> int:
    """Return the time as sessions count it."""
    return int(time.time())


def site_key(request: HttpRequest) -> str:
    """Return what ties a session to its host: the tenant's id, the region of an umbrella, or the kind of site."""
    site = site_of(request)
    if site.tenant is not None:
        return str(site.tenant.id)
    return f"{site.kind}:{site.region.slug}" if site.kind == "umbrella" and site.region else str(site.kind)


def begin(request: HttpRequest, account: AccountInfo, *, proof: dict[str, Any] | None = None) -> None:
    """Begin a session after sign-in. Whatever the browser had before ends, its key too: nothing can be planted."""
    held = set(request.session.keys())
    if is_unknown(request) or held - _OURS:
        note_refusal("foreign_session")
    request.session.flush()
    now = now_seconds()
    _store(request, account, started_at=now, proof=proof or {})
    rotate_token(request)


def renew(request: HttpRequest, account: AccountInfo, *, proof: dict[str, Any] | None = None) -> None:
    """Go on under a new key after a change of rights. The clock of the session's age is not set back.

    `proof` adds to what the person has proved before.
    """
    before = read(request)
    request.session.cycle_key()
    started_at, proved = (before.started_at, before.proof) if before else (now_seconds(), {})
    _store(request, account, started_at=started_at, proof={**proved, **(proof or {})})
    rotate_token(request)


def keep_proof(request: HttpRequest, record: SessionRecord, proof: dict[str, Any]) -> None:
    """Store how the person has proved who they are, when some of it has changed."""
    request.session[_KEY] = {**asdict(record), "proof": proof}


def read(request: HttpRequest) -> SessionRecord | None:
    """Return what the session holds about an account, or None."""
    stored = request.session.get(_KEY)
    if not isinstance(stored, dict):
        return None
    try:
        return SessionRecord(**stored)
    except TypeError:
        return None


def is_unknown(request: HttpRequest) -> bool:
    """Whether the browser has brought the key of a session that is not here. Asked after the session was read."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.session_key is None


def note_seen(request: HttpRequest, record: SessionRecord) -> bool:
    """Store the time of this request, if the last one stored is old enough; return whether it was."""
    now = now_seconds()
    if now - record.seen_at < SEEN_STEP_SECONDS:
        return False
    # What the request has stored meanwhile stays.
    request.session[_KEY] = {**asdict(read(request) or record), "seen_at": now}
    return True


def end(request: HttpRequest) -> None:
    """End the session here and on the server; the cookie goes with the answer."""
    request.session.flush()


def _store(request: HttpRequest, account: AccountInfo, *, started_at: int, proof: dict[str, Any]) -> None:
    record = SessionRecord(
        kind=account.kind,
        id=str(account.id),
        site=site_key(request),
        epoch=account.session_epoch,
        started_at=started_at,
        seen_at=now_seconds(),
        proof=proof,
    )
    request.session[_KEY] = asdict(record)
