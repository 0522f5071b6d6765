"""Write the values of drafts. Nothing of it is seen outside before publishing.

Each function is one transaction as the editors' role. The draft's row is locked first, so two editors wait for each
other and edits of different fields merge by themselves; of the same field the later one is told. Locks are set in
`locks`, what is the same for a service everywhere in `facts`.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.editing.changes import text_key
from catalog.editing.draft_rows import get_open_draft_row, locked_draft, require_writable, where_of
from catalog.editing.draft_writes import Place, drop, fresh, put, require_unlocked
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import stale_base, stale_change
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope
from catalog.resolution.values import FieldKey
from catalog.services.models import LayerValue
from catalog.services.validation import clean_value, get_spec
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import InvalidInput


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
        require_unlocked(service_id, scope, FieldKey(field, language))
        published = _published_row(draft, field, language)
        base = published.version if published else 0
        is_same = published is not None and published.value == cleaned
        if expected_base not in {None, base} and not is_same:
            raise stale_base(published, cleaned)
        change = fresh(draft, actor, cleaned, base_version=base)
        place = Place("changes", text_key(field, language), expected_version, expected_draft)
        put(draft, place, change, actor=actor, is_same=is_same)
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
        change = fresh(draft, actor, None, base_version=published.version, is_removed=True)
        place = Place("changes", text_key(field, language), expected_version, expected_draft)
        put(draft, place, change, actor=actor)
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
        place = Place("changes", text_key(field, language), expected_version, expected_draft)
        before = place.change(draft)
        if before is not None and place.is_stale(draft, before):
            raise stale_change(before, None)
        drop(draft, place, actor=actor)
        return draft_info(draft)


def discard_draft(*, actor: Actor, draft_id: UUID) -> None:
    """Close a draft without publishing; what was in it stays readable in its row. Raises: NotAllowed; NotFound."""
    with as_editor(), transaction.atomic():
        draft = get_open_draft_row(draft_id)
        require_writable(actor, draft)
        draft.state, draft.closed_by, draft.closed_at = DraftState.DISCARDED, actor.name, timezone.now()
        draft.save()
        record(
            actor=actor, action="catalog.draft.discarded", subject=f"service:{draft.service_id}", data=where_of(draft)
        )


def _published_row(draft: Draft, field: str, language: str) -> LayerValue | None:
    return LayerValue.objects.filter(
        service_id=draft.service_id, layer=draft.layer, area=draft.area, field=field, language=language
    ).first()
