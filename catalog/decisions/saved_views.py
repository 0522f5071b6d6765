"""Lists that staff keep under a name, for themselves or for everybody in the town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.decisions.models import SavedView
from catalog.decisions.policies import can_keep_views, can_tidy_views
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import InvalidInput, NotFound
from tenants.sorting import german_sort_key
from tenants.staff.policies import require

SERVICES: Final = "services"
MAX_NAME: Final = 80
MAX_VIEWS: Final = 30


@dataclass(frozen=True, slots=True)
class ViewInfo:
    """A kept list. `query` is the address's query string; `is_own`: it belongs to whoever asks."""

    id: UUID
    name: str
    query: str
    is_shared: bool
    is_own: bool


def list_saved_views(actor: Actor, *, area: str = SERVICES) -> list[ViewInfo]:
    """Return one's own lists and those that colleagues share, in German order, in one query."""
    rows = SavedView.objects.filter(Q(owner_id=actor.id) | Q(is_shared=True), area=area)
    found = [ViewInfo(row.id, row.name, row.query, row.is_shared, row.owner_id == actor.id) for row in rows]
    return sorted(found, key=lambda one: german_sort_key(one.name))


def save_view(*, actor: Actor, name: str, query: str, is_shared: bool = False, area: str = SERVICES) -> UUID:
    """Keep a list under a name; a list of one's own with that name is replaced. Return its key.

    Raises: NotAllowed; InvalidInput for a name that is missing or too long, or for too many lists.
    """
    require(can_keep_views, actor)
    name, owner_id = clean_name(name), owner_of(actor)
    with transaction.atomic():
        mine = SavedView.objects.filter(owner_id=owner_id, area=area)
        if mine.exclude(name=name).count() >= MAX_VIEWS:
            raise too_many_views()
        row, _is_new = SavedView.objects.update_or_create(
            owner_id=owner_id, area=area, name=name, defaults={"query": query[:1000], "is_shared": is_shared}
        )
        data = {"name": name, "is_shared": is_shared}
        record(actor=actor, action="catalog.view.saved", subject=f"view:{row.id}", data=data)
    return row.id


def clean_name(name: str) -> str:
    """Return the name under which somebody keeps a list. Raises: InvalidInput for a missing or a too long one."""
    name = " ".join(name.split())
    if not name:
        raise _wrong(_("Geben Sie der Ansicht einen Namen."))
    if len(name) > MAX_NAME:
        raise _wrong(_("Kürzen Sie den Namen auf höchstens {limit} Zeichen.").format(limit=MAX_NAME))
    return name


def owner_of(actor: Actor) -> UUID:
    """Return whose list it will be. Raises: InvalidInput for who has no account."""
    if actor.id is None:
        raise _wrong(_("Ansichten gehören zu einem Konto. Melden Sie sich an."))
    return actor.id


def too_many_views() -> InvalidInput:
    """Return the error for one list more than anybody looks through."""
    message = _("Sie haben schon {limit} Ansichten. Löschen Sie eine, die Sie nicht mehr brauchen.")
    return _wrong(message.format(limit=MAX_VIEWS))


def share_view(*, actor: Actor, view_id: UUID, is_shared: bool) -> None:
    """Share one's own list with everybody in the town, or keep it to oneself again.

    Raises: NotAllowed; NotFound, for a colleague's list too.
    """
    require(can_keep_views, actor)
    with transaction.atomic():
        row = _own(actor, view_id)
        if row.is_shared != is_shared:
            row.is_shared = is_shared
            row.save(update_fields=["is_shared"])
            record(actor=actor, action="catalog.view.shared", subject=f"view:{view_id}", data={"is_shared": is_shared})


def delete_view(*, actor: Actor, view_id: UUID) -> None:
    """Delete one's own list; administrators also delete shared ones of others.

    Raises: NotAllowed; NotFound.
    """
    require(can_keep_views, actor)
    with transaction.atomic():
        row = _own(actor, view_id)
        record(actor=actor, action="catalog.view.deleted", subject=f"view:{view_id}", data={"name": row.name})
        row.delete()


def _own(actor: Actor, view_id: UUID) -> SavedView:
    allowed = Q(owner_id=actor.id)
    if can_tidy_views(actor):
        allowed |= Q(is_shared=True)
    row = SavedView.objects.select_for_update().filter(allowed, id=view_id).first()
    if row is None:
        raise NotFound(_("Diese Ansicht gibt es nicht."))
    return row


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, data={"fields": {"name": [message]}})
