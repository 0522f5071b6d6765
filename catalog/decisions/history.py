"""What this town wrote and decided before: kept for good, as the towns' roles may add rows and no more.

Each row is added in the transaction of the change itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.models import Adoption, Cause, DecisionCause, DecisionChange, Override, OverrideHistory
from catalog.decisions.states import DecisionState, facts_of, state_of, state_of_change
from catalog.decisions.writers import Written, written_by
from catalog.resolution.values import Json
from tenants.actors import Actor
from tenants.errors import NotFound


@dataclass(frozen=True, slots=True)
class Former:
    """An own value as it stood before a change."""

    value: Json
    author: str
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An own value, or its absence (`is_set` is false), as it held from `changed_at` on. `value` None: left empty."""

    id: UUID
    is_set: bool
    value: Json
    cause: Cause
    author: str
    changed_at: dt.datetime
    approved_by: str = ""

    @property
    def cause_label(self) -> str:
        """Return why it changed, in words."""
        return str(self.cause.label)


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision as it held from `changed_at` on."""

    state: DecisionState
    cause: DecisionCause
    author: str
    changed_at: dt.datetime

    @property
    def cause_label(self) -> str:
        """Return why it changed, in words."""
        return str(self.cause.label)


def former_of(row: Override | None) -> Former | None:
    """Return a stored own value, to be noted once it has been changed."""
    return Former(row.value, row.author, row.changed_at) if row is not None else None


def note(
    *,
    actor: Actor,
    service_id: UUID,
    field: str,
    language: str,
    value: Json,
    cause: Cause,
    is_set: bool = True,
    former: Former | None = None,
    written: Written | None = None,
) -> None:
    """Add an own value to the history of its field, within the running transaction.

    `is_set` is false where there is no own value any more; `value` is None then. `former` is the value before: it comes
    first where the history does not know it yet, so that nothing is lost of what was written before there was one.
    `written`: whose words they are, where the actor publishes what others have written.
    """
    place = {"service_id": service_id, "field": field, "language": language}
    rows = []
    if former is not None and not OverrideHistory.objects.filter(**place).exists():
        before = {"value": former.value, "author": former.author, "changed_at": former.changed_at}
        rows.append(OverrideHistory(**place, **before, is_set=True, cause=Cause.SET))
    whose = written or written_by(actor)
    by = {"author": whose.author, "approved_by": whose.approved_by(actor), "changed_at": timezone.now()}
    rows.append(OverrideHistory(**place, value=value, is_set=is_set, cause=cause, **by))
    OverrideHistory.objects.bulk_create(rows)


def note_decisions(changes: Iterable[tuple[DecisionState, Adoption]], *, cause: DecisionCause) -> None:
    """Add stored decisions to the history of their services: each with what held before. Two queries for any number."""
    changes = list(changes)
    ids = [adoption.service_id for _before, adoption in changes]
    known = set(DecisionChange.objects.filter(service_id__in=ids).values_list("service_id", flat=True))
    rows = []
    for before, adoption in changes:
        if before.row is not None and before.row.decided_at is not None and adoption.service_id not in known:
            row = _decision_change(adoption.service_id, before, cause=DecisionCause.DECIDED)
            row.author, row.changed_at = before.row.decided_by, before.row.decided_at
            rows.append(row)
        row = _decision_change(adoption.service_id, state_of(adoption), cause=cause)
        row.author, row.changed_at = adoption.decided_by, adoption.decided_at
        rows.append(row)
    DecisionChange.objects.bulk_create(rows, batch_size=1000)


def list_history(service_id: UUID, field: str, language: str) -> list[HistoryEntry]:
    """Return every own value of a field, the newest first, in one query. Without a history: what stands there now."""
    rows = OverrideHistory.objects.filter(service_id=service_id, field=field, language=language)
    found = [_entry(row) for row in rows.order_by("-changed_at", "-id")]
    return found or _unwritten(service_id, field, language)


def count_history(service_id: UUID, field: str, language: str) -> int:
    """Return how many changes a field has seen: a value written anew counts its versions on from there.

    Rows are only added, so no number comes twice, and a form that was open since before does not fit.
    """
    return OverrideHistory.objects.filter(service_id=service_id, field=field, language=language).count()


def get_history_entry(entry_id: UUID, *, service_id: UUID, field: str, language: str) -> HistoryEntry:
    """Return one entry of a field. Raises: NotFound."""
    row = OverrideHistory.objects.filter(id=entry_id, service_id=service_id, field=field, language=language).first()
    if row is None:
        raise NotFound(_("Diese Fassung gibt es nicht."))
    return _entry(row)


def list_decision_changes(service_id: UUID) -> list[DecisionEntry]:
    """Return the decisions on a service, the newest first, in one query."""
    rows = DecisionChange.objects.filter(service_id=service_id).order_by("-changed_at", "-id")
    return [DecisionEntry(state_of_change(row), DecisionCause(row.cause), row.author, row.changed_at) for row in rows]


def list_fields_with_history(service_id: UUID) -> set[tuple[str, str]]:
    """Return the fields and languages of a service of which there is a history, in one query."""
    rows = OverrideHistory.objects.filter(service_id=service_id)
    return set(rows.values_list("field", "language").distinct())


def _unwritten(service_id: UUID, field: str, language: str) -> list[HistoryEntry]:
    """Return an own value from before there was a history."""
    row = Override.objects.filter(service_id=service_id, field=field, language=language).first()
    if row is None:
        return []
    return [HistoryEntry(row.id, True, row.value, Cause.SET, row.author, row.changed_at)]  # noqa: FBT003 -- in order


def _entry(row: OverrideHistory) -> HistoryEntry:
    return HistoryEntry(row.id, row.is_set, row.value, Cause(row.cause), row.author, row.changed_at, row.approved_by)


def _decision_change(service_id: UUID, state: DecisionState, *, cause: DecisionCause) -> DecisionChange:
    return DecisionChange(service_id=service_id, **facts_of(state), cause=cause)
