"""What tests of reviews and held versions need: somebody above who changes the shared catalogue."""

from __future__ import annotations

from typing import Protocol

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.services.models import LayerValue, Service
from catalog.services.versions import keep_versions
from tenants.context import as_operator
from tenants.registry.generations import touch_catalogue

AUTHOR = "Rita Region"


class Publish(Protocol):
    """Change what a shared layer says about a field, and publish it."""

    def __call__(
        self,
        slug: str,
        field: str,
        value: object,
        *,
        language: str = "de",
        locked: bool = False,
        layer: str = "federation",
        note: str = "",
    ) -> None:
        """Write the value on that layer, for everywhere."""


def publish_value(
    slug: str,
    field: str,
    value: object,
    *,
    language: str = "de",
    locked: bool = False,
    layer: str = "federation",
    note: str = "",
) -> None:
    """Change what a shared layer says about a field, and publish it as a new version."""
    with as_operator(), transaction.atomic():
        service = Service.objects.get(slug=slug)
        place = {"service": service, "layer": layer, "area": "", "field": field, "language": language}
        row = LayerValue.objects.filter(**place).first() or LayerValue(**place, version=0)
        row.value, row.is_locked, row.version = value, locked, row.version + 1
        row.author, row.changed_at = AUTHOR, timezone.now()
        row.save()
        keep_versions([service.id], author=AUTHOR, note=note)
        touch_catalogue()


@pytest.fixture
def publish() -> Publish:
    """Return a function that changes the shared catalogue."""
    return publish_value
