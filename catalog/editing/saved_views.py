"""Lists that editors keep under a name, for themselves or for all editors of their region."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.decisions.saved_views import MAX_VIEWS, ViewInfo, clean_name, owner_of, too_many_views
from catalog.editing.models import SavedView
from catalog.editing.policies import can_keep_views, can_tidy_views
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.editors.policies import require
from tenants.errors import NotFound
from tenants.sorting import german_sort_key

SERVICES: Final = "services"


def list_saved_views(actor: Actor, *, area: str = SERVICES) -> list[ViewInfo]:
    """Return one's own lists and those that editors of the region share, in German order, in one query."""
    with as_editor():
        rows = list(SavedView.objects.filter(_seen_by(actor), area=area))
    found = [ViewInfo(row.id, row.name, row.query, row.is_shared, row.owner_id == actor.id) for row in rows]
    return sorted(found, key=lambda one: german_sort_key(one.name))


def save_view(*, actor: Actor, name: str, query: str, is_shared: bool = False, area: str = SERVICES) -> UUID:
    """Keep a list under a name; a list of one's own with that name is replaced. Return its key.

    Raises: NotAllowed; InvalidInput for a name that is missing or too long, or for too many lists.
    """
    require(can_keep_views, actor)
    name, owner_id = clean_name(name), owner_of(actor)
    with as_editor(), transaction.atomic():
        mine = SavedView.objects.filter(owner_id=owner_id, area=area)
        if mine.exclude(name=name).count() >= MAX_VIEWS:
            raise too_many_views()
        kept = {"query": query[:1000], "is_shared": is_shared, "region_slug": actor.region}
        row, _is_new = SavedView.objects.update_or_create(owner_id=owner_id, area=area, name=name, defaults=kept)
        _record(actor, row, step="saved", name=name, is_shared=is_shared)
    return row.id


def share_view(*, actor: Actor, view_id: UUID, is_shared: bool) -> None:
    """Share one's own list with all editors of the region, or keep it to oneself again.

    Raises: NotAllowed; NotFound, for a colleague's list too.
    """
    require(can_keep_views, actor)
    with as_editor(), transaction.atomic():
        row = _locked(Q(owner_id=actor.id), view_id)
        if row.is_shared != is_shared:
            row.is_shared = is_shared
            row.save(update_fields=["is_shared"])
            _record(actor, row, step="shared", is_shared=is_shared)


def delete_view(*, actor: Actor, view_id: UUID) -> None:
    """Delete one's own list; who publishes for the region also deletes those that others share there.

    Raises: NotAllowed; NotFound.
    """
    require(can_keep_views, actor)
    with as_editor(), transaction.atomic():
        row = _locked(_seen_by(actor) if can_tidy_views(actor) else Q(owner_id=actor.id), view_id)
        _record(actor, row, step="deleted", name=row.name)
        row.delete()


def _seen_by(actor: Actor) -> Q:
    return Q(owner_id=actor.id) | Q(is_shared=True, region_slug=actor.region)


def _locked(allowed: Q, view_id: UUID) -> SavedView:
    row = SavedView.objects.select_for_update().filter(allowed, id=view_id).first()
    if row is None:
        raise NotFound(_("Diese Ansicht gibt es nicht."))
    return row


def _record(actor: Actor, row: SavedView, *, step: str, **data: object) -> None:
    where = {"region": row.region_slug, **data}
    record(actor=actor, action=f"catalog.view.{step}", subject=f"view:{row.id}", data=where)
