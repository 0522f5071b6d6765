"""What this tenant decided on shared services, where it deviates, and what it calls the topics.

Services and topics are named by id and code; no key leads out of the tenant's schema.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.resolution.decide import Decision
from tenants.ids import uuid7

DECISION_CHOICES = [
    (Decision.ADOPT.value, _("übernehmen")),
    (Decision.OVERRIDE.value, _("anpassen")),
    (Decision.LINK.value, _("verlinken")),
    (Decision.NOT_OFFERED.value, _("nicht anbieten")),
]


class Adoption(models.Model):
    """The decision on one service. Without a row the preset of the tenant's level holds. `version` counts changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField(unique=True)
    decision = models.CharField(max_length=12, choices=DECISION_CHOICES)
    link_url = models.CharField(max_length=500, blank=True)
    link_authority = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.decision}"


class Override(models.Model):
    """This tenant's value of one field of one service in one language. A JSON null is a tombstone: empty on purpose.

    `base_version` is the version of the value from above that the author saw.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    value = models.JSONField(null=True)
    author = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    base_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["service_id", "field", "language"], name="override_one_per_field"),
        )

    def __str__(self) -> str:
        return f"{self.service_id}: {self.field} {self.language}"


class CategoryLabel(models.Model):
    """What this tenant calls a topic in one language. The shared code stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    label = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["code", "language"], name="categorylabel_one_per_language"),)

    def __str__(self) -> str:
        return self.label
