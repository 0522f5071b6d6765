"""Lock fields of a layer for all layers below, in the draft."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.editing.changes import read_changes
from catalog.editing.draft_rows import locked_draft, require_writable
from catalog.editing.draft_writes import Place, any_language, fresh, put, require_unlocked
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import stale_lock
from catalog.editing.places import Scope
from catalog.editing.policies import can_lock
from catalog.resolution.values import FieldKey
from catalog.services.selectors import list_layer_rows
from catalog.services.validation import get_spec
from tenants.actors import Actor
from tenants.context import as_editor
from tenants.errors import InvalidInput, NotAllowed


def set_lock(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    field: str,
    is_locked: bool,
    expected_version: int | None = None,
    expected_draft: UUID | None = None,
) -> DraftInfo:
    """Lock a field for all layers below, or open it again, once published. A lock holds for every language.

    `expected_version` is the number of the lock's change that the editor saw, 0 for none, in `expected_draft`; None
    skips the check. What is wanted and is so already is no conflict, whoever did it.

    Raises: NotAllowed; NotFound; InvalidInput when the layer says nothing on the field itself; Conflict, also when
    somebody else has changed the lock in the draft meanwhile, or published or discarded that draft.
    """
    get_spec(field, any_language(field))
    if not can_lock(actor, scope):
        raise NotAllowed(_("Felder sperrt, wer für diese Ebene freigibt. Bitten Sie Ihre Freigabe darum."))
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        require_unlocked(service_id, scope, FieldKey(field, any_language(field)))
        rows = [row for row in list_layer_rows(service_id) if scope.owns(row.provenance) and row.field == field]
        written = [name for name, one in read_changes(draft.changes).items() if not one.is_removed]
        if is_locked and not rows and not any(name.partition("|")[0] == field for name in written):
            raise InvalidInput(
                _("Sperren können Sie nur, was Ihre Ebene selbst sagt. Schreiben Sie zuerst einen eigenen Text.")
            )
        is_same = all(row.is_locked == is_locked for row in rows) if rows else not is_locked
        place = Place("locks", field, expected_version, expected_draft)
        told = partial(stale_lock, field)
        put(draft, place, fresh(draft, actor, is_locked), actor=actor, is_same=is_same, stale=told)
        return draft_info(draft)
