"""Opening hours: the usual week, and dates that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.portal.drafts import hours_draft
from shared_services.portal.hours import Span, overlapping
from shared_services.portal.models import OpeningHours
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import locked_profile, recorded_change, refuse, require_unchanged
from shared_services.portal.texts import clean_texts
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.staff.policies import require

NOTE_LENGTH: Final = 300


def set_opening_hours(
    *, actor: Actor, week: Mapping[int, Sequence[Span]], note: Mapping[str, str], seen: str = ""
) -> None:
    """Replace the usual week (weekday 1 to 7 → spans; a missing day is closed) and the note by language.

    Raises: NotAllowed; InvalidInput (fields `day_1` to `day_7`, `note_de` ...); Conflict.
    """
    require(can_edit_portal, actor)
    notes = clean_texts(note)
    errors = {f"day_{day}": [problem] for day, spans in week.items() if (problem := _spans_problem(spans))}
    refuse(errors | _note_errors(notes))
    with recorded_change(actor=actor, action="portal.hours.updated") as data:
        profile = locked_profile()
        require_unchanged(hours_draft(profile), seen, updated_by=profile.updated_by)
        OpeningHours.objects.filter(weekday__isnull=False).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(weekday=day, opens=span.opens, closes=span.closes)
            for day, spans in sorted(week.items())
            for span in sorted(spans)
        )
        profile.hours_note, profile.updated_by = notes, actor.name
        profile.save(update_fields=["hours_note", "updated_by", "updated_at"])
        data["open_days"] = sorted(day for day, spans in week.items() if spans)


def add_hours_exception(*, actor: Actor, day: date, span: Span | None, note: Mapping[str, str]) -> None:
    """Say that on a date other hours hold: this span, or closed. A date's earlier exception is replaced.

    Raises: NotAllowed; InvalidInput (fields `day`, `opens`, `note_de` ...).
    """
    require(can_edit_portal, actor)
    notes = clean_texts(note)
    errors = {key.replace("note_", "exception_note_"): value for key, value in _note_errors(notes).items()}
    if day < timezone.localdate():
        errors["day"] = [_("Dieser Tag ist schon vorbei. Wählen Sie heute oder einen späteren Tag.")]
    if span is not None and (problem := _spans_problem([span])):
        errors["opens"] = [problem]
    refuse(errors)
    with recorded_change(actor=actor, action="portal.hours.exception_added") as data:
        locked_profile()
        OpeningHours.objects.filter(date=day).delete()
        opens, closes = (span.opens, span.closes) if span else (None, None)
        OpeningHours.objects.create(date=day, opens=opens, closes=closes, note=notes)
        data["day"] = day.isoformat()


def delete_hours_exception(*, actor: Actor, exception_id: UUID) -> None:
    """Let the usual hours hold on that date again. Raises: NotAllowed; NotFound."""
    require(can_edit_portal, actor)
    with recorded_change(actor=actor, action="portal.hours.exception_deleted") as data:
        row = OpeningHours.objects.filter(id=exception_id, date__isnull=False).first()
        if row is None or row.date is None:
            raise NotFound(_("Diese Ausnahme gibt es nicht mehr."))
        data["day"] = row.date.isoformat()
        row.delete()


def _spans_problem(spans: Sequence[Span]) -> str:
    if any(span.opens >= span.closes for span in spans):
        return _("Das Ende muss nach dem Beginn liegen.")
    if overlapping(spans):
        return _("Die beiden Zeiten überschneiden sich.")
    return ""


def _note_errors(notes: Mapping[str, str]) -> dict[str, list[str]]:
    message = _("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=NOTE_LENGTH)
    return {f"note_{language}": [message] for language, text in notes.items() if len(text) > NOTE_LENGTH}
