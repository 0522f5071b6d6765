"""Who may do what in the editing of the shared catalogue: a named policy for each action.

What a layer's editors may do stands in `tenants.editors.policies`; here is what it means for drafts and services.
"""

from __future__ import annotations

from catalog.editing.drafts import DraftInfo
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope
from catalog.resolution.values import Layer
from tenants.actors import Actor
from tenants.editors.policies import can_edit_layer, can_enter_editing, can_publish_layer


def can_write_draft(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may change this draft: its editors while it is in work, only who approves while it is checked.

    Nobody may once it is approved for a later day: the approval would not be for what is published.
    """
    if draft.state == DraftState.WRITING:
        return can_edit_layer(actor, layer=draft.layer, area=draft.area)
    return draft.state == DraftState.IN_REVIEW and can_publish_layer(actor, layer=draft.layer, area=draft.area)


def can_write_draft_info(actor: Actor, scope: Scope, draft: DraftInfo | None) -> bool:
    """Whether the actor may write on a layer now, where a draft may be open or not."""
    if draft is None:
        return can_start_draft(actor, scope)
    return can_write_draft(actor, Draft(state=draft.state, layer=scope.layer.value, area=scope.area))


def can_start_draft(actor: Actor, scope: Scope) -> bool:
    """Whether the actor may write for a layer."""
    return can_edit_layer(actor, layer=scope.layer.value, area=scope.area)


def can_see_draft(actor: Actor, *, home: Scope, scope: Scope) -> bool:
    """Whether the actor may know of a draft: who writes on its layer, and who keeps the service."""
    return can_start_draft(actor, scope) or can_start_draft(actor, home)


def can_submit(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may hand a draft in, and take it back."""
    return can_edit_layer(actor, layer=draft.layer, area=draft.area)


def can_send_back(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may send a draft back with a comment."""
    return can_publish_layer(actor, layer=draft.layer, area=draft.area)


def can_publish(actor: Actor, draft: Draft) -> bool:
    """Whether the actor may publish on the draft's layer; `is_four_eyes_kept` asks whether this draft, too."""
    return can_publish_layer(actor, layer=draft.layer, area=draft.area)


def can_lock(actor: Actor, scope: Scope) -> bool:
    """Whether the actor may lock a field for every layer below."""
    return can_publish_layer(actor, layer=scope.layer.value, area=scope.area)


def can_edit_head(actor: Actor, home: Scope) -> bool:
    """Whether the actor may change what is the same everywhere: the editors of the layer that the service began on."""
    return can_edit_layer(actor, layer=home.layer.value, area=home.area)


def can_approve(actor: Actor, home: Scope) -> bool:
    """Whether the actor may say that a service is right in substance: who publishes where it began."""
    return can_publish_layer(actor, layer=home.layer.value, area=home.area)


def can_archive(actor: Actor, home: Scope) -> bool:
    """Whether the actor may take a service off all pages, and bring it back."""
    return can_publish_layer(actor, layer=home.layer.value, area=home.area)


def can_create_service(actor: Actor, scope: Scope) -> bool:
    """Whether the actor may begin a new service in the catalogue of this layer."""
    return can_edit_layer(actor, layer=scope.layer.value, area=scope.area)


def can_set_presets(actor: Actor, region: str) -> bool:
    """Whether the actor may say what the region's towns begin with."""
    return can_publish_layer(actor, layer=Layer.REGION.value, area=region)


def can_set_rules(actor: Actor, region: str) -> bool:
    """Whether the actor may say how this region publishes."""
    return can_publish_layer(actor, layer=Layer.REGION.value, area=region)


def can_keep_views(actor: Actor) -> bool:
    """Whether the actor may keep lists under a name: everybody who works here."""
    return can_enter_editing(actor)


def can_tidy_views(actor: Actor) -> bool:
    """Whether the actor may delete lists that others share in the region."""
    return can_publish_layer(actor, layer=Layer.REGION.value, area=actor.region)


def can_publish_scope(actor: Actor, scope: Scope) -> bool:
    """Whether the actor may publish what is written for a layer."""
    return can_publish_layer(actor, layer=scope.layer.value, area=scope.area)


def is_four_eyes_kept(actor: Actor, draft: DraftInfo, *, is_on: bool) -> bool:
    """Whether the rule lets the actor publish this draft: with four eyes, the actor has written on nothing in it."""
    parts = (draft.changes, draft.locks, draft.head)
    return not is_on or not any(change.is_partly_by(actor) for part in parts for change in part.values())
