"""What editors of a shared layer have written and not published yet, and the rules by which their region publishes."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class DraftState(models.TextChoices):
    """The way of a draft."""

    WRITING = "writing", _("in Arbeit")
    IN_REVIEW = "in_review", _("zur Prüfung")
    SCHEDULED = "scheduled", _("freigegeben, wird später veröffentlicht")
    PUBLISHED = "published", _("veröffentlicht")
    DISCARDED = "discarded", _("verworfen")


OPEN_STATES: Final = (DraftState.WRITING, DraftState.IN_REVIEW, DraftState.SCHEDULED)


class Draft(models.Model):
    """Changes of one service on one layer, until they are published or discarded; then the row stays as a record.

    `changes`: "field|language" → change of a value; `locks`: field → change of a lock; `head`: column → change of what
    is the same for the service everywhere. See `catalog.editing.changes` for what a change holds. `version` grows with
    every write; a change carries the number at which it was made.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey("services.Service", on_delete=models.PROTECT, related_name="+")
    layer = models.CharField(max_length=12)
    area = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.WRITING)
    changes = models.JSONField(default=dict)
    locks = models.JSONField(default=dict)
    head = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    # The editor's word to who reviews; becomes the note of the published version.
    note = models.TextField(blank=True)
    # The reviewer's word when it was sent back.
    comment = models.TextField(blank=True)
    created_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_by = models.CharField(max_length=200, blank=True)
    edited_by_id = models.UUIDField(null=True, blank=True)
    edited_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=200, blank=True)
    # The day on which somebody else than its authors approved it; empty where who wrote publishes.
    approved_on = models.DateField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "layer", "area"],
                condition=models.Q(state__in=[one.value for one in OPEN_STATES]),
                name="draft_one_open_per_layer",
            ),
        )
        indexes = (
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=[one.value for one in OPEN_STATES]),
                name="draft_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.layer}:{self.area} {self.state}"


class SavedView(models.Model):
    """A list with its search and filters that an editor has kept. `query` is the address's query string.

    `is_shared`: all editors of the region have it. The layer is not part of it: it holds on whichever one looks at.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_slug = models.SlugField(max_length=40)
    owner_id = models.UUIDField()
    area = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner_id", "area", "name"], name="editing_savedview_one_per_name"),
        )

    def __str__(self) -> str:
        return self.name


class EditingRules(models.Model):
    """How a region publishes. `four_eyes`: who publishes has written nothing of it."""

    region_slug = models.SlugField(max_length=40, primary_key=True)
    four_eyes = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.region_slug
