"""Write what a town gave into the shared catalogue, in the running transaction as the editors' role.

Here nothing is drafted: the inbox entry was the draft. The value's author is the town, so that every other town sees
who gave it; the version names it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.contributions.models import InboxEntry
from catalog.decisions.validation import locked_conflict
from catalog.editing.errors import slug_taken
from catalog.editing.places import rows_above, scope_from
from catalog.resolution.resolve import resolve
from catalog.resolution.values import FieldKey, Json, Layer, ServiceHead
from catalog.services.events import tell_services_changed
from catalog.services.models import LayerValue, Service, State
from catalog.services.selectors import list_known_slugs, list_layer_rows
from catalog.services.versions import keep_versions
from tenants.errors import NotFound
from tenants.registry.generations import touch_catalogue
from tenants.registry.sites import directory

_TRIES: Final = 50


def publish_value(entry: InboxEntry, values: Mapping[FieldKey, Json], *, giver: str, note: str) -> UUID:
    """Set the value of one field on the layer it was offered to, and return the id of its service.

    Raises: NotFound for a service that is not published any more; Conflict when the field is locked from above.
    """
    service = Service.objects.select_for_update().filter(id=entry.service_id, state=State.PUBLISHED).first()
    if service is None:
        raise NotFound(_("Diese Leistung steht nicht mehr im Katalog. Lehnen Sie den Beitrag mit diesem Grund ab."))
    for key, value in values.items():
        _require_unlocked(entry, service.id, key)
        place = {"layer": entry.target_layer, "area": entry.target_area, "field": key.field, "language": key.language}
        row = LayerValue.objects.select_for_update().filter(service=service, **place).first()
        row = row or LayerValue(service=service, **place, version=0)
        row.value, row.author, row.changed_at, row.version = value, giver, timezone.now(), row.version + 1
        row.save()
    _spread(service.id, giver=giver, note=note)
    return service.id


def publish_service(entry: InboxEntry, values: Mapping[FieldKey, Json], *, giver: str, note: str) -> UUID:
    """Make a shared service of a town's own one and return its id: towns of the layer's area adopt it by preset.

    Raises: Conflict when another service got the same name at the same moment.
    """
    facts, now = entry.payload["facts"], timezone.now()
    try:
        with transaction.atomic():
            service = Service.objects.create(
                slug=_free_slug(str(facts["slug"])),
                layer=level_of(entry.tenant_id),
                area=entry.target_area,
                home_layer=entry.target_layer,
                home_area=entry.target_area,
                category_codes=list(facts["category_codes"]),
                target_groups=list(facts["target_groups"]),
                state=State.PUBLISHED,
                published_at=now,
            )
    except IntegrityError as taken:
        raise slug_taken() from taken
    LayerValue.objects.bulk_create(
        LayerValue(
            service=service,
            layer=entry.target_layer,
            area=entry.target_area,
            field=key.field,
            language=key.language,
            value=value,
            author=giver,
            changed_at=now,
        )
        for key, value in values.items()
    )
    _spread(service.id, giver=giver, note=note)
    return service.id


def _spread(service_id: UUID, *, giver: str, note: str) -> None:
    keep_versions([service_id], author=giver, note=note)
    tell_services_changed([service_id])
    touch_catalogue()


def _require_unlocked(entry: InboxEntry, service_id: UUID, key: FieldKey) -> None:
    scope = scope_from(entry.target_layer, entry.target_area)
    above = resolve(ServiceHead(service_id, "", scope.layer), rows_above(list_layer_rows(service_id), scope))
    lock = above.values[key].locked_by
    if lock is not None:
        raise locked_conflict(key.field, lock)


def level_of(tenant_id: UUID) -> Layer:
    """Return who carries a given service out: a district what a district gave, towns what a town gave."""
    giver = next((one for one in directory.snapshot().tenants.values() if one.id == tenant_id), None)
    return Layer.DISTRICT if giver is not None and giver.kind == "district" else Layer.MUNICIPALITY


def _free_slug(wish: str) -> str:
    candidates = [wish, *(f"{wish}-{number}" for number in range(2, _TRIES))]
    taken = list_known_slugs(candidates)
    return next(one for one in candidates if one not in taken)
