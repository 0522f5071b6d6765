"""A rollout and its way through the tenants. What stands here is all that is needed to go on after a crash."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class RolloutState(models.TextChoices):
    """Whether workers may take tenants on."""

    RUNNING = "running", _("läuft")
    PAUSED = "paused", _("angehalten")
    ABORTED = "aborted", _("abgebrochen")
    FINISHED = "finished", _("abgeschlossen")


class TenantState(models.TextChoices):
    """Where a tenant is. A tenant being worked on is `waiting` and locked: its transaction says the rest."""

    WAITING = "waiting", _("wartet")
    DONE = "done", _("fertig")
    QUARANTINED = "quarantined", _("in Quarantäne")
    SKIPPED = "skipped", _("ausgelassen")


ACTIVE_STATES = (RolloutState.RUNNING, RolloutState.PAUSED)


class Rollout(models.Model):
    """One plan, carried out. `plan` is `tenants.rollout.plan.Plan` as JSON, `options` are `options.Options`.

    At most one is active at a time. Tenants of waves up to `open_wave` may be taken on. `reason` says why it is paused
    (`{"code": …}`, see `texts.reason_text`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target_version = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RolloutState.choices, default=RolloutState.RUNNING)
    reason = models.JSONField(default=dict, blank=True)
    plan = models.JSONField()
    options = models.JSONField(default=dict)
    waves = models.PositiveSmallIntegerField()
    open_wave = models.PositiveSmallIntegerField(default=0)
    started_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=["running", "paused"]), name="rollout_one_active"
            ),
        )

    def __str__(self) -> str:
        return f"{self.target_version[:12]} {self.state}"


class TenantRollout(models.Model):
    """One tenant in a rollout. Changed only in the transaction of the work itself, or after it failed.

    `step` counts the steps of its group's plan that are done; `progress` says how far a data migration is
    (`{"operation": number, "after": key}`), or that an index step was begun (`{"begun": {name: oid}}`: what of it was
    there before). `attempts` counts failures of the running step that may pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="tenants", db_index=False)
    tenant_id = models.UUIDField()
    slug = models.CharField(max_length=40)
    schema = models.CharField(max_length=63)
    from_version = models.CharField(max_length=64)
    wave = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=TenantState.choices, default=TenantState.WAITING)
    step = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0.0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rollout", "tenant_id"], name="tenantrollout_once"),)
        indexes = (
            models.Index(
                fields=["rollout", "wave", "place"], condition=models.Q(state="waiting"), name="tenantrollout_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.slug}: {self.state}"


class RunningProcess(models.Model):
    """A web or worker process that was heard of at `seen_at`; `reads` are the columns its models read, by table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=64)
    reads = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.host}:{self.pid}"
