"""Offices and people. Tenant schema; others use selectors and services."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.ids import uuid7


class OrganisationalUnit(models.Model):
    """An office: place, ways to reach it, hours, and the services that it does.

    Texts are JSON by language; `phone` is E.164. `hours`: [weekday (1 is Monday), opens, closes], times as "08:00".
    `service_ids` name services of the shared catalogue beside those whose responsible unit has this name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children", db_index=False
    )
    description = models.JSONField(default=dict, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    town = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    website_url = models.URLField(max_length=500, blank=True)
    access = models.JSONField(default=dict, blank=True)
    hours = models.JSONField(default=list, blank=True)
    hours_note = models.JSONField(default=dict, blank=True)
    service_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["slug"], name="directory_one_unit_per_slug"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="directory_unit_not_above_itself"),
        )

    def __str__(self) -> str:
        return self.name


class ContactPerson(models.Model):
    """Somebody whom citizens may ask, with what their work needs and no more. `covers`: `Buchstaben A bis K`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(OrganisationalUnit, on_delete=models.CASCADE, related_name="people", db_index=False)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)
    covers = models.CharField(max_length=200, blank=True)
    room = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    service_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
