"""Write what is the same for a service everywhere into the draft of the layer that it began on."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.editing.changes import read_changes
from catalog.editing.draft_rows import locked_draft, require_writable
from catalog.editing.draft_writes import Place, fresh, put
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import stale_facts
from catalog.editing.heads import HEAD_LABELS, clean_head, current_head, home_of
from catalog.editing.models import Draft
from catalog.editing.places import Scope
from catalog.editing.policies import can_edit_head
from catalog.resolution.values import Json
from catalog.services.models import Service
from tenants.actors import Actor
from tenants.context import as_editor
from tenants.errors import NotAllowed


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
            place, is_same = Place("head", name), now[name] == value
            before = place.change(draft)
            if seen is None and is_same and before is not None and not before.is_by(actor):
                continue
            put(draft, place, fresh(draft, actor, value, base=(now[name],)), actor=actor, is_same=is_same)
        return draft_info(draft)


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
