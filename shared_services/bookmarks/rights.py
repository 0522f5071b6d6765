"""What this town keeps of a person's bookmarks: shown, erased, and moved when two accounts become one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from shared_services.area.services import refer
from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.sealed import find_key, new_index, new_key, seal, unseal
from shared_services.bookmarks.selectors import list_bookmarks
from shared_services.bookmarks.services import KIND, forget_bookmarks


def export_bookmarks(account_id: UUID) -> list[dict[str, Any]]:
    """Return everything that a person remembers here, as plain values."""
    return [
        {"service": str(one.service_id), "title": one.title, "added_at": one.added_at.isoformat()}
        for one in list_bookmarks(account_id)
    ]


def erase_bookmarks(account_id: UUID) -> None:
    """Forget everything. A second time changes nothing."""
    forget_bookmarks(account_id)


def join_bookmarks(kept: UUID, left: UUID) -> None:
    """Move one account's bookmarks to another one, sealed anew; what both remember stays once."""
    key = find_key(left)
    if key is None:
        return
    with transaction.atomic():
        rows = list(Bookmark.objects.select_for_update().filter(account_id=left).order_by("id"))
        remembered = [(row, unseal(key, row)) for row in rows]
        forget_bookmarks(left)
        target = new_key(kept)
        moved = [
            Bookmark(
                id=row.id,
                account_id=kept,
                service_index=new_index(kept, one.service_id),
                sealed=seal(target, one),
                added_at=row.added_at,
            )
            for row, one in remembered
        ]
        Bookmark.objects.bulk_create(moved, ignore_conflicts=True)
        for row in Bookmark.objects.filter(id__in=[one.id for one in moved]):
            refer(account_id=kept, kind=KIND, thing_id=row.id, changed_at=row.added_at)
