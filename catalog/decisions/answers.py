"""Answer reviews: take the text from above, keep one's own, or join both. Each is one transaction.

Nothing that the town wrote is lost: whatever the answer, the own value stays in the history of its field.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.decisions import drafting, homes
from catalog.decisions.above import digest_of, note_base, resolve_above
from catalog.decisions.draft_workflow import submit_drafts
from catalog.decisions.history import former_of, note
from catalog.decisions.models import Cause, Override
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.policies import can_answer_review
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.services import clear_override, lock_adoption, set_override, tell_change
from catalog.decisions.town import current_town
from catalog.decisions.validation import locked_conflict
from catalog.resolution.diff import is_unfinished
from catalog.resolution.values import EffectiveValue, FieldKey, Json
from catalog.services import selectors as shared
from catalog.services.validation import clean_value, get_spec, wrong_field
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, NotFound
from tenants.staff.policies import require


class Answer(StrEnum):
    """What a town does with a change from above."""

    TAKE = "take"
    KEEP = "keep"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor saw: the version of the own value, and the sign of what was above (`Review.above`)."""

    own_version: int
    above: str


@dataclass(frozen=True, slots=True)
class Place:
    """The field of a service, in a language, that is reviewed."""

    service_id: UUID
    field: str
    language: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer to many reviews did: how many were answered, and what was left alone, with the reason."""

    done: int
    left_out: tuple[tuple[Place, str], ...] = ()


def take_above(*, actor: Actor, place: Place, seen: Seen) -> None:
    """Let the value from above hold, or, where it is locked, note that it does; the own one goes into the history.

    Raises: NotAllowed; NotFound; Conflict (`stale_review`) when someone else has answered or it has changed again.
    """
    require(can_answer_review, actor)
    with transaction.atomic():
        _row, above = _open(place, seen)
        _clear(above, actor=actor, place=place, seen=seen)


def keep_own(*, actor: Actor, place: Place, seen: Seen) -> None:
    """Stay with the own value, knowing what is above now: the next change there asks anew.

    Raises: as `take_above`; Conflict (`field_locked`) for a locked field, whose own value can't hold.
    """
    require(can_answer_review, actor)
    with transaction.atomic():
        row, above = _open(place, seen)
        _keep(row, above, actor=actor, place=place)


def merge_review(*, actor: Actor, place: Place, seen: Seen, value: object) -> bool:
    """Write a value that joins both, knowing what is above now; return whether it holds.

    The same words as above are taken, the same as one's own kept. Where the town wants four eyes other words are handed
    in as a draft, and the review waits until a second person has published it.

    Raises: as `keep_own`; InvalidInput for a wrong value, or one in which a conflict is still open.
    """
    require(can_answer_review, actor)
    get_spec(place.field, place.language)
    cleaned = clean_value(place.field, place.language, value)
    if is_unfinished(cleaned):
        message = _("An einer Stelle stehen noch beide Fassungen zwischen ⟦ und ⟧. Entscheiden Sie sich für eine.")
        raise wrong_field(place.field, message)
    if actor.kind != "system" and has_four_eyes() and _is_new_text(place, seen, cleaned):
        _hand_in(cleaned, actor=actor, place=place, seen=seen)
        return False
    with transaction.atomic():
        row, above = _open(place, seen)
        if above.locked_by is not None:
            raise locked_conflict(place.field, above.locked_by)
        if cleaned == above.value and above.provenance is not None:
            _clear(above, actor=actor, place=place, seen=seen)
        elif cleaned == row.value:
            _keep(row, above, actor=actor, place=place)
        else:
            set_override(
                actor=actor,
                service_id=place.service_id,
                field=place.field,
                language=place.language,
                value=cleaned,
                expected_version=seen.own_version,
                seen_above=seen.above,
                cause=Cause.MERGED,
            )
            _record(actor, place, Answer.MERGE)
    return True


def answer_many(*, actor: Actor, answer: Answer, reviews: Sequence[tuple[Place, Seen]]) -> Answered:
    """Take or keep many at once. What was answered or changed meanwhile is left alone and named; the rest is done.

    Raises: NotAllowed; ValueError for an answer that needs a text.
    """
    require(can_answer_review, actor)
    if answer is Answer.MERGE:
        message = "many reviews can be taken or kept"
        raise ValueError(message)
    carry_out = take_above if answer is Answer.TAKE else keep_own
    left_out: list[tuple[Place, str]] = []
    # In one order for everybody, so that two editors never wait for each other in a circle.
    ordered = sorted(reviews, key=lambda one: (one[0].service_id, one[0].field, one[0].language))
    with transaction.atomic():
        # All of them before the first answer: each answer holds the tenant's generation until the end, for which
        # whoever holds one of these waits.
        _lock_all(ordered)
        for place, seen in ordered:
            try:
                with transaction.atomic():
                    carry_out(actor=actor, place=place, seen=seen)
            except (Conflict, NotFound) as refused:
                left_out.append((place, refused.user_message))
    return Answered(len(ordered) - len(left_out), tuple(left_out))


def _lock_all(reviews: Sequence[tuple[Place, Seen]]) -> None:
    for service_id in dict.fromkeys(place.service_id for place, _seen in reviews):
        # One that is gone is named when its turn comes.
        with suppress(NotFound):
            lock_adoption(shared.get_service_by_id(service_id))


def _open(place: Place, seen: Seen) -> tuple[Override, EffectiveValue]:
    """Return the own value and what is above it, with the decision locked. Raises: NotFound; Conflict."""
    get_spec(place.field, place.language)
    adoption = lock_adoption(shared.get_service_by_id(place.service_id))
    # Read again now that nobody else of the town writes; who waited sees what was published meanwhile.
    service = shared.get_service_by_id(place.service_id)
    row = Override.objects.filter(service_id=place.service_id, field=place.field, language=place.language).first()
    if row is None or row.version != seen.own_version:
        who = row.author if row else ""
        raise _stale(
            _("{author} hat inzwischen entschieden oder den Text geändert. Sehen Sie sich den neuen Stand an.").format(
                author=who or _("Jemand")
            )
        )
    key = FieldKey(place.field, place.language)
    above = resolve_above(service, key, town=current_town(), pinned_version=adoption.pinned_version)
    if digest_of(above) != seen.above:
        raise _stale(_("Oben hat sich inzwischen noch einmal etwas geändert. Prüfen Sie die neueste Fassung."))
    return row, above


def _is_new_text(place: Place, seen: Seen, value: Json) -> bool:
    """Whether a joined text says something else than both sides; without locks, which come with publishing.

    Raises: Conflict (`stale_review`) when someone else has answered or it has changed again; Conflict (`field_locked`).
    """
    live = OVERRIDES.look(_draft_place(place))
    if (live.version, live.above) != (seen.own_version, seen.above):
        raise _stale(_("Hier hat sich inzwischen noch einmal etwas geändert. Prüfen Sie den neuesten Stand."))
    return value not in (live.own, live.above_value)


def _hand_in(value: Json, *, actor: Actor, place: Place, seen: Seen) -> None:
    at = _draft_place(place)
    ground = drafting.Seen(version=0, own_version=seen.own_version, above=seen.above)
    with transaction.atomic():
        draft = drafting.save_draft(actor=actor, home=OVERRIDES, place=at, value=value, seen=ground, cause=Cause.MERGED)
        if draft is not None:
            chosen = {draft.id: draft.version}
            submit_drafts(actor=actor, home=OVERRIDES, service_id=place.service_id, chosen=chosen)


def _draft_place(place: Place) -> homes.Place:
    return homes.Place(place.service_id, FieldKey(place.field, place.language))


def _clear(above: EffectiveValue, *, actor: Actor, place: Place, seen: Seen) -> None:
    cause = Cause.TAKEN if above.locked_by is None else Cause.LOCKED
    clear_override(
        actor=actor,
        service_id=place.service_id,
        field=place.field,
        language=place.language,
        expected_version=seen.own_version,
        cause=cause,
    )
    _record(actor, place, Answer.TAKE)


def _keep(row: Override, above: EffectiveValue, *, actor: Actor, place: Place) -> None:
    if above.locked_by is not None:
        raise locked_conflict(place.field, above.locked_by)
    note_base(row, above)
    # Who answers at the same time finds another version. The text stays whose it is.
    row.version += 1
    row.save()
    note(
        actor=actor,
        service_id=place.service_id,
        field=place.field,
        language=place.language,
        value=row.value,
        cause=Cause.KEPT,
        former=former_of(row),
    )
    data = {"field": place.field, "language": place.language, "answer": Answer.KEEP.value}
    tell_change(place.service_id, actor=actor, action="catalog.review.answered", data=data)


def _record(actor: Actor, place: Place, answer: Answer) -> None:
    data = {"field": place.field, "language": place.language, "answer": answer.value}
    record(actor=actor, action="catalog.review.answered", subject=f"service:{place.service_id}", data=data)


def _stale(message: str) -> Conflict:
    return Conflict(message, code="stale_review")
