"""How long what is kept: the one place that says so, for the code, the pages and docs/operator/privacy.md."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

# Source: OZG § 8: an account goes after two years without use, announced two months before.
UNUSED_MONTHS: Final = 24
NOTICE_MONTHS: Final = 2
# What happened to an account, and who looked at its data: as long as somebody may still ask about it.
EVENTS_KEPT: Final = timedelta(days=2 * 365)
# Ended sessions: so that a person can recognise a stranger.
ENDED_SESSIONS_KEPT: Final = timedelta(days=90)
# Browsers from which a sign-in is no news.
KNOWN_DEVICES_KEPT: Final = timedelta(days=365)
# A link in a mail works for a day, and is known for one more, so that a late reader is told so.
LINKS_KEPT: Final = timedelta(hours=24)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later (or earlier), the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def deletion_day(last_used_on: date) -> date:
    """Return the day from which an account that is not used again may go."""
    return months_later(last_used_on, UNUSED_MONTHS)


def last_use_to_announce(today: date) -> date:
    """Return the last day of use of accounts whose owners are told today that they will go."""
    return months_later(today, NOTICE_MONTHS - UNUSED_MONTHS)


def last_use_to_delete(today: date) -> date:
    """Return the last day of use of accounts that go today."""
    return months_later(today, -UNUSED_MONTHS)


def last_notice_to_delete(today: date) -> date:
    """Return the day by which the notice must have been given: a late one puts the deletion off."""
    return months_later(today, -NOTICE_MONTHS)


def first_key_at(moment: datetime) -> UUID:
    """Return the lowest UUIDv7 of a moment: rows with smaller keys are older, and found by the primary key."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0x2 << 62))
