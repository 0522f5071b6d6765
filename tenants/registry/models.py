"""Regions, tenants, their codes and hosts. Shared schema; read by everyone, so nothing here is confidential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants import names
from tenants.context import TenantRef
from tenants.ids import uuid7

if TYPE_CHECKING:
    # django-tenants ships no types: this is as much of it as the registry uses.
    class TenantMixin(models.Model):
        """A tenant's schema."""

        schema_name = models.CharField(max_length=63, unique=True)

        class Meta:
            abstract = True

    class DomainMixin(models.Model):
        """A tenant's host."""

        domain = models.CharField(max_length=253, unique=True)
        tenant = models.ForeignKey("registry.Tenant", related_name="domains", on_delete=models.CASCADE)
        is_primary = models.BooleanField(default=True)

        class Meta:
            abstract = True

else:
    from django_tenants.models import DomainMixin, TenantMixin


class Operator(models.Model):
    """A regional IT provider: runs regions and tenants, and is who to call when one is suspended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """An umbrella portal with a host, a name, a look and an operator of its own.

    `area_prefixes` are the prefixes of the ARS of its members: a new town finds its region by them.
    `texts`: text name (claim, intro, imprint_note) -> language -> text.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    texts = models.JSONField(default=dict)
    host = models.CharField(max_length=253, unique=True)
    tenant_domain = models.CharField(max_length=253)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="regions")
    area_prefixes = ArrayField(models.CharField(max_length=12), default=list)
    theme = models.JSONField(default=dict)
    contact = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class TenantKind(models.TextChoices):
    """What a tenant is in the order of public administration; it decides which services its level carries out."""

    TOWN = "town", _("Stadt oder Gemeinde")
    INDEPENDENT_CITY = "independent_city", _("kreisfreie Stadt")
    DISTRICT = "district", _("Kreis")


class Life(models.TextChoices):
    """A tenant's state of life."""

    SETUP = "setup", _("im Aufbau")
    PILOT = "pilot", _("Pilotbetrieb")
    LIVE = "live", _("in Betrieb")
    SUSPENDED = "suspended", _("gesperrt")
    LEAVING = "leaving", _("scheidet aus")
    OFFBOARDING = "offboarding", _("wird entfernt")


class Tenant(TenantMixin):
    """A municipality or district with a schema and a role of its own.

    Of django-tenants only the model mixin is used; its own ways into a schema share state between
    threads and raise here.
    `is_training`: a copy beside the original, for practice. It answers at its host and is listed nowhere.
    """

    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    official_name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=TenantKind.choices)
    life = models.CharField(max_length=12, choices=Life.choices, default=Life.SETUP)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="tenants")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="tenants")
    district = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="towns")
    state_code = models.CharField(max_length=2)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    postcodes = ArrayField(models.CharField(max_length=5), default=list)
    schema_version = models.CharField(max_length=64, blank=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=300, blank=True)
    life_before = models.CharField(max_length=12, choices=Life.choices, blank=True)
    is_training = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> TenantRef:
        """The small value that `tenants.context.in_tenant` takes."""
        return TenantRef(id=self.id, slug=self.slug, schema=self.schema_name, role=names.tenant_role(self.schema_name))

    def _refuse(self) -> NoReturn:
        message = "Use tenants.context.in_tenant(tenant): this way in shares state between threads."
        raise RuntimeError(message)

    def __enter__(self) -> NoReturn:
        self._refuse()

    def activate(self) -> NoReturn:
        """Refuse: see the class."""
        self._refuse()

    def _check_schema_name_is_unique(self) -> None:
        """Leave it to the constraint: names here are in lower case, and the mixin's question reads every tenant."""

    def create_schema(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: schemas are made by `tenants.provisioning` only."""
        message = (
            "Use tenants.provisioning.services.onboard: it makes schema, role, grants and seeds in one transaction."
        )
        raise RuntimeError(message)


class TenantCode(models.Model):
    """The official keys of a tenant while they are valid: they change when municipalities merge.

    `ags`: 8 digits (state 2, region 1, district 2, municipality 3). `ars`: 12 digits, with the association in between.
    A training copy carries the keys of its original (`is_training`), which stays their one owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="codes")
    ags = models.CharField(max_length=8)
    ars = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    is_training = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ags", "valid_from"],
                condition=models.Q(is_training=False),
                name="tenantcode_one_owner_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="tenantcode_validity_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.ags


class Domain(DomainMixin):
    """A host of a tenant. Exactly one is primary, the others redirect to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_primary=True), name="domain_one_primary_per_tenant"
            ),
        )

    def __str__(self) -> str:
        return self.domain


class Generation(models.Model):
    """A number per scope that grows with every change that pages show; caches carry it in their keys.

    Scopes: `registry`, `catalogue`, and each tenant's role. A tenant's role may move its own row only
    (row-level security).
    """

    scope = models.CharField(max_length=63, primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.scope}:{self.number}"
