"""What the address of the trail asks for, and the addresses of its variations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tenants.audit.selectors import EntryQuery

_TEXT_LENGTH: Final = 100
# In a filter nothing must be filled in and nothing need be called optional.
_PLAIN: Final[Mapping[str, object]] = {"required": True, "attrs": {"required": None}}


@dataclass(frozen=True, slots=True)
class Choice:
    """What `bereich` chooses between: parts of one town's trail, or towns."""

    label: str
    options: Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The query of the address; names are those of its parameters. What can't be read counts as not set."""

    von: str = ""
    bis: str = ""
    person: str = ""
    bereich: str = ""
    gegenstand: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self != Filters()

    def query(self, **more: str) -> str:
        """Return the query string, without what is not set."""
        given = {**{one.name: getattr(self, one.name) for one in fields(self)}, **more}
        return urlencode({name: value for name, value in given.items() if value})

    def as_query(self, *, before: UUID | None = None) -> EntryQuery:
        """Return what the selector takes."""
        return EntryQuery(
            first_day=dt.date.fromisoformat(self.von) if self.von else None,
            last_day=dt.date.fromisoformat(self.bis) if self.bis else None,
            person=self.person,
            group=self.bereich,
            subject=self.gegenstand,
            before=before,
        )


def read_filters(given: QueryDict, choice: Choice) -> Filters:
    """Read the address; what is none of the choices and a day that is none are dropped."""
    group = given.get("bereich", "")
    return Filters(
        von=_day(given.get("von", "")),
        bis=_day(given.get("bis", "")),
        person=_text(given.get("person", "")),
        bereich=group if group in choice.options else "",
        gegenstand=_text(given.get("gegenstand", "")),
    )


def read_before(given: QueryDict) -> UUID | None:
    """Return the entry behind which the list goes on; None for anything that is no key."""
    try:
        return UUID(given.get("vor", ""))
    except ValueError:
        return None


def filter_fields(filters: Filters, choice: Choice) -> list[dict[str, object]]:
    """Return the fields of the filter bar."""
    options = [("", _("alle")), *((code, str(label)) for code, label in choice.options.items())]
    return [
        {"name": "von", "label": _("Von"), "kind": "date", "value": filters.von, **_PLAIN},
        {"name": "bis", "label": _("Bis"), "kind": "date", "value": filters.bis, **_PLAIN},
        {"name": "person", "label": _("Person"), "kind": "search", "value": filters.person, **_PLAIN},
        {
            "name": "bereich",
            "label": choice.label,
            "kind": "select",
            "value": filters.bereich,
            "options": [
                {"value": value, "label": label, "selected": value == filters.bereich} for value, label in options
            ],
            **_PLAIN,
        },
        {"name": "gegenstand", "label": _("Gegenstand"), "kind": "search", "value": filters.gegenstand, **_PLAIN},
    ]


def active_filters(filters: Filters, choice: Choice, path: str) -> list[dict[str, str]]:
    """Return each set filter with the address of the list without it."""
    labels = {
        "von": _("ab {day}").format(day=_written(filters.von)),
        "bis": _("bis {day}").format(day=_written(filters.bis)),
        "person": _("„{text}“").format(text=filters.person),
        "bereich": str(choice.options.get(filters.bereich, "")),
        "gegenstand": _("„{text}“").format(text=filters.gegenstand),
    }
    return [
        {"label": label, "href": f"{path}?{replace(filters, **{name: ''}).query()}"}
        for name, label in labels.items()
        if getattr(filters, name)
    ]


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _written(day: str) -> str:
    return date_format(dt.date.fromisoformat(day), "SHORT_DATE_FORMAT") if day else ""


def _text(text: str) -> str:
    return " ".join(text[:_TEXT_LENGTH].split()).replace("\x00", "")
