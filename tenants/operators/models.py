"""Accounts of the IT providers' people."""

from __future__ import annotations

from django.db import models

from tenants.accounts import AbstractAccount
from tenants.ids import uuid7
from tenants.registry.models import Operator


class OperatorAccount(AbstractAccount):
    """Sees and acts on the regions and tenants of its operator only."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="accounts")


class OperatorInvitation(models.Model):
    """A link by which a person sets a password. Only a hash of the token is kept; the link is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(OperatorAccount, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)
