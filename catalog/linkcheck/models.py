"""Addresses that pages link to, whether they answer, and where in the shared catalogue they stand."""

from __future__ import annotations

from django.db import models

from tenants.ids import uuid7


class CheckedLink(models.Model):
    """An address, and what asking it has shown. It holds nothing of the towns: where an address stands, a town knows.

    `is_ok`: null while unknown, or where a program is not let in. `failures`: failed checks in a row; the third makes
    the link broken. `changed_at`: when `is_ok` last became something else. `seen_at`: when somebody last said that a
    page has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(max_length=2000)
    host = models.CharField(max_length=253)
    is_ok = models.BooleanField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    final_url = models.CharField(max_length=2000, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["url"], name="checkedlink_one_per_address"),)
        indexes = (models.Index(fields=["due_at"], name="checkedlink_due"),)

    def __str__(self) -> str:
        return self.url


class LinkPlace(models.Model):
    """Where a published shared value has a link. `field` is `responsibility` for who is responsible in an area."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(max_length=2000)
    service_id = models.UUIDField()
    layer = models.CharField(max_length=12)
    area = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["url", "service_id", "layer", "area", "field", "language"], name="linkplace_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.field}: {self.url}"
