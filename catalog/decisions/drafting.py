"""Write drafts of this town's texts. Nothing of it is seen outside of the work area before publishing.

There is one open draft of each field and language, and everybody of the town writes on it. Its row is locked first, so
two editors wait for each other, and the later one is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.decisions.draft_errors import closed_for_writing, stale_draft_value
from catalog.decisions.drafts import DraftInfo, draft_info
from catalog.decisions.homes import Home, Live, Place
from catalog.decisions.models import OPEN_STATES, Cause, DraftState, ValueDraft
from catalog.decisions.policies import can_write_draft_in
from catalog.decisions.writers import has_written, mark_of
from catalog.resolution.values import Json
from catalog.services.validation import get_spec
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.staff.policies import require


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor saw when the form was made; None skips a check.

    `version`: the draft's number, 0 for none, in the draft `draft_id`: numbers begin anew in each. `own_version` and
    `above`: the ground, as `homes.Live` has it. `shown`: the text that the editor began from; it only helps to join.
    `page`: which page the form is on; what the same page has saved by itself meanwhile is nobody else's.
    """

    version: int | None = None
    draft_id: UUID | None = None
    own_version: int | None = None
    above: str | None = None
    shown: Json = None
    page: str = ""

    def ground(self, live: Live) -> Live:
        """Return the ground that was seen: the one there now, or what can be told of an earlier one."""
        is_now = self.own_version in {None, live.version} and self.above in {None, live.above}
        if is_now:
            return live
        version = live.version if self.own_version is None else self.own_version
        above = live.above if self.above is None else self.above
        return Live(version, self.shown if version else None, above, live.above_value if version else self.shown)


def save_draft(
    *, actor: Actor, home: Home, place: Place, value: object, seen: Seen | None = None, cause: Cause = Cause.SET
) -> DraftInfo | None:
    """Keep a text in the draft of its field. For autosaving: again without effect. A text that holds already is none.

    A draft whose ground has changed stands on the new one from now on, if its editor has seen that.

    Returns: the draft; None where there is nothing to change, and so no draft any more.
    Raises: NotAllowed; NotFound; InvalidInput; Conflict when the field is locked from above, when the draft waits for
    somebody to read it, or when somebody else has written on it meanwhile (`stale_value`, with both texts).
    """
    require(can_write_draft_in, actor, language=place.key.language)
    get_spec(place.key.field, place.key.language)
    cleaned = home.clean(place.key, value)
    live, seen = home.look(place), seen or Seen()
    with transaction.atomic():
        draft = _locked_draft(place)
        if draft.state == DraftState.IN_REVIEW:
            raise closed_for_writing()
        if _is_stale(draft, seen) and not (draft.version and draft.value == cleaned):
            raise stale_draft_value(draft if draft.version else None, cleaned)
        ground = seen.ground(live)
        if ground.is_same_ground(live) and cleaned == live.value:
            _drop(draft, actor=actor, home=home)
            return None
        draft.cause, draft.page = cause, seen.page[:20]
        _write(draft, cleaned, ground=_new_ground(draft, ground, live), actor=actor, home=home)
        return draft_info(draft)


def _locked_draft(place: Place) -> ValueDraft:
    """Return the open draft of a field, locked; a new one of version 0 if there is none."""
    named = {"service_id": place.service_id, "field": place.key.field, "language": place.key.language}
    while True:
        # Two who begin at once: the unique key lets one in, the other finds that one's row.
        found, _is_new = ValueDraft.objects.filter(state__in=OPEN_STATES).get_or_create(
            **named, defaults={"edited_at": timezone.now()}
        )
        draft = ValueDraft.objects.select_for_update().filter(id=found.id).first()
        # Published or discarded while this waited for the lock: what comes now begins the next draft.
        if draft is not None and draft.state in OPEN_STATES:
            return draft


def _is_stale(draft: ValueDraft, seen: Seen) -> bool:
    """Whether the editor saw another draft, or another state of it."""
    if seen.version is None or (seen.page and seen.page == draft.page):
        return False
    is_other = seen.draft_id is not None and seen.draft_id != draft.id
    return (is_other and seen.version > 0) or seen.version != draft.version


def _new_ground(draft: ValueDraft, seen: Live, live: Live) -> Live:
    """Return what the draft stands on from now on: what was seen, and of an open draft nothing but what holds now."""
    if not draft.version or seen.is_same_ground(live):
        return seen
    return Live(draft.own_version, draft.own_value, draft.above, draft.above_value)


def _write(draft: ValueDraft, value: Json, *, ground: Live, actor: Actor, home: Home) -> None:
    before = (draft.value, draft.own_version, draft.above) if draft.version else None
    if before == (value, ground.version, ground.above):
        return
    is_begun = not draft.version or not has_written(actor, draft.editors)
    draft.value, draft.version = value, draft.version + 1
    draft.own_version, draft.own_value = ground.version, ground.own
    draft.above, draft.above_value = ground.above, ground.above_value
    draft.editors = list(dict.fromkeys([*draft.editors, mark_of(actor)]))
    draft.edited_by, draft.edited_at = actor.name, timezone.now()
    draft.save()
    # Autosaving writes every few seconds: the trail names a field when somebody begins on it.
    if is_begun:
        tell_draft(draft, actor=actor, home=home, step="edited")


def _drop(draft: ValueDraft, *, actor: Actor, home: Home) -> None:
    """Close a draft that changes nothing any more; one that was made just now leaves nothing."""
    if not draft.version:
        draft.delete()
        return
    close_draft(draft, DraftState.DISCARDED, actor=actor)
    tell_draft(draft, actor=actor, home=home, step="discarded")


def close_draft(draft: ValueDraft, state: DraftState, *, actor: Actor) -> None:
    """End a draft; its row stays as a record."""
    draft.state, draft.closed_by, draft.closed_at = state, actor.name, timezone.now()
    draft.save()


def tell_draft(draft: ValueDraft, *, actor: Actor, home: Home, step: str, **data: object) -> None:
    """Write a step of a draft into the audit trail, within the running transaction."""
    where: dict[str, object] = {"field": draft.field, "language": draft.language, "draft": str(draft.id)}
    subject = f"{home.subject}:{draft.service_id}"
    record(actor=actor, action=f"catalog.draft.{step}", subject=subject, data={**where, **data})
