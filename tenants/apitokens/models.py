"""Tokens of programs, in the town's own schema."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class Scope(models.TextChoices):
    """What a program may do."""

    SERVICES_READ = "services:read", _("Leistungen lesen")


class ApiToken(models.Model):
    """One program's access. Only a hash of the secret is kept; the token is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=120)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices), default=list)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.purpose
