"""What towns have offered to the layers above, as the editors there see it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class Kind(models.TextChoices):
    """What is offered."""

    SERVICE = "service", _("eigene Leistung")
    VALUE = "value", _("Text einer Leistung")


class InboxState(models.TextChoices):
    """How far the editors are. `OFFERED` and `IN_REVIEW` wait for them."""

    OFFERED = "offered", _("neu")
    IN_REVIEW = "in_review", _("in Arbeit")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    DECLINED = "declined", _("abgelehnt")
    PUBLISHED = "published", _("veröffentlicht")


WAITING = (InboxState.OFFERED, InboxState.IN_REVIEW)
DECIDED = (InboxState.DECLINED, InboxState.PUBLISHED)


class InboxEntry(models.Model):
    """An offer of a town. Its id is that of the town's own `Contribution`.

    `payload` is what the town gave: {"facts": …, "values": [{field, language, value}]}; `edited` the values as editors
    have changed them so far, or null; `editors` the ids of all who did. `settled_at`: the town has drawn its
    consequences from the decision.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=200)
    target_layer = models.CharField(max_length=12)
    target_area = models.CharField(max_length=40, blank=True)
    payload = models.JSONField()
    note = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InboxState.choices, default=InboxState.OFFERED)
    edited = models.JSONField(null=True, blank=True)
    edited_by = models.CharField(max_length=200, blank=True)
    edited_by_id = models.UUIDField(null=True, blank=True)
    editors = models.JSONField(default=list, db_default=[])
    version = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    result_service_id = models.UUIDField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["target_layer", "target_area", "-offered_at"], name="inboxentry_by_target"),
            models.Index(
                fields=["decided_at"],
                condition=models.Q(settled_at__isnull=True, decided_at__isnull=False),
                name="inboxentry_unsettled",
            ),
        )

    def __str__(self) -> str:
        return self.title
