"""Passkeys of whoever is signed in to work here: listed, set up, removed, shown to confirm a change.

What a passkey is and how it is kept lies in `tenants.passkeys` and `tenants.ownpasskeys`; signing in with one in
`services`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from shared_services.identity import secondfactor, sessions
from shared_services.identity.codelimits import WINDOW_SECONDS
from shared_services.identity.passkeyplaces import place_of
from tenants.limits import check_limit
from tenants.passkeys import Challenge, OwnPasskey

_LIMIT: Final = "identity.passkey"
_CHANGES: Final = 20


def list_own(request: HttpRequest) -> list[OwnPasskey]:
    """Return the person's passkeys at this site, the oldest first. Raises: NotAllowed; ExternalTemporary."""
    actor, book = secondfactor.person_of(request)
    return book.passkeys.list_own(actor=actor)


def begin_adding(request: HttpRequest) -> Challenge:
    """Return what the browser needs to make a passkey; the challenge waits in the session, for one answer.

    Raises: InvalidInput when there are enough of them; TooManyRequests; Conflict unless confirmed; NotAllowed;
    ExternalTemporary.
    """
    actor, book = secondfactor.person_of(request)
    secondfactor.require_confirmed(request)
    _count(f"{book.kind}:{actor.id}")
    challenge = book.passkeys.begin(actor=actor, place=place_of(request))
    request.session[sessions.NEW_PASSKEY_CHALLENGE] = challenge.challenge
    return challenge


def finish_adding(request: HttpRequest, *, answer: str, name: str) -> list[str]:
    """Keep the passkey that the browser has made; this session goes on under a new key, all others end.

    Return recovery codes where it is the person's first factor, else none.
    Raises: InvalidInput; Conflict unless confirmed; NotAllowed;
    ExternalTemporary.
    """
    actor, book = secondfactor.person_of(request)
    secondfactor.require_confirmed(request)
    challenge = request.session.pop(sessions.NEW_PASSKEY_CHALLENGE, "")
    enrolled = book.passkeys.finish(actor=actor, answer=answer, challenge=challenge, name=name, place=place_of(request))
    secondfactor.continue_with(request, enrolled.account)
    return enrolled.codes


def remove(request: HttpRequest, *, passkey_id: UUID) -> None:
    """Remove one of the person's passkeys; this session goes on under a new key, all others end.

    Raises: NotFound; TooManyRequests; Conflict unless confirmed; NotAllowed;
    ExternalTemporary.
    """
    actor, book = secondfactor.person_of(request)
    secondfactor.require_confirmed(request)
    _count(f"{book.kind}:{actor.id}")
    secondfactor.continue_with(request, book.passkeys.remove(actor=actor, passkey_id=passkey_id))


def confirm(request: HttpRequest, *, answer: str) -> None:
    """Check a passkey of whoever is signed in; for a while the person may change how they sign in.

    Raises: InvalidInput; TooManyRequests; NotAllowed; ExternalTemporary.
    """
    actor, book = secondfactor.person_of(request)
    secondfactor.count_change(request)
    challenge = request.session.pop(sessions.PASSKEY_CHALLENGE, "")
    book.passkeys.prove(actor=actor, answer=answer, challenge=challenge, place=place_of(request))
    secondfactor.note_confirmed(request)


def _count(who: str) -> None:
    check_limit(_LIMIT, who, limit=_CHANGES, window_seconds=WINDOW_SECONDS, fail_closed=True)
