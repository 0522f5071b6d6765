"""The shared catalogue: services, what each shared layer says about them, topics, and who is responsible where."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.resolution.values import Layer
from tenants.ids import uuid7

LAYER_CHOICES = [
    (Layer.FEDERATION.value, _("Bund")),
    (Layer.STATE.value, _("Land")),
    (Layer.REGION.value, _("Region")),
    (Layer.DISTRICT.value, _("Kreis")),
    (Layer.MUNICIPALITY.value, _("Kommune")),
]


class State(models.TextChoices):
    """Where a service stands between its first draft and the archive. Only editors see what is not published."""

    DRAFT = "draft", _("Entwurf")
    IN_REVIEW = "in_review", _("in Prüfung")
    PUBLISHED = "published", _("veröffentlicht")
    ARCHIVED = "archived", _("archiviert")


class Category(models.Model):
    """A topic by its shared code. `labels`: language → label and description."""

    code = models.CharField(max_length=40, primary_key=True)
    order = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=40, blank=True)
    labels = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
    """A service. What it says in words and figures stands in LayerValue, here is what is the same everywhere.

    `layer` is the level that carries it out, `area` the prefix of the ARS where it exists ("" is everywhere).
    (scheme_agency_id, origin_id) name it at its origin. `short_code` stays when `slug` changes. (home_layer, home_area)
    is the catalogue that it began in: only its editors publish it first, change what stands here, and archive it.
    `approved_at`: the day on which somebody there has last said that it is right in substance.
    Source: XZuFi, modulFachlicheFreigabe.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    short_code = models.CharField(max_length=6, null=True, editable=False)  # noqa: DJ001 -- none before it is published
    layer = models.CharField(max_length=12, choices=LAYER_CHOICES)
    area = models.CharField(max_length=40, blank=True)
    home_layer = models.CharField(max_length=12, null=True, blank=True)  # noqa: DJ001 -- null: older code wrote the row
    home_area = models.CharField(max_length=40, blank=True, db_default="")
    leika_key = models.CharField(max_length=14, null=True, blank=True)  # noqa: DJ001 -- null says: none is verified
    leika_verified_at = models.DateField(null=True, blank=True)
    leika_source = models.CharField(max_length=200, blank=True)
    typing = models.CharField(max_length=4, blank=True)
    ozg_maturity = models.PositiveSmallIntegerField(null=True, blank=True)
    category_codes = ArrayField(models.CharField(max_length=40), default=list)
    target_groups = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateField(null=True, blank=True)
    approved_by = models.CharField(max_length=200, blank=True, db_default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    prominence = models.PositiveSmallIntegerField(default=0)
    scheme_agency_id = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["scheme_agency_id", "origin_id"],
                condition=~models.Q(origin_id=""),
                name="service_one_per_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(leika_key__isnull=True) | models.Q(leika_key__regex=r"^99\d{12}$"),
                name="service_leika_key_shape",
            ),
            models.UniqueConstraint(fields=["short_code"], name="service_one_per_short_code"),
            models.CheckConstraint(
                condition=models.Q(short_code__isnull=True) | models.Q(short_code__regex=r"^[2-9bcdfghjkmnp-tv-z]{6}$"),
                name="service_short_code_shape",
            ),
        )

    def __str__(self) -> str:
        return self.slug


class ServiceVersion(models.Model):
    """A service as it was published once: nobody changes or deletes a row (the roles have no right to).

    `head`: the columns of the service and who is responsible for it where; `rows`: all values of all shared layers, as
    `selectors` reads them; `changed`: what differs from the version before, as [layer, area, field, language]. `number`
    is `Service.version`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    author = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    head = models.JSONField()
    rows = models.JSONField()
    changed = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["service", "number"], name="serviceversion_one_per_number"),)

    def __str__(self) -> str:
        return f"{self.service_id} {self.number}"


class FormerSlug(models.Model):
    """A name in addresses that a service had before: old links lead to the new one."""

    slug = models.SlugField(max_length=80, primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", db_index=False)
    changed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class LayerValue(models.Model):
    """What one shared layer says about one field in one language. A JSON null is a tombstone: empty on purpose."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="values", db_index=False)
    layer = models.CharField(max_length=12, choices=LAYER_CHOICES)
    area = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    value = models.JSONField(null=True)
    is_locked = models.BooleanField(default=False)
    author = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "layer", "area", "field", "language"], name="layervalue_one_per_layer_and_field"
            ),
        )

    def __str__(self) -> str:
        return f"{self.layer}:{self.field}:{self.language}"


class Responsibility(models.Model):
    """Who does a service in an area, in a role, or by which online service. The longest matching prefix wins.

    `is_nobody` is an answer; `authority` and `url` then say where to go instead. See `responsibilities`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="responsibilities", db_index=False)
    area_prefix = models.CharField(max_length=12, blank=True)
    role = models.CharField(max_length=20, default="competent")
    is_own = models.BooleanField(default=False)
    is_nobody = models.BooleanField(default=False)
    unit = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    online_service = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["service", "area_prefix", "role"], name="responsibility_one_per_area"),
        )

    def __str__(self) -> str:
        return self.authority or self.unit


class Situation(models.Model):
    """A situation in life, such as a birth, and what there is to do then.

    `labels`: language → label, teaser and synonyms. `checklist`: what to think of that is no service, each by language.
    """

    slug = models.SlugField(max_length=60, primary_key=True)
    order = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)
    checklist = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(labels__has_key="de"), name="situation_has_a_german_label"),
        )

    def __str__(self) -> str:
        return self.slug


class SituationStep(models.Model):
    """A service that is needed in a situation, in the order in which people come to it. `note`: by language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="steps", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    note = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["situation", "position"], name="situationstep_one_per_position"),
            models.UniqueConstraint(fields=["situation", "service"], name="situationstep_once_per_service"),
        )

    def __str__(self) -> str:
        return f"{self.situation_id} {self.position}"
