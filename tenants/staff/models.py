"""Accounts, roles and invitations of a municipality's staff, in its own schema."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.accounts import RemindedAccount
from tenants.ids import uuid7


class Role(models.TextChoices):
    """What a person may do in the municipality; see the policies."""

    ADMINISTRATOR = "administrator", _("Administration")
    EDITOR = "editor", _("Redaktion")
    TRANSLATOR = "translator", _("Übersetzung")
    CLERK = "clerk", _("Sachbearbeitung")
    CASHIER = "cashier", _("Kasse")
    AUDITOR = "auditor", _("Revision")


class StaffAccount(RemindedAccount):
    """A person on the staff of this municipality.

    `offices` are the organisational units for which a clerk works, by their keys in the directory.
    """

    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)
    offices = ArrayField(models.UUIDField(), null=True)
    # Away on these days, both included; the deputy is a colleague's key.
    absent_from = models.DateField(null=True)
    absent_until = models.DateField(null=True)
    deputy = models.UUIDField(null=True)


class Invitation(models.Model):
    """An invitation by link. Only a hash of the token is kept; the link is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)
    offices = ArrayField(models.UUIDField(), null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email or str(self.id)


class SupportAccess(models.Model):
    """A person of the IT provider who asks to work in this municipality's portal, does so for a while, and has left.

    It may be entered once `approved_at` is set, by a person here or by the rules at once; the clock starts at the first
    entry. Names stand here as they were: the town can't read the provider's accounts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operator_id = models.UUIDField()
    operator_name = models.CharField(max_length=200)
    account_id = models.UUIDField()
    account_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    minutes = models.PositiveSmallIntegerField()
    requested_at = models.DateTimeField(db_default=Now())
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    # By whom, where it did not end by itself.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.account_name} {self.requested_at}"


class SupportRules(models.Model):
    """Whether the IT provider may come in by itself: at most one row, held by `only`; without one it may."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    needs_approval = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="supportrules_exactly_one"),)

    def __str__(self) -> str:
        return f"needs approval: {self.needs_approval}"
