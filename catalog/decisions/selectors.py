"""Read services as they hold in the tenant of the running context. Plain values leave, no querysets."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.drafts import list_drafts_of
from catalog.decisions.localsource import get_local_service, list_local_services
from catalog.decisions.stored import read_decision, read_decisions, seen_record, town_service, with_drafts
from catalog.decisions.town import DecidedService, TownService, current_town, profile_of
from catalog.resolution.decide import decide
from catalog.services import selectors as shared
from catalog.services.selectors import ServiceRecord
from tenants.errors import NotFound
from tenants.sorting import german_sort_key


def get_town_service(slug: str) -> TownService:
    """Return one published service with all its fields, in two queries; a service of the tenant's own takes four.

    Where the tenant stays with an earlier version one query more.

    Raises: NotFound.
    """
    found = _find_shared(slug) or get_local_service(slug)
    if found is None:
        raise shared.no_such_service()
    return found


def _find_shared(slug: str) -> TownService | None:
    """Return a published service that is valid in the version which holds here."""
    try:
        record = shared.get_released_service(slug)
    except NotFound:
        return None
    found = town_service(record, read_decision(record.id), current_town())
    return found if found.is_current else None


def get_shared_town_service(slug: str) -> TownService:
    """Return one service of the shared catalogue as it holds here.

    Raises: NotFound, for a service of the tenant's own too: what is decided on others does not exist for it.
    """
    found = get_town_service(slug)
    if found.is_local:
        raise NotFound(_("Diese Leistung gibt es nur bei Ihnen. Sie finden sie unter „Eigene Leistungen“."))
    return found


def town_service_of(record: ServiceRecord) -> TownService:
    """Return a service as it would hold here, from a record that may not be published: for previews."""
    return town_service(record, read_decision(record.id), current_town())


def preview_town_service(slug: str) -> TownService:
    """Return a shared service as it would hold here once the open drafts of its fields are published.

    Raises: NotFound, for a service of the tenant's own too.
    """
    found = get_shared_town_service(slug)
    drafts = list_drafts_of(found.id).values()
    if not drafts:
        return found
    stored = read_decision(found.id)
    return town_service(found.record, with_drafts(stored, drafts), current_town())


def list_town_services(
    *,
    fields: Collection[str] = ("title", "teaser"),
    category: str = "",
    ids: Collection[UUID] | None = None,
) -> list[TownService]:
    """Return published services with some of their fields as they hold here, in two queries, whatever was decided.

    One more if the tenant stays with earlier versions of some.
    """
    records = shared.list_services(fields=fields, category=category, ids=ids, is_any_validity=True)
    town, stored = current_town(), read_decisions(tuple(fields))
    found = (town_service(record, stored.get(record.id), town) for record in records)
    return [service for service in found if service.is_current]


def list_decided_services(*, fields: Collection[str], category: str = "") -> list[DecidedService]:
    """Return published services with what was decided on them, not resolved yet. As many queries as resolved ones."""
    records = shared.list_services(fields=fields, category=category, is_any_validity=True)
    town, now, stored = current_town(), timezone.now(), read_decisions(tuple(fields))
    profile, found = profile_of(town), []
    for record in records:
        one = stored.get(record.id)
        decided = decide(record.head, profile, one.decision if one else None)
        if seen_record(record, one, decided, town=town).is_visible(now):
            found.append(DecidedService(record, decided, one))
    return found


def resolve_decided(service: DecidedService) -> TownService:
    """Return a decided service as it holds here, with the fields that it was read with."""
    return town_service(service.record, service.stored, current_town())


def list_offered_services(language: str, *, category: str = "") -> list[TownService]:
    """Return what citizens find in lists: carried out here or linked, in German order of the titles shown.

    Services of the tenant's own stand among the shared ones.
    """
    found = [service for service in list_town_services(category=category) if service.decided.is_listed]
    own = list_local_services(("title", "teaser"))
    found += [service for service in own if not category or category in service.record.category_codes]
    return sorted(found, key=lambda service: german_sort_key(service.title(language)))
