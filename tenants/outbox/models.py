"""One table, written by tenants in their own transactions and emptied by the projector."""

from __future__ import annotations

from django.db import models

from tenants.ids import uuid7


class OutboxEvent(models.Model):
    """Something a tenant changed that projections show. Keys are UUIDv7: their order is the order of writing.

    `owner_role` must be the writer's own role: row-level security checks it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["id"], condition=models.Q(done_at__isnull=True), name="outbox_waiting"),)

    def __str__(self) -> str:
        return self.kind
