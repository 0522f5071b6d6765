"""Absence in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tenants.accounts import AccountInfo


def describe_absence(account: AccountInfo, *, names: Mapping[UUID, str], today: dt.date) -> str:
    """Return that somebody is away or will be, and who stands in; empty once it is over."""
    absence = account.absence
    if absence is None or absence.last_day < today:
        return ""
    days = {
        "first": date_format(absence.first_day, "SHORT_DATE_FORMAT"),
        "last": date_format(absence.last_day, "SHORT_DATE_FORMAT"),
    }
    said = _("abwesend bis {last}") if absence.is_on(today) else _("abwesend vom {first} bis {last}")
    deputy = names.get(absence.deputy, "") if absence.deputy else ""
    return said.format(**days) + (", " + _("Vertretung: {name}").format(name=deputy) if deputy else "")
