"""References to what citizens have at towns. What it is stands in the town's schema alone."""

from __future__ import annotations

from django.db import models

from tenants.ids import uuid7


class AreaReference(models.Model):
    """Somewhere lies something of a person: which kind of thing, where, and since when. No word of its content.

    `account_id` is no foreign key: a reference may be projected after its account has gone, and is then tidied away.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField()
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    thing_id = models.UUIDField()
    changed_at = models.DateTimeField()
    needs_attention = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account_id", "tenant_id", "kind", "thing_id"], name="areareference_one_per_thing"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"
