"""Accounts, roles and invitations of a municipality's staff, in its own schema."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.accounts import RemindedAccount
from tenants.ids import uuid7


class Role(models.TextChoices):
    """What a person may do in the municipality; see the policies."""

    ADMINISTRATOR = "administrator", _("Administration")
    EDITOR = "editor", _("Redaktion")
    AUDITOR = "auditor", _("Revision")


class StaffAccount(RemindedAccount):
    """A person on the staff of this municipality."""

    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)


class Invitation(models.Model):
    """An invitation by link. Only a hash of the token is kept; the link is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email or str(self.id)
