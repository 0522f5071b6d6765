"""Versions keep facts too: how long a service is valid, and who is responsible."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from catalog.services.models import Responsibility, Service, ServiceVersion
from catalog.services.pinned import as_held, list_versions_held
from catalog.services.selectors import get_service
from catalog.services.versions import get_version, keep_versions, list_versions
from tenants.context import as_migration, as_operator

pytestmark = pytest.mark.django_db
SLUG = "hund-anmelden"


def keep(**columns: object) -> Service:
    """Change columns of the service, and keep it as it is then."""
    with as_operator(), transaction.atomic():
        service = Service.objects.get(slug=SLUG)
        for name, value in columns.items():
            setattr(service, name, value)
        service.save()
        keep_versions([service.id], author="Rita Region")
        service.refresh_from_db()
    return service


def change_unit(unit: str) -> None:
    with as_operator():
        Responsibility.objects.filter(service__slug=SLUG).update(unit=unit)


def test_validity_alone_makes_a_version() -> None:
    before = keep()
    after = keep(valid_to=dt.date(2099, 12, 31))
    assert after.version == before.version + 1
    assert keep().version == after.version
    with as_operator():
        newest = list_versions(after.id)[0]
    assert (newest.facts, newest.changed) == (("valid_to",), ())


def test_where_a_key_was_verified_is_part_of_a_version() -> None:
    before = keep()
    after = keep(leika_source="FIM-Portal, Stammtext", leika_verified_at=dt.date(2026, 11, 27))
    assert after.version == before.version + 1
    assert keep().version == after.version


def test_who_is_responsible_alone_makes_a_version_that_is_kept() -> None:
    before = keep()
    change_unit("Hundeamt")
    after = keep()
    assert after.version == before.version + 1
    with as_operator():
        earlier, newest = (
            get_version(after.id, number).authorities[0].unit for number in (before.version, after.version)
        )
        assert list_versions(after.id)[0].facts == ("responsibilities",)
    assert (earlier, newest) == ("Steueramt", "Hundeamt")


def test_a_version_of_an_earlier_release_says_what_is_said_today() -> None:
    service = keep()
    with as_migration():
        row = ServiceVersion.objects.get(service=service, number=service.version)
        row.head = {name: value for name, value in row.head.items() if name not in {"responsibilities", "valid_to"}}
        row.save(update_fields=["head"])
    assert keep().version == service.version
    change_unit("Hundeamt")
    with as_operator():
        assert get_version(service.id, service.version).authorities[0].unit == "Hundeamt"
        held = list_versions_held(service.id, [service.version])[service.version]
        seen = as_held(get_service(SLUG), held, ars="05562", region="")
    assert seen.authorities[0].unit == "Hundeamt"
