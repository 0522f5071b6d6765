"""Who has been reminded in which week."""

from __future__ import annotations

from django.db import models

from tenants.ids import uuid7


class ReminderRound(models.Model):
    """The people of a town, or the editors of a region, were reminded in a period, as far as anything waited.

    Written in the transaction of their mails. A town is its role (row-level security checks it); `region` is set for
    editors, who share one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    region = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner_role", "region", "period"], name="reminderround_once_a_period"),
        )

    def __str__(self) -> str:
        return f"{self.region or self.owner_role} {self.period}"
