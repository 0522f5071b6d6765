"""How well this tenant's services are described, and its figures from day to day.

Services are named by id; no key leads out of the tenant's schema.
"""

from __future__ import annotations

from django.db import models

from catalog.coverage.figures import DayFigures
from tenants.ids import uuid7


class ServiceScore(models.Model):
    """The score of a service that citizens find here. Counted in the background: pages only read it.

    `score` is null for linked services: others describe them, here only their links count. `points` and `findings`: by
    part (see `scoring.Part`). `best_part`: where the most is to be won, `best_gain` how many points.
    `links`: each as [address, field, language, layer], the layer empty for what the tenant wrote itself.
    `mark`: what it was counted from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField(unique=True)
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=200)
    decision = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    is_online = models.BooleanField(default=False)
    is_english = models.BooleanField(default=False)
    is_easy = models.BooleanField(default=False)
    best_part = models.CharField(max_length=20, blank=True)
    best_gain = models.FloatField(default=0)
    links = models.JSONField(default=list)
    mark = models.CharField(max_length=64)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.slug}: {self.score}"


class CoverageDay(DayFigures):
    """The tenant's figures of one day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return str(self.day)
