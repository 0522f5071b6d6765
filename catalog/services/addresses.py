"""Addresses that last: names that a service had before, and its short code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from catalog.services.models import FormerSlug, Service
from catalog.services.selectors import published_condition
from catalog.services.shortcodes import free_short_code


def keep_addresses(services: Sequence[Service], *, former: Mapping[UUID, str]) -> None:
    """Give every service its short code and keep the names it had, in the running transaction as a role that may edit.

    `former`: id of a service → its name in the last published version. A name in use again leads nowhere else.
    """
    _give_short_codes([service for service in services if not service.short_code])
    for service in services:
        before = former.get(service.id, service.slug)
        if before != service.slug:
            FormerSlug.objects.update_or_create(slug=before, defaults={"service": service})
    if former:
        FormerSlug.objects.filter(slug__in=[service.slug for service in services]).delete()


def find_renamed(slug: str) -> str | None:
    """Return the name that a published service has now, by one that it had before; one query."""
    return _slug(FormerSlug.objects.filter(published_condition("service__"), slug=slug), "service__slug")


def find_by_short_code(code: str) -> str | None:
    """Return the name of a published service by its short code, typed in capitals or not; one query."""
    return _slug(Service.objects.filter(published_condition(), short_code=code.lower()), "slug")


def _slug(rows: QuerySet[FormerSlug] | QuerySet[Service], name: str) -> str | None:
    found = rows.values_list(name, flat=True).first()
    return None if found is None else str(found)


def _give_short_codes(services: Sequence[Service]) -> None:
    if not services:
        return
    taken = {code for code in Service.objects.values_list("short_code", flat=True) if code}
    for service in services:
        code = service.short_code = free_short_code(service.id, taken)
        taken.add(code)
    Service.objects.bulk_update(services, ["short_code"])
