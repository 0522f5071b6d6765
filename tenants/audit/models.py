"""Who did what, when; kept where the one who did it can't change it, and chained so that any change shows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tenants.ids import uuid7


class AuditEntry(models.Model):
    """One action. `owner_role` is the role that wrote it: row-level security shows a tenant its own rows only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["tenant_id", "-id"], name="audit_by_tenant"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Origin(models.TextChoices):
    """Why a chain begins."""

    NEW = "new"
    IMPORTED = "imported"


class AuditChain(models.Model):
    """The trail of one writer: a tenant, or one of the groups that act for the whole deployment.

    `tenant_id` is set for a tenant's. An ended chain has no entries any more, only anchors; whoever comes to live
    under the same role begins a chain of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.NEW)
    begun_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner_role"], condition=Q(ended_at__isnull=True), name="audit_one_open_chain"
            ),
        )

    def __str__(self) -> str:
        return self.owner_role


class AuditSeal(models.Model):
    """The place of one entry in its chain; see `tenants.audit.hashing` for what the hash covers.

    No foreign key to the entry: the seal of a deleted one must stay, to name it. `salt` and `content` are for entries
    whose personal part was erased: the salt is gone then, and the digest of what stood there stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain_id = models.UUIDField()
    owner_role = models.CharField(max_length=63)
    number = models.BigIntegerField()
    entry_id = models.UUIDField(unique=True)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=32, default=b"")
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chain_id", "number"], name="audit_seal_place"),)

    def __str__(self) -> str:
        return f"{self.owner_role} {self.number}"


class AnchorKind(models.TextChoices):
    """What an anchor stands for."""

    FIRST = "first"  # everything that was there when the chain began
    DAY = "day"
    END = "end"


class AuditAnchor(models.Model):
    """How far a chain had come and what its hash was: worth most where it is kept elsewhere, too.

    `count` is the number of entries since the anchor before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain_id = models.UUIDField()
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=AnchorKind.choices)
    day = models.DateField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    count = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chain_id", "kind", "day"], name="audit_anchor_once"),)

    def __str__(self) -> str:
        return f"{self.owner_role} {self.day} {self.number}"


class AuditCheck(models.Model):
    """What a look at a whole chain found; the newest one stands on the page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain_id = models.UUIDField()
    owner_role = models.CharField(max_length=63)
    checked_at = models.DateTimeField(db_default=Now())
    number = models.BigIntegerField()
    fault = models.CharField(max_length=20, blank=True)
    entry_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["chain_id", "-id"], name="audit_check_newest"),)

    def __str__(self) -> str:
        return f"{self.owner_role} {self.number} {self.fault}"
