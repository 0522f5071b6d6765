"""One line in the log for everything that was tried at the way in and refused. It names no person and no value."""

from __future__ import annotations

from typing import Final, Literal

import structlog

log = structlog.get_logger(__name__)

EVENT: Final = "identity.refused"
Attempted = Literal[
    "code_unknown",  # a code of the built-in sign-in: used, old, made up, or another town's
    "factor_missing",  # the right password of an account that lacks the second factor it needs
    "foreign_session",  # a session that this sign-in did not begin was there before: planted, or left over
    "foreign_target",  # a way back that leads to another host
    "level_missing",  # something that needs a higher trust level than the session has
    "level_not_reached",  # a sign-in came back with less than was asked for
    "level_unknown",  # a provider's word for a level that is not in our table
    "passkey",
    "password",
    "second_factor",  # a wrong code, or one that was used before
    "session_of_another_site",
    "session_unknown",  # a cookie whose session is not here: over, or another town's
    "state_unknown",  # an answer that this browser did not ask for, or has had already
    "work_account",  # a citizen's sign-in with the account of a directory of staff
]


def note_refusal(attempted: Attempted, **details: str) -> None:
    """Write the line. `details` are words of ours, never what somebody has sent."""
    log.warning(EVENT, attempted=attempted, **details)
