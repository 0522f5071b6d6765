"""Which portals have a client in Keycloak, as far as we know."""

from __future__ import annotations

from typing import Final

from django.db import models

from tenants.ids import uuid7

WAITING: Final = "waiting"
DONE: Final = "done"


class PortalClient(models.Model):
    """A portal's client, and how far it is.

    `site`: the kind of site and its id (`tenant:<uuid>`, `umbrella:<slug>`, `console:`). It is no foreign key, and no
    `tenant_id`: the row outlives a tenant that has left until its client is gone from Keycloak, too.
    `applied`: print of what Keycloak was last given; another one is to be given again.
    `organisation_id`: Keycloak's id of the municipality's organisation, empty for other portals.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.CharField(max_length=100, unique=True)
    client_id = models.CharField(max_length=60)
    organisation_id = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, default=WAITING)
    applied = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.client_id
