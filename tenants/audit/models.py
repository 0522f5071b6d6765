"""Who did what, when; kept where the one who did it can't change it."""

from __future__ import annotations

from django.db import models

from tenants.ids import uuid7


class AuditEntry(models.Model):
    """One action. `owner_role` is the role that wrote it: row-level security shows a tenant its own rows only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["tenant_id", "-id"], name="audit_by_tenant"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
