"""What towns tell of their coverage, a row for each town and day, and each region's sum of a day."""

from __future__ import annotations

from django.db import models

from catalog.coverage.figures import DayFigures
from tenants.ids import uuid7


class TownCoverage(DayFigures):
    """A town's figures of a day. The generations are those at which they were counted. `event_id`: the newest event."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    day = models.DateField()
    tenant_generation = models.BigIntegerField(default=0)
    catalogue_generation = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField()
    event_id = models.UUIDField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant_id", "day"], name="towncoverage_one_per_day"),)
        indexes = (models.Index(fields=["day"], name="towncoverage_day"),)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"


class RegionCoverage(DayFigures):
    """The sum over the towns that a region had on a day; it stays when a town leaves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.CharField(max_length=40)
    day = models.DateField()
    towns = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["region", "day"], name="regioncoverage_one_per_day"),)

    def __str__(self) -> str:
        return f"{self.region} {self.day}"
