"""What a citizen remembers in this town, as the services are called and offered now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from catalog.decisions.localsource import list_local_services
from catalog.decisions.selectors import list_town_services
from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.sealed import all_indexes, find_key, unseal


@dataclass(frozen=True, slots=True)
class BookmarkedService:
    """A remembered service. `is_gone`: the town has it no more; title and slug are those of then."""

    id: UUID
    service_id: UUID
    slug: str
    title: str
    added_at: datetime
    is_gone: bool


def list_bookmarks(account_id: UUID) -> list[BookmarkedService]:
    """Return what a person remembers here, newest first: three queries, more where services are the town's own.

    Raises: Unreadable; ExternalTemporary.
    """
    rows = list(Bookmark.objects.filter(account_id=account_id).order_by("-id"))
    key = find_key(account_id) if rows else None
    if key is None:
        return []
    remembered = {row.id: unseal(key, row) for row in rows}
    titles = _titles({one.service_id for one in remembered.values()})
    return [
        BookmarkedService(
            id=row.id,
            service_id=one.service_id,
            slug=now[0] if now else one.slug,
            title=now[1] if now else one.title,
            added_at=row.added_at,
            is_gone=now is None,
        )
        for row in rows
        for one in [remembered[row.id]]
        for now in [titles.get(one.service_id)]
    ]


def find_bookmark(account_id: UUID, service_id: UUID) -> UUID | None:
    """Return the bookmark of a service, if the person remembers it here."""
    rows = Bookmark.objects.filter(account_id=account_id, service_index__in=all_indexes(account_id, service_id))
    return rows.values_list("id", flat=True).first()


def _titles(ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return slug and title by service, of those that citizens may see now."""
    language = (get_language() or "de")[:2]
    found = {one.id: (one.slug, one.title(language)) for one in list_town_services(fields=("title",), ids=ids)}
    if ids - found.keys():
        own = (one for one in list_local_services(("title",)) if one.id in ids)
        found.update({one.id: (one.slug, one.title(language)) for one in own})
    return found
