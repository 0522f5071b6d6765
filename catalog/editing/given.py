"""Publish what somebody else has written and given: a draft that is begun and published in one transaction.

It stands beside the open draft of its layer, if there is one, and never waits. An open draft of the same field notices
when it is published: what it was written against has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.editing.approval import approval_day
from catalog.editing.changes import Change, text_key, write_change
from catalog.editing.drafts import draft_info
from catalog.editing.errors import refused
from catalog.editing.lifecycle import create_service
from catalog.editing.models import Draft
from catalog.editing.places import Scope
from catalog.editing.policies import can_publish_scope
from catalog.editing.publishing import make_true
from catalog.resolution.values import FieldKey, Json
from catalog.services.models import LayerValue
from catalog.services.versions import hold_services
from tenants.actors import Actor, system_actor
from tenants.context import as_editor

_TITLE = FieldKey("title", "de")


def publish_given_values(
    *,
    actor: Actor,
    service_id: UUID,
    scope: Scope,
    values: Mapping[FieldKey, Json],
    giver: str,
    editors: Collection[str] = (),
    note: str = "",
) -> None:
    """Let a layer say what a giver has written. What it says already makes no version.

    `giver` is named as the author of the values and of the version; `editors` are the ids of who has worded it since.

    Effects: as `workflow.publish_draft`.
    Raises: NotAllowed; Conflict when a layer above has locked a field, or the service is archived.
    """
    if not can_publish_scope(actor, scope):
        raise refused()
    with as_editor(), transaction.atomic():
        hold_services([service_id])
        draft = _begun(service_id, scope, giver)
        rows = LayerValue.objects.filter(service_id=service_id, layer=draft.layer, area=draft.area)
        now = {FieldKey(row.field, row.language): row for row in rows}
        draft.changes = {
            text_key(key.field, key.language): write_change(
                _given(giver, value, editors=editors, base=now[key].version if key in now else 0)
            )
            for key, value in values.items()
            if key not in now or now[key].value != value
        }
        if draft.changes:
            _publish(draft, actor=actor, giver=giver, note=note)


def publish_given_service(
    *,
    actor: Actor,
    scope: Scope,
    facts: Mapping[str, object],
    values: Mapping[FieldKey, Json],
    giver: str,
    editors: Collection[str] = (),
    note: str = "",
) -> UUID:
    """Make a service of a layer's catalogue of what a giver has written, and return its id.

    Raises: as `lifecycle.create_service` and `workflow.publish_draft`.
    """
    if not can_publish_scope(actor, scope):
        raise refused()
    texts = {text_key(key.field, key.language): value for key, value in values.items()}
    with as_editor(), transaction.atomic():
        begun = create_service(
            actor=actor,
            scope=scope,
            title=str(values.get(_TITLE) or ""),
            facts=facts,
            values=texts,
            writer=system_actor(giver),
        )
        draft = Draft.objects.select_for_update().get(id=begun.id)
        for change in draft.changes.values():
            change["editors"] = [*change["editors"], *editors]
        _publish(draft, actor=actor, giver=giver, note=note)
        return begun.service_id


def _begun(service_id: UUID, scope: Scope, giver: str) -> Draft:
    """Return a draft that is not stored before it is published: a layer has one open draft, and this is no other."""
    now = timezone.now()
    named = {"created_by": giver, "edited_by": giver, "edited_at": now, "version": 1}
    return Draft(service_id=service_id, layer=scope.layer.value, area=scope.area, **named)


def _given(giver: str, value: Json, *, editors: Collection[str], base: int) -> Change:
    return Change(
        value=value,
        version=1,
        edited_by=giver,
        edited_by_id=None,
        edited_at=timezone.now(),
        base_version=base,
        editors=tuple(editors),
    )


def _publish(draft: Draft, *, actor: Actor, giver: str, note: str) -> None:
    draft.note, draft.approved_on = note, approval_day(actor, draft_info(draft))
    make_true(draft, actor=actor, note=note, author=giver)
