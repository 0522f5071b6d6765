"""Remembered services, in the town's own schema."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tenants.ids import uuid7


class Bookmark(models.Model):
    """A service that a citizen remembers. `sealed` says which, `service_index` finds it without saying so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField()
    service_index = models.CharField(max_length=64)
    sealed = models.BinaryField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account_id", "service_index"], name="bookmark_one_per_service"),
        )

    def __str__(self) -> str:
        return str(self.id)
