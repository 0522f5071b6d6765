"""What tenants write for the workers, in transactions of their own: events, and days on which they have work."""

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


class DueDay(models.Model):
    """A day on which something in a tenant's schema falls due: the worker enters only the tenants that have one.

    What is due stands in the tenant alone; a day for nothing costs one look there. `owner_role` as for events.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "day", "owner_role"], name="dueday_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
