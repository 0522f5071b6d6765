"""Write drafts: values, locks, and columns of a service on one layer. Nothing of it is seen outside before publishing.

Each function is one transaction as the editors' role. The draft's row is locked first, so two editors wait for each
other and edits of different fields merge by themselves; of the same field the later one is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.validation import locked_conflict
from catalog.editing.changes import Change, Part, read_changes, text_key, write_change
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import (
    closed_for_writing,
    refused,
    stale_base,
    stale_change,
    stale_facts,
    wrong_state,
)
from catalog.editing.heads import HEAD_LABELS, clean_head, current_head, home_of
from catalog.editing.models import OPEN_STATES, Draft, DraftState
from catalog.editing.places import Scope, rows_above
from catalog.editing.policies import can_edit_head, can_lock, can_start_draft, can_write_draft
from catalog.resolution.resolve import resolve
from catalog.resolution.values import FIELDS, FieldKey, Json, ServiceHead
from catalog.services.models import LayerValue, Service, State
from catalog.services.selectors import list_layer_rows
from catalog.services.validation import clean_value, get_spec
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import InvalidInput, NotAllowed, NotFound


def start_draft(*, actor: Actor, service_id: UUID, scope: Scope) -> DraftInfo:
    """Return the open draft of a service on a layer, a new one if there is none. Raises: NotAllowed; NotFound."""
    with as_editor(), transaction.atomic():
        return draft_info(locked_draft(actor, service_id, scope))


def save_draft_value(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    field: str,
    language: str,
    value: object,
    expected_version: int | None = None,
    expected_draft: UUID | None = None,
    expected_base: int | None = None,
) -> DraftInfo:
    """Keep a value in the draft; None leaves the field empty on purpose. For autosaving: again without effect.

    `expected_version` is the change's number that the editor saw, 0 for none, in `expected_draft`: numbers begin anew
    in each draft. `expected_base` is the version of the layer's published value that the editor saw, 0 for none. None
    skips a check. A value that is published already is no change.

    Raises: NotAllowed; NotFound; InvalidInput; Conflict when the field is locked from above, when the draft is being
    checked, or when somebody else has written this field meanwhile: then it carries `theirs` and `mine`.
    """
    get_spec(field, language)
    cleaned = clean_value(field, language, value)
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        _require_unlocked(service_id, scope, FieldKey(field, language))
        published = _published_row(draft, field, language)
        base = published.version if published else 0
        is_same = published is not None and published.value == cleaned
        if expected_base not in {None, base} and not is_same:
            raise stale_base(published, cleaned)
        change = _fresh(draft, actor, cleaned, base_version=base)
        place = _Place("changes", text_key(field, language), expected_version, expected_draft)
        _put(draft, place, change, actor=actor, is_same=is_same)
        return draft_info(draft)


def remove_draft_value(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    field: str,
    language: str,
    expected_version: int | None = None,
    expected_draft: UUID | None = None,
    expected_base: int | None = None,
) -> DraftInfo:
    """Let the layer say nothing on a field any more, once published: the value from above holds again.

    Raises: as `save_draft_value`; InvalidInput when the layer says nothing on it anyway.
    """
    get_spec(field, language)
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        published = _published_row(draft, field, language)
        if published is None:
            raise InvalidInput(_("Ihre Ebene sagt zu diesem Feld nichts. Verwerfen Sie stattdessen die Änderung."))
        if expected_base not in {None, published.version}:
            raise stale_base(published, None)
        change = _fresh(draft, actor, None, base_version=published.version, is_removed=True)
        place = _Place("changes", text_key(field, language), expected_version, expected_draft)
        _put(draft, place, change, actor=actor)
        return draft_info(draft)


def discard_draft_value(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    field: str,
    language: str,
    expected_version: int | None = None,
    expected_draft: UUID | None = None,
) -> DraftInfo:
    """Drop the change of one field from the draft: what is published stays.

    Raises: NotAllowed; NotFound; Conflict, also when it is not the change any more that the editor saw.
    """
    get_spec(field, language)
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        place = _Place("changes", text_key(field, language), expected_version, expected_draft)
        before = place.change(draft)
        if before is not None and place.is_stale(draft, before):
            raise stale_change(before, None)
        _drop(draft, place, actor=actor)
        return draft_info(draft)


def set_lock(
    *, actor: Actor, service_id: UUID, scope: Scope, field: str, is_locked: bool, expected_version: int | None = None
) -> DraftInfo:
    """Lock a field for all layers below, or open it again, once published. A lock holds for every language.

    Raises: NotAllowed; NotFound; InvalidInput when the layer says nothing on the field itself; Conflict.
    """
    get_spec(field, _any_language(field))
    if not can_lock(actor, scope):
        raise NotAllowed(_("Felder sperrt, wer für diese Ebene freigibt. Bitten Sie Ihre Freigabe darum."))
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        _require_unlocked(service_id, scope, FieldKey(field, _any_language(field)))
        rows = [row for row in list_layer_rows(service_id) if scope.owns(row.provenance) and row.field == field]
        written = [name for name, one in read_changes(draft.changes).items() if not one.is_removed]
        if is_locked and not rows and not any(name.partition("|")[0] == field for name in written):
            raise InvalidInput(
                _("Sperren können Sie nur, was Ihre Ebene selbst sagt. Schreiben Sie zuerst einen eigenen Text.")
            )
        is_same = all(row.is_locked == is_locked for row in rows) if rows else not is_locked
        place = _Place("locks", field, expected_version)
        _put(draft, place, _fresh(draft, actor, is_locked), actor=actor, is_same=is_same)
        return draft_info(draft)


def save_head(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    facts: Mapping[str, object],
    seen: Mapping[str, Json] | None = None,
) -> DraftInfo:
    """Keep facts that are the same everywhere (slug, topics, target groups, keys, validity, responsibilities).

    Only on the layer that the service began on. Facts that are not named stay, and so do those that are as the editor
    saw them: `seen`, with the draft. Without it nothing that somebody else has changed goes back to what is published.

    Raises: NotAllowed; NotFound; InvalidInput with the messages under `data["fields"]`; Conflict when somebody has
    changed a fact since it was seen: it carries the editor's own under `mine`.
    """
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        service = Service.objects.get(id=service_id)
        if home_of(service) != scope or not can_edit_head(actor, scope):
            raise NotAllowed(_("Die Eckdaten ändert die Redaktion der Ebene, auf der die Leistung entstanden ist."))
        now = current_head(service)
        wanted = clean_head(facts, service=service, scope=scope, seen=seen)
        _require_seen_facts(draft, wanted, now=now, seen=seen or {})
        for name, value in wanted.items():
            place, is_same = _Place("head", name), now[name] == value
            before = place.change(draft)
            if seen is None and is_same and before is not None and not before.is_by(actor):
                continue
            _put(draft, place, _fresh(draft, actor, value), actor=actor, is_same=is_same)
        return draft_info(draft)


def discard_draft(*, actor: Actor, draft_id: UUID) -> None:
    """Close a draft without publishing; what was in it stays readable in its row. Raises: NotAllowed; NotFound."""
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        require_writable(actor, draft)
        draft.state, draft.closed_by, draft.closed_at = DraftState.DISCARDED, actor.name, timezone.now()
        draft.save()
        record(actor=actor, action="catalog.draft.discarded", subject=f"service:{draft.service_id}", data=_where(draft))


def get_open_draft_row(draft_id: UUID) -> Draft:
    """Return an open draft, locked for the running transaction. Raises: NotFound; Conflict for one that is closed."""
    draft = Draft.objects.select_for_update().filter(id=draft_id).first()
    if draft is None:
        raise NotFound(_("Diesen Entwurf gibt es nicht."))
    if draft.state not in OPEN_STATES:
        raise wrong_state(draft)
    return draft


def locked_draft(actor: Actor, service_id: UUID, scope: Scope) -> Draft:
    """Return the open draft of a layer, locked for the running transaction; a new one if there is none.

    Raises: NotAllowed; NotFound.
    """
    if not can_start_draft(actor, scope):
        raise refused()
    service = Service.objects.filter(id=service_id).first()
    is_public = service is not None and service.state in {State.PUBLISHED, State.ARCHIVED}
    if service is None or not (is_public or can_start_draft(actor, home_of(service))):
        raise NotFound(_("Diese Leistung gibt es nicht."))
    named = {"service_id": service_id, "layer": scope.layer.value, "area": scope.area}
    while True:
        # Two who begin at once: the unique key lets one in, the other finds that one's row.
        found, is_new = Draft.objects.filter(state__in=OPEN_STATES).get_or_create(
            **named, defaults={"edited_at": timezone.now(), "created_by": actor.name}
        )
        if is_new:
            record(actor=actor, action="catalog.draft.started", subject=f"service:{service_id}", data=_where(found))
        draft = Draft.objects.select_for_update().get(id=found.id)
        # Published or discarded while this waited for the lock: what comes now begins the next draft.
        if draft.state in OPEN_STATES:
            return draft


def require_writable(actor: Actor, draft: Draft) -> None:
    """Raises: Conflict or NotAllowed for a draft that the actor may not change in its present state."""
    if draft.state not in OPEN_STATES:
        raise wrong_state(draft)
    if not can_write_draft(actor, draft):
        raise closed_for_writing(draft)


def _require_seen_facts(
    draft: Draft, wanted: Mapping[str, Json], *, now: Mapping[str, Json], seen: Mapping[str, Json]
) -> None:
    """Raises: Conflict when a fact that the editor changes is not what the editor saw."""
    drafted = read_changes(draft.head)
    stale = [
        name
        for name, value in wanted.items()
        if name in seen and (drafted[name].value if name in drafted else now[name]) not in (seen[name], value)
    ]
    if stale:
        raise stale_facts([str(HEAD_LABELS[name]) for name in stale], author=draft.edited_by, mine=wanted)


def _require_unlocked(service_id: UUID, scope: Scope, key: FieldKey) -> None:
    above = resolve(ServiceHead(service_id, "", scope.layer), rows_above(list_layer_rows(service_id), scope))
    lock = above.values[key].locked_by
    if lock is not None:
        raise locked_conflict(key.field, lock)


def _published_row(draft: Draft, field: str, language: str) -> LayerValue | None:
    return LayerValue.objects.filter(
        service_id=draft.service_id, layer=draft.layer, area=draft.area, field=field, language=language
    ).first()


def _fresh(draft: Draft, actor: Actor, value: Json, *, base_version: int = 0, is_removed: bool = False) -> Change:
    return Change(
        value=value,
        version=draft.version + 1,
        edited_by=actor.name,
        edited_by_id=actor.id,
        edited_at=timezone.now(),
        base_version=base_version,
        is_removed=is_removed,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a draft a change stands, the number that the editor saw there, and in which draft."""

    part: Part
    name: str
    expected: int | None = None
    expected_draft: UUID | None = None

    def stored(self, draft: Draft) -> dict[str, dict[str, Any]]:
        column: dict[str, dict[str, Any]] = getattr(draft, self.part)
        return column

    def change(self, draft: Draft) -> Change | None:
        stored = self.stored(draft)
        return read_changes({self.name: stored[self.name]})[self.name] if self.name in stored else None

    def is_stale(self, draft: Draft, before: Change | None) -> bool:
        """Whether the editor saw something else there."""
        if self.expected is None:
            return False
        is_other = self.expected_draft is not None and self.expected_draft != draft.id
        return (is_other and self.expected > 0) or self.expected != (before.version if before else 0)


def _put(draft: Draft, place: _Place, change: Change, *, actor: Actor, is_same: bool = False) -> None:
    """Write a change into the draft, or drop it when it is what is published. Raises: Conflict."""
    stored = place.stored(draft)
    before = place.change(draft)
    if before is not None and _says_the_same(before, change):
        return
    if place.is_stale(draft, before):
        raise stale_change(before, change.value)
    if is_same:
        _drop(draft, place, actor=actor)
        return
    stored[place.name] = write_change(change.follows(before))
    _save(draft, change)
    # Autosaving writes every few seconds: the trail names a field when somebody begins on it.
    if before is None or not before.is_by(actor):
        _record(draft, place, actor=actor, action="catalog.draft.edited")


def _says_the_same(before: Change, change: Change) -> bool:
    return (before.value, before.is_removed, before.base_version) == (
        change.value,
        change.is_removed,
        change.base_version,
    )


def _drop(draft: Draft, place: _Place, *, actor: Actor) -> None:
    taken = place.stored(draft).pop(place.name, None)
    if taken is not None:
        _save(draft, _fresh(draft, actor, None))
        _record(draft, place, actor=actor, action="catalog.draft.change_dropped", data={"value": taken["value"]})


def _record(
    draft: Draft, place: _Place, *, actor: Actor, action: str, data: Mapping[str, object] | None = None
) -> None:
    where = {**_where(draft), "part": place.part, "name": place.name, **(data or {})}
    record(actor=actor, action=action, subject=f"service:{draft.service_id}", data=where)


def _save(draft: Draft, change: Change) -> None:
    draft.version = change.version
    draft.edited_by, draft.edited_by_id, draft.edited_at = change.edited_by, change.edited_by_id, change.edited_at
    draft.save()


def _where(draft: Draft) -> dict[str, object]:
    return {"layer": draft.layer, "area": draft.area}


def _any_language(field: str) -> str:
    return FIELDS[field].languages[0] if field in FIELDS else ""
