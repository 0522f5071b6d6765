"""Entries and the state of the chain, as the page shows them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.audit.selectors import ChainState, EntryInfo
from tenants.audit.wording import describe, describe_person

# A chain's hash is nothing for a page; which entry is wrong is.
_FAULTS: Final = frozenset({"changed", "deleted", "reordered", "inserted", "cut", "rewritten", "lost"})


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry as people read it; `details` are names and texts of what is stored besides."""

    id: UUID
    at: datetime
    who: str
    what: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownChain:
    """How it stands with the chain: an alert's kind, a headline, and sentences."""

    kind: Literal["success", "info", "danger"]
    headline: str
    sentences: tuple[str, ...]


def describe_entry(entry: EntryInfo) -> ShownEntry:
    """Return an entry in words."""
    return ShownEntry(
        id=entry.id,
        at=entry.at,
        who=describe_person(entry.actor_kind, entry.actor_name),
        what=describe(entry.action, entry.data),
        details=(
            (_("Handlung"), entry.action),
            (_("Gegenstand"), entry.subject or "–"),
            *((key, _text(value)) for key, value in sorted(entry.data.items())),
            (_("Kennung"), str(entry.id)),
        ),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def describe_chain(state: ChainState) -> ShownChain:
    """Return the state of the chain in words."""
    sentences = []
    if state.anchored_on:
        sentences.append(
            _("Der letzte Anker ist vom {day} und steht bei Eintrag Nummer {number}.").format(
                day=date_format(state.anchored_on, "SHORT_DATE_FORMAT"), number=state.anchored_number
            )
        )
    if state.waiting and state.waiting_since:
        sentences.append(
            ngettext(
                "{count} Eintrag wartet auf sein Siegel, seit {time}. Gewöhnlich dauert das wenige Sekunden.",
                "{count} Einträge warten auf ihr Siegel, der älteste seit {time}. "
                "Gewöhnlich dauert das wenige Sekunden.",
                state.waiting,
            ).format(count=state.waiting, time=_moment(state.waiting_since))
        )
    if state.fault in _FAULTS:
        sentences.insert(
            0,
            _(
                "Bis Eintrag Nummer {number} ist alles unverändert. Wenden Sie sich an Ihren IT-Dienstleister: "
                "Er sieht mit „verbund audit verify“, welcher Eintrag nicht stimmt."
            ).format(number=state.checked_number),
        )
        return ShownChain("danger", _("Das Protokoll ist nicht mehr das, was geschrieben wurde"), tuple(sentences))
    if state.checked_at is None:
        sentences.insert(
            0, _("Jeder Eintrag bekommt ein Siegel, das von allen früheren abhängt; geprüft wird täglich.")
        )
        return ShownChain("info", _("Noch nicht geprüft"), tuple(sentences))
    headline = _("Geprüft bis Eintrag Nummer {number}: alles unverändert").format(number=state.checked_number)
    sentences.insert(0, _("Zuletzt geprüft am {time}.").format(time=_moment(state.checked_at)))
    return ShownChain("success", headline, tuple(sentences))


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
