"""What the address of the trail asks for, and the addresses of its variations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tenants.audit.selectors import ActorInfo, EntryQuery
from tenants.audit.wording import KINDS, describe_person

_TEXT_LENGTH: Final = 100
# In a filter nothing must be filled in and nothing need be called optional.
_PLAIN: Final[Mapping[str, object]] = {"required": True, "attrs": {"required": None}}


@dataclass(frozen=True, slots=True)
class Choice:
    """What `bereich` chooses between: parts of one town's trail, or towns."""

    label: str
    options: Mapping[str, str | Promise]


# What `person` chooses between: keys of accounts and kinds of actors, with what people call them.
People = Mapping[str, str]


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
            who=_key(self.person) or self.person,
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
        person=_person(given.get("person", "")),
        bereich=group if group in choice.options else "",
        gegenstand=_text(given.get("gegenstand", "")),
    )


def read_before(given: QueryDict) -> UUID | None:
    """Return the entry behind which the list goes on; None for anything that is no key."""
    return _key(given.get("vor", ""))


def people_of(actors: Iterable[ActorInfo]) -> People:
    """Return who can be chosen."""
    return {str(one.who): describe_person(one.kind, one.name) for one in actors}


def filter_fields(filters: Filters, choice: Choice, people: People) -> list[dict[str, object]]:
    """Return the fields of the filter bar."""
    return [
        {"name": "von", "label": _("Von"), "kind": "date", "value": filters.von, **_PLAIN},
        {"name": "bis", "label": _("Bis"), "kind": "date", "value": filters.bis, **_PLAIN},
        _select("person", _("Person"), people, chosen=filters.person),
        _select("bereich", choice.label, choice.options, chosen=filters.bereich),
        {"name": "gegenstand", "label": _("Gegenstand"), "kind": "search", "value": filters.gegenstand, **_PLAIN},
    ]


def _select(name: str, label: str, options: Mapping[str, str | Promise], *, chosen: str) -> dict[str, object]:
    rows = [("", _("alle")), *((code, str(said)) for code, said in options.items())]
    shown = [{"value": code, "label": said, "selected": code == chosen} for code, said in rows]
    return {"name": name, "label": label, "kind": "select", "value": chosen, "options": shown, **_PLAIN}


def active_filters(filters: Filters, choice: Choice, people: People, *, path: str) -> list[dict[str, str]]:
    """Return each set filter with the address of the list without it."""
    labels = {
        "von": _("ab {day}").format(day=_written(filters.von)),
        "bis": _("bis {day}").format(day=_written(filters.bis)),
        "person": people.get(filters.person, _("eine Person ohne Einträge")),
        "bereich": str(choice.options.get(filters.bereich, "")),
        "gegenstand": _("„{text}“").format(text=filters.gegenstand),
    }
    return [
        {"label": label, "href": f"{path}?{replace(filters, **{name: ''}).query()}"}
        for name, label in labels.items()
        if getattr(filters, name)
    ]


def _person(text: str) -> str:
    """Return the key of an account or a kind of actor; "" for anything else, a name above all."""
    return text if _key(text) or text in KINDS else ""


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _written(day: str) -> str:
    return date_format(dt.date.fromisoformat(day), "SHORT_DATE_FORMAT") if day else ""


def _text(text: str) -> str:
    return " ".join(text[:_TEXT_LENGTH].split()).replace("\x00", "")
