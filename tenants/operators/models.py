"""Accounts of the IT providers' people."""

from __future__ import annotations

from django.db import models

from tenants.accounts import AbstractAccount
from tenants.registry.models import Operator


class OperatorAccount(AbstractAccount):
    """Sees and acts on the regions and tenants of its operator only."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="accounts")
