"""Remember services and forget them. Nothing of it stands in the town's trail: it is nobody's business but theirs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalog.decisions.selectors import get_town_service
from shared_services.area.services import refer, withdraw
from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.sealed import Remembered, all_indexes, new_index, new_key, seal
from tenants.actors import Actor
from tenants.errors import Conflict, NotAllowed
from tenants.ids import uuid7

KIND: Final = "bookmark"
MOST: Final = 100


def add_bookmark(*, actor: Actor, slug: str) -> bool:
    """Remember a service of this town; return False when it was remembered before.

    Effects: the person's area on the umbrella shows that there is something here.
    Raises: NotAllowed for anybody but a citizen; NotFound; Conflict when there are too many; ExternalTemporary.
    """
    account_id = _own(actor)
    service = get_town_service(slug)
    remembered = Remembered(service.id, service.slug, service.title((get_language() or "de")[:2]))
    key = new_key(account_id)
    with transaction.atomic():
        mine = Bookmark.objects.filter(account_id=account_id)
        if mine.filter(service_index__in=all_indexes(account_id, service.id)).exists():
            return False
        if mine.count() >= MOST:
            raise Conflict(
                ngettext(
                    "Sie merken sich hier schon %(num)d Leistung. Entfernen Sie zuerst eine davon.",
                    "Sie merken sich hier schon %(num)d Leistungen. Entfernen Sie zuerst eine davon.",
                    MOST,
                )
                % {"num": MOST},
                code="too_many_bookmarks",
            )
        row = Bookmark(
            id=uuid7(),
            account_id=account_id,
            service_index=new_index(account_id, service.id),
            sealed=seal(key, remembered),
            added_at=timezone.now(),
        )
        # Two clicks at once: the second finds the first one's row.
        Bookmark.objects.bulk_create([row], ignore_conflicts=True)
        stored = mine.get(service_index=row.service_index)
        refer(account_id=account_id, kind=KIND, thing_id=stored.id, changed_at=stored.added_at)
        return stored.id == row.id


def remove_bookmark(*, actor: Actor, bookmark_id: UUID) -> bool:
    """Forget a remembered service; return False when there was none, somebody else's included.

    Raises: NotAllowed.
    """
    account_id = _own(actor)
    with transaction.atomic():
        if not Bookmark.objects.filter(id=bookmark_id, account_id=account_id).delete()[0]:
            return False
        withdraw(account_id=account_id, kind=KIND, thing_id=bookmark_id)
        return True


def forget_bookmarks(account_id: UUID) -> int:
    """Forget everything that a person remembers here: the account goes. Return how many there were."""
    with transaction.atomic():
        ids = list(Bookmark.objects.filter(account_id=account_id).values_list("id", flat=True))
        Bookmark.objects.filter(id__in=ids).delete()
        for bookmark_id in ids:
            withdraw(account_id=account_id, kind=KIND, thing_id=bookmark_id)
    return len(ids)


def retell_bookmarks(_actor: Actor) -> int:
    """Tell people's areas once more what is here, and return how much. For a town that an archive has brought."""
    with transaction.atomic():
        rows = list(Bookmark.objects.select_for_update().order_by("id"))
        for row in rows:
            refer(account_id=row.account_id, kind=KIND, thing_id=row.id, changed_at=row.added_at)
    return len(rows)


def _own(actor: Actor) -> UUID:
    if actor.kind != "citizen" or actor.id is None:
        raise NotAllowed(_("Melden Sie sich mit Ihrem Konto an, um sich Leistungen zu merken."))
    return actor.id
