"""The rival's registry: its own two mixins, and a name."""

from __future__ import annotations

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Town(TenantMixin):
    """A tenant; saving it makes its schema."""

    name = models.CharField(max_length=120)


class TownDomain(DomainMixin):
    """Its host."""
