"""The way of drafts: handed in, sent back, published, discarded. Each step is one transaction: all chosen or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.draft_errors import (
    base_moved,
    no_draft,
    none_chosen,
    not_handed_in,
    unfinished,
    written_since,
    wrong_state,
)
from catalog.decisions.drafting import close_draft, tell_draft
from catalog.decisions.drafts import draft_info
from catalog.decisions.homes import Home, Publication
from catalog.decisions.models import OPEN_STATES, DraftState, ValueDraft
from catalog.decisions.policies import can_publish_draft, can_send_back_draft, can_write_draft_in
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.writers import require_second_person
from catalog.resolution.diff import is_unfinished
from tenants.actors import Actor
from tenants.errors import Conflict, InvalidInput
from tenants.staff.policies import can_translate, require

MAX_NOTE: Final = 2000
# Drafts of one service, each with the version that was seen.
Chosen = Mapping[UUID, int]


def submit_drafts(*, actor: Actor, home: Home, service_id: UUID, chosen: Chosen, note: str = "") -> None:
    """Hand drafts in for a second person to read, with a word to whoever does.

    Raises: NotAllowed; NotFound; InvalidInput for an unfinished text; Conflict, also when something else holds below.
    """
    note = clean_note(note)
    with transaction.atomic():
        for draft in _lock_own(actor, service_id, chosen):
            _require_state(draft, DraftState.WRITING)
            _require_publishable(draft, home)
            draft.state, draft.note, draft.comment = DraftState.IN_REVIEW, note, ""
            draft.submitted_by, draft.submitted_at = actor.name, timezone.now()
            draft.save()
            tell_draft(draft, actor=actor, home=home, step="submitted", note=note)


def recall_drafts(*, actor: Actor, home: Home, service_id: UUID, chosen: Chosen) -> None:
    """Take drafts back into work. Raises: NotAllowed; NotFound; Conflict."""
    with transaction.atomic():
        for draft in _lock_own(actor, service_id, chosen):
            _require_state(draft, DraftState.IN_REVIEW)
            draft.state = DraftState.WRITING
            draft.save()
            tell_draft(draft, actor=actor, home=home, step="recalled")


def send_back_drafts(*, actor: Actor, home: Home, service_id: UUID, chosen: Chosen, comment: str) -> None:
    """Give drafts back to their authors with a comment that says what is missing.

    Raises: NotAllowed; NotFound; InvalidInput without a comment; Conflict.
    """
    require(can_send_back_draft, actor)
    comment = required_comment(comment)
    with transaction.atomic():
        for draft in _lock(service_id, chosen):
            _require_state(draft, DraftState.IN_REVIEW)
            draft.state, draft.comment = DraftState.WRITING, comment
            draft.save()
            tell_draft(draft, actor=actor, home=home, step="sent_back", comment=comment)


def publish_drafts(*, actor: Actor, home: Home, service_id: UUID, chosen: Chosen) -> None:
    """Let drafts hold from now on.

    Effects: citizens see them at once; they join the history of their fields under their authors' names.
    Raises: NotAllowed, also for one's own words where the town wants four eyes; NotFound; InvalidInput for an
    unfinished text; Conflict when one was written on since, is not handed in, or something else holds below
    (`base_moved`).
    """
    require(can_publish_draft, actor)
    with transaction.atomic():
        is_asked = actor.kind != "system" and home.asks_second_person(service_id) and has_four_eyes()
        for draft in _lock(service_id, chosen):
            if is_asked:
                require_second_person(actor, draft.editors)
                if draft.state != DraftState.IN_REVIEW:
                    raise not_handed_in(draft)
            _publish(draft, actor=actor, home=home)


def discard_drafts(*, actor: Actor, home: Home, service_id: UUID, chosen: Chosen) -> None:
    """Close drafts without publishing; what was in them stays readable in the history of their fields.

    Raises: NotAllowed; NotFound; Conflict.
    """
    with transaction.atomic():
        for draft in _lock_own(actor, service_id, chosen):
            close_draft(draft, DraftState.DISCARDED, actor=actor)
            tell_draft(draft, actor=actor, home=home, step="discarded")


def clean_note(note: str) -> str:
    """Return a note as it is stored. Raises: InvalidInput."""
    note = note.replace("\r\n", "\n").strip()
    if len(note) > MAX_NOTE:
        raise InvalidInput(_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=MAX_NOTE))
    return note


def required_comment(comment: str) -> str:
    """Return the comment of who sends something back. Raises: InvalidInput without one."""
    comment = clean_note(comment)
    if not comment:
        message = _("Schreiben Sie, was noch zu tun ist: Ihre Kolleginnen und Kollegen lesen es.")
        raise InvalidInput(message, data={"fields": {"comment": [message]}})
    return comment


def _publish(draft: ValueDraft, *, actor: Actor, home: Home) -> None:
    info = draft_info(draft)
    if is_unfinished(info.value):
        raise unfinished(draft)
    try:
        home.publish(actor=actor, what=Publication(info.place, info.value, info.ground, info.cause, info.written))
    except Conflict as conflict:
        if conflict.code in {"stale_value", "above_moved"}:
            raise base_moved(draft) from conflict
        raise
    close_draft(draft, DraftState.PUBLISHED, actor=actor)
    tell_draft(draft, actor=actor, home=home, step="published", author=info.edited_by, version=info.version)


def _lock(service_id: UUID, chosen: Chosen) -> list[ValueDraft]:
    """Return the chosen drafts, locked in one order for everybody. Raises: InvalidInput; NotFound; Conflict."""
    if not chosen:
        raise none_chosen()
    rows = list(
        ValueDraft.objects.select_for_update().filter(id__in=list(chosen), service_id=service_id).order_by("id")
    )
    if len(rows) != len(chosen):
        raise no_draft()
    for draft in rows:
        if draft.state not in OPEN_STATES:
            raise wrong_state(draft)
        if draft.version != chosen[draft.id]:
            raise written_since(draft)
    return rows


def _lock_own(actor: Actor, service_id: UUID, chosen: Chosen) -> list[ValueDraft]:
    """Return the chosen drafts, locked, if the actor may write all of them. Raises: NotAllowed, and as `_lock`."""
    require(can_translate, actor)
    rows = _lock(service_id, chosen)
    for draft in rows:
        require(can_write_draft_in, actor, language=draft.language)
    return rows


def _require_state(draft: ValueDraft, state: DraftState) -> None:
    if draft.state != state:
        raise wrong_state(draft)


def _require_publishable(draft: ValueDraft, home: Home) -> None:
    info = draft_info(draft)
    if is_unfinished(info.value):
        raise unfinished(draft)
    if info.has_moved(home.look(info.place)):
        raise base_moved(draft)
