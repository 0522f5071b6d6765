"""What a region's towns begin with, and what holds for them while they have not decided."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class PresetDecision(models.TextChoices):
    """What a region may preset. Towns adapt by themselves."""

    ADOPT = "adopt", _("übernehmen")
    LINK = "link", _("verlinken")
    NOT_OFFERED = "not_offered", _("nicht anbieten")


class RegionPreset(models.Model):
    """A region's preset for one service, or for a topic: the one for the service goes before those for its topics.

    `tenant_kinds`: only these kinds of towns begin with it; empty means all. No foreign key to the region, as in all
    tables that name one: its slug stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_slug = models.SlugField(max_length=40, db_index=False)
    service = models.ForeignKey(
        "services.Service", on_delete=models.CASCADE, related_name="+", null=True, blank=True, db_index=False
    )
    category_code = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=12, choices=PresetDecision.choices)
    tenant_kinds = ArrayField(models.CharField(max_length=20), default=list)
    link_url = models.URLField(max_length=500, blank=True)
    link_authority = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "region_slug"],
                condition=models.Q(service__isnull=False),
                name="regionpreset_per_service",
            ),
            models.UniqueConstraint(
                fields=["category_code", "region_slug"],
                condition=~models.Q(category_code=""),
                name="regionpreset_per_topic",
            ),
            models.CheckConstraint(
                condition=(models.Q(service__isnull=False) & models.Q(category_code=""))
                | (models.Q(service__isnull=True) & ~models.Q(category_code="")),
                name="regionpreset_service_or_topic",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region_slug} {self.service_id or self.category_code}"
