"""Put what a town gave into the shared catalogue, in the running transaction as the editors' role.

There is one way to publish: a draft of the layer, begun and published at once (`catalog.editing.given`). The value's
author is the town, so that every other town sees who gave it; the version names it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.contributions.models import InboxEntry
from catalog.editing.given import publish_given_service, publish_given_values
from catalog.editing.places import scope_from
from catalog.resolution.values import FieldKey, Json, Layer
from catalog.services.models import Service, State
from catalog.services.reserved import RESERVED_SLUGS
from catalog.services.selectors import list_known_slugs
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.registry.sites import directory

_TRIES: Final = 50


def publish_value(entry: InboxEntry, values: Mapping[FieldKey, Json], *, actor: Actor, giver: str, note: str) -> UUID:
    """Set the value of one field on the layer it was offered to, and return the id of its service.

    Raises: NotFound for a service that is not published any more; Conflict when the field is locked from above.
    """
    service = Service.objects.select_for_update().filter(id=entry.service_id, state=State.PUBLISHED).first()
    if service is None:
        raise NotFound(_("Diese Leistung steht nicht mehr im Katalog. Lehnen Sie den Beitrag mit diesem Grund ab."))
    publish_given_values(
        actor=actor,
        service_id=service.id,
        scope=scope_from(entry.target_layer, entry.target_area),
        values=values,
        giver=giver,
        editors=entry.editors,
        note=note,
    )
    return service.id


def publish_service(entry: InboxEntry, values: Mapping[FieldKey, Json], *, actor: Actor, giver: str, note: str) -> UUID:
    """Make a shared service of a town's own one and return its id: towns of the layer's area adopt it by preset.

    Raises: InvalidInput for facts that the catalogue does not know any more; Conflict when another service got the same
    name at the same moment.
    """
    given = entry.payload["facts"]
    facts = {
        "slug": _free_slug(str(given["slug"])),
        "layer": level_of(entry.tenant_id).value,
        "category_codes": list(given["category_codes"]),
        # A town's own service may leave open for whom it is; a shared one is for everybody then.
        "target_groups": list(given["target_groups"]) or ["citizens"],
    }
    return publish_given_service(
        actor=actor,
        scope=scope_from(entry.target_layer, entry.target_area),
        facts=facts,
        values=values,
        giver=giver,
        editors=entry.editors,
        note=note,
    )


def level_of(tenant_id: UUID) -> Layer:
    """Return who carries a given service out: a district what a district gave, towns what a town gave."""
    giver = next((one for one in directory.snapshot().tenants.values() if one.id == tenant_id), None)
    return Layer.DISTRICT if giver is not None and giver.kind == "district" else Layer.MUNICIPALITY


def _free_slug(wish: str) -> str:
    candidates = [wish, *(f"{wish}-{number}" for number in range(2, _TRIES))]
    taken = list_known_slugs(candidates) | RESERVED_SLUGS
    return next(one for one in candidates if one not in taken)
