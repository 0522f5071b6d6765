"""How long messages of visitors are kept, by a town and by a region: docs/operator/privacy.md says the same."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils import timezone

from shared_services.accounts.periods import months_later

# Who was answered may ask again, and a statement on accessibility is looked at anew with what was reported in its year.
HANDLED_MONTHS: Final = 12
# Somebody may still wait for an answer. Source: BGB section 195, the usual period after which nothing can be asked for.
UNHANDLED_MONTHS: Final = 36


def handled_before(today: dt.date) -> dt.datetime:
    """Return the moment before which a message must have been handled to go today."""
    return _midnight(months_later(today, -HANDLED_MONTHS))


def received_before(today: dt.date) -> dt.datetime:
    """Return the moment before which a message that nobody handled must have come to go today."""
    return _midnight(months_later(today, -UNHANDLED_MONTHS))


def day_to_forget(since: dt.date, *, is_handled: bool) -> dt.date:
    """Return the day on which a message goes that was handled, or came, on a day.

    The first of the month after its period: a town has a day a month at most, however much is written to it.
    """
    over = months_later(since, HANDLED_MONTHS if is_handled else UNHANDLED_MONTHS)
    return months_later(over.replace(day=1), 1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
