"""The way of a draft: handed in, sent back, approved, published. Each step is one transaction as the editors' role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.editing.approval import approval_day
from catalog.editing.draft_rows import get_open_draft_row
from catalog.editing.drafts import draft_info
from catalog.editing.errors import clashed, four_eyes_needed, nothing_to_publish, refused, stale_draft, wrong_state
from catalog.editing.models import Draft, DraftState, EditingRules
from catalog.editing.policies import can_publish, can_send_back, can_set_rules, can_submit, is_four_eyes_kept
from catalog.editing.publishing import make_true
from catalog.editing.rules import wants_four_eyes
from tenants.actors import Actor, system_actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import DomainError, InvalidInput, NotAllowed

MAX_NOTE: Final = 2000


def submit_draft(*, actor: Actor, draft_id: UUID, note: str = "") -> None:
    """Hand a draft in for checking, with a word to who checks it.

    Raises: NotAllowed; NotFound; InvalidInput for one that changes nothing; Conflict.
    """
    note = _clean_note(note)
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        if not can_submit(actor, draft):
            raise refused()
        _require_state(draft, DraftState.WRITING)
        if draft_info(draft).is_empty:
            raise nothing_to_publish()
        draft.state, draft.note, draft.comment = DraftState.IN_REVIEW, note, ""
        draft.submitted_by, draft.submitted_at = actor.name, timezone.now()
        draft.save()
        _record(actor, draft, step="submitted", note=note)


def recall_draft(*, actor: Actor, draft_id: UUID) -> None:
    """Take a draft back into work: from checking, or after it was approved for a later day.

    Raises: NotAllowed; NotFound; Conflict.
    """
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        if not (can_send_back if draft.state == DraftState.SCHEDULED else can_submit)(actor, draft):
            raise refused()
        _require_state(draft, DraftState.IN_REVIEW, DraftState.SCHEDULED)
        _back_to_work(draft)
        _record(actor, draft, step="recalled")


def send_back(*, actor: Actor, draft_id: UUID, comment: str) -> None:
    """Give a draft back to its editors with a comment that says what is missing.

    Raises: NotAllowed; NotFound; InvalidInput without a comment; Conflict.
    """
    comment = _clean_note(comment)
    if not comment:
        message = _("Schreiben Sie, was noch zu tun ist: Ihre Kolleginnen und Kollegen lesen es.")
        raise InvalidInput(message, data={"fields": {"comment": [message]}})
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        if not can_send_back(actor, draft):
            raise refused()
        _require_state(draft, DraftState.IN_REVIEW)
        _back_to_work(draft)
        draft.comment = comment
        draft.save()
        _record(actor, draft, step="sent_back", comment=comment)


def publish_draft(*, actor: Actor, draft_id: UUID, expected_version: int | None = None, note: str = "") -> int:
    """Publish a draft now and return the number of the version.

    `expected_version` is `DraftInfo.version` as the actor saw it before deciding; None skips the check.

    Effects: every town that follows shows it at once; who has an own value of a changed field is asked.
    Raises: NotAllowed, also where the region wants four eyes; NotFound; InvalidInput; Conflict when it was written to
    since, or does not fit what is published any more.
    """
    note = _clean_note(note)
    with _publishing():
        draft = get_open_draft_row(draft_id)
        _require_approval(actor, draft, expected_version)
        draft.approved_on = approval_day(actor, draft_info(draft))
        return make_true(draft, actor=actor, note=note or draft.note)


def schedule_draft(
    *, actor: Actor, draft_id: UUID, publish_at: dt.datetime, expected_version: int | None = None, note: str = ""
) -> None:
    """Approve a draft now and have it published at a later moment.

    Raises: as `publish_draft`; InvalidInput for a moment that is over.
    """
    note = _clean_note(note)
    if publish_at <= timezone.now():
        message = _("Der Zeitpunkt ist schon vorbei. Wählen Sie einen späteren, oder veröffentlichen Sie sofort.")
        raise InvalidInput(message, data={"fields": {"publish_at": [message]}})
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        _require_approval(actor, draft, expected_version)
        if draft_info(draft).is_empty:
            raise nothing_to_publish()
        draft.state, draft.publish_at, draft.approved_by = DraftState.SCHEDULED, publish_at, actor.name
        draft.approved_on = approval_day(actor, draft_info(draft))
        draft.note = note or draft.note
        draft.save()
        _record(actor, draft, step="scheduled", publish_at=publish_at.isoformat())


def publish_due() -> tuple[int, dict[UUID, DomainError]]:
    """Publish what was approved for a moment that is over; return how many, and what could not be.

    A draft that does not fit any more goes back into work with the reason as its comment, and holds up no other.
    """
    with as_editor():
        waiting = Draft.objects.filter(state=DraftState.SCHEDULED, publish_at__lte=timezone.now())
        due = list(waiting.order_by("publish_at", "id").values_list("id", "approved_by"))
    done, refused_ones = 0, {}
    for draft_id, approved_by in due:
        try:
            done += _publish_one_due(draft_id, approved_by)
        except DomainError as problem:
            refused_ones[draft_id] = problem
            _give_up(draft_id, problem)
    return done, refused_ones


def set_four_eyes(*, actor: Actor, region: str, is_on: bool) -> None:
    """Say whether in this region somebody else than the author has to publish. Raises: NotAllowed."""
    if not can_set_rules(actor, region):
        raise NotAllowed(_("Wie Ihre Region veröffentlicht, legt die Freigabe der Region fest."))
    with as_editor(), transaction.atomic():
        wanted = {"four_eyes": is_on, "changed_by": actor.name}
        EditingRules.objects.update_or_create(region_slug=region, defaults=wanted)
        record(actor=actor, action="catalog.rules.set", subject=f"region:{region}", data={"four_eyes": is_on})


def _publish_one_due(draft_id: UUID, approved_by: str) -> bool:
    """Publish one draft; another worker may have been faster, or an editor may have taken it back."""
    with _publishing():
        named = Draft.objects.filter(id=draft_id, state=DraftState.SCHEDULED, publish_at__lte=timezone.now())
        draft = named.select_for_update(skip_locked=True).first()
        if draft is None:
            return False
        make_true(draft, actor=system_actor(approved_by), note=draft.note)
        return True


@contextmanager
def _publishing() -> Iterator[None]:
    """One transaction as the editors' role. Raises: Conflict where somebody else wrote the same row in that moment."""
    try:
        with as_editor(), transaction.atomic():
            yield
    except IntegrityError as clash:
        raise clashed() from clash


def _give_up(draft_id: UUID, problem: DomainError) -> None:
    with as_editor(), transaction.atomic():
        draft = Draft.objects.select_for_update().get(id=draft_id)
        if draft.state == DraftState.SCHEDULED:
            _back_to_work(draft)
            draft.comment = problem.user_message
            draft.save()
            _record(system_actor(draft.approved_by), draft, step="not_published", code=problem.code)


def _require_approval(actor: Actor, draft: Draft, expected_version: int | None) -> None:
    if not can_publish(actor, draft):
        raise refused()
    if draft.state == DraftState.SCHEDULED:
        raise wrong_state(draft)
    if expected_version is not None and expected_version != draft.version:
        raise stale_draft(draft)
    info = draft_info(draft)
    if not is_four_eyes_kept(actor, info, is_on=wants_four_eyes(info.scope)):
        raise four_eyes_needed()


def _require_state(draft: Draft, *states: DraftState) -> None:
    if draft.state not in states:
        raise wrong_state(draft)


def _back_to_work(draft: Draft) -> None:
    draft.state, draft.publish_at, draft.approved_on = DraftState.WRITING, None, None
    draft.save()


def _clean_note(note: str) -> str:
    note = note.replace("\r\n", "\n").strip()
    if len(note) > MAX_NOTE:
        raise InvalidInput(_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=MAX_NOTE))
    return note


def _record(actor: Actor, draft: Draft, *, step: str, **data: object) -> None:
    where = {"layer": draft.layer, "area": draft.area, **data}
    record(actor=actor, action=f"catalog.draft.{step}", subject=f"service:{draft.service_id}", data=where)
