"""Opening hours in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from babel.dates import format_date
from django.utils.translation import gettext as _

from shared_services.portal.hours import Span, Today
from shared_services.portal.texts import current_language


def clock(value: time) -> str:
    """Write a time of day as `7:30`."""
    return f"{value.hour}:{value.minute:02}"


def day_name(day: date) -> str:
    """Write the weekday of a date."""
    return format_date(day, "EEEE", locale=current_language())


def spans_text(spans: Sequence[Span]) -> str:
    """Write the spans of a day: `8:00 bis 12:00 und 14:00 bis 16:00 Uhr`, or that it is closed."""
    if not spans:
        return _("geschlossen")
    parts = [_("{opens} bis {closes}").format(opens=clock(one.opens), closes=clock(one.closes)) for one in spans]
    return _("{times} Uhr").format(times=_(" und ").join(parts))


def today_text(today: Today) -> str:
    """Say in one sentence whether it is open; "" when nobody entered hours."""
    if today.state == "unknown":
        return ""
    if today.until is not None:
        return _("Heute geöffnet bis {time} Uhr").format(time=clock(today.until))
    if today.next_day is None and today.opens_at is not None:
        return _("Heute wieder geöffnet ab {time} Uhr").format(time=clock(today.opens_at))
    if today.next_day is None or today.opens_at is None:
        return _("Zurzeit geschlossen")
    return _("Jetzt geschlossen, wieder geöffnet am {day} ab {time} Uhr").format(
        day=day_name(today.next_day), time=clock(today.opens_at)
    )
