"""Read services as they hold in the tenant of the running context. Plain values leave, no querysets."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.decisions.localsource import get_local_service, list_local_services
from catalog.decisions.stored import read_decision, read_decisions, town_service
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
    try:
        record = shared.get_service(slug)
    except NotFound:
        local = get_local_service(slug)
        if local is None:
            raise
        return local
    return town_service(record, read_decision(record.id), current_town())


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


def list_town_services(
    *,
    fields: Collection[str] = ("title", "teaser"),
    category: str = "",
    ids: Collection[UUID] | None = None,
) -> list[TownService]:
    """Return published services with some of their fields as they hold here, in two queries, whatever was decided.

    One more if the tenant stays with earlier versions of some.
    """
    records = shared.list_services(fields=fields, category=category, ids=ids)
    town, stored = current_town(), read_decisions(tuple(fields))
    return [town_service(record, stored.get(record.id), town) for record in records]


def list_decided_services(*, fields: Collection[str], category: str = "") -> list[DecidedService]:
    """Return published services with what was decided on them, not resolved yet. As many queries as resolved ones."""
    records = shared.list_services(fields=fields, category=category)
    profile, stored = profile_of(current_town()), read_decisions(tuple(fields))
    found = ((record, stored.get(record.id)) for record in records)
    return [
        DecidedService(record, decide(record.head, profile, one.decision if one else None), one)
        for record, one in found
    ]


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
