"""What is kept of a tenant that leaves: how far its removal is, and the proof of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class OffboardingState(models.TextChoices):
    """How far an offboarding is. Up to `waiting` it can be called off; from `removing` on the data are gone."""

    BEGUN = "begun", _("Portal geschlossen, Archiv noch nicht fertig")
    WAITING = "waiting", _("Archiv fertig, Wartefrist läuft")
    REMOVING = "removing", _("Daten gelöscht, Reste werden entfernt")
    DONE = "done", _("gelöscht und nachgewiesen")
    CANCELLED = "cancelled", _("abgebrochen")


class Offboarding(models.Model):
    """One departure. It outlives the tenant, so the tenant is named by value.

    `before` is the tenant's state of life to which cancelling returns; `counts` are the archive's figures, `removed`
    those of the removal (a key per table); `proof` is the whole written proof as data.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    schema_name = models.CharField(max_length=63)
    operator_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=OffboardingState.choices, default=OffboardingState.BEGUN)
    before = models.JSONField(default=dict)
    archive_path = models.TextField()
    archive_sha256 = models.CharField(max_length=64, blank=True)
    archive_bytes = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    wait_days = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=200, blank=True)
    removed = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id"],
                condition=models.Q(state__in=["begun", "waiting", "removing"]),
                name="offboarding_one_open_per_tenant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slug}: {self.state}"
