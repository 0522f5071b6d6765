"""What search reads: a document per service and language, and one more row per deviation of a town."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from catalog.resolution.decide import Decision
from tenants.ids import uuid7


class SearchDocument(models.Model):
    """A shared service in one language. `words`: folded titles and synonyms, for typing errors."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey("services.Service", on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=8)
    vector = SearchVectorField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["service", "language"], name="searchdocument_one_per_language"),)
        indexes = (
            GinIndex(fields=["vector"], name="searchdocument_vector"),
            GinIndex(OpClass("words", "gin_trgm_ops"), name="searchdocument_words"),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.language}"


class DecisionProjection(models.Model):
    """An explicit decision of a town. `event_id` is the newest event seen: a late older one changes nothing.

    `is_preset`: the town gave its decision back, the preset holds; `decision` then means nothing.
    `figures`: the town's own fee, deadline and processing time by field, so that towns can be compared.
    `own_fields`: the fields with an own value, each as {field, language, base_layer, base_area, base_version}: what the
    town wrote against, so that an editor above sees whom a change touches.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    service_id = models.UUIDField(db_index=True)
    decision = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Decision])
    link_url = models.CharField(max_length=500, blank=True)
    link_authority = models.CharField(max_length=200, blank=True)
    figures = models.JSONField(default=dict)
    own_fields = models.JSONField(default=list, db_default=[])
    pinned_version = models.PositiveIntegerField(null=True, blank=True)
    is_preset = models.BooleanField(default=False, db_default=False)
    event_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant_id", "service_id"], name="decisionprojection_one_per_service"),
        )

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.service_id}"


class OverrideProjection(models.Model):
    """A town's own title, teaser or synonyms of a service in one language. `texts` holds only what the town set."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    service_id = models.UUIDField()
    language = models.CharField(max_length=8)
    texts = models.JSONField(default=dict)
    vector = SearchVectorField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service_id", "tenant_id", "language"], name="overrideprojection_one_per_language"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.service_id} {self.language}"


class LocalDocument(models.Model):
    """A service that only one town has, in one language, as its newest event told it.

    `state` and validity are checked at read time, so rows of what is not published stay without effect. `sort_key`:
    the title in German order, compared byte by byte, so that a letter is a range.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_role = models.CharField(max_length=63)
    tenant_id = models.UUIDField()
    service_id = models.UUIDField()
    language = models.CharField(max_length=8)
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, blank=True, db_default="", db_collation="C")
    teaser = models.TextField(blank=True)
    state = models.CharField(max_length=10)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    prominence = models.PositiveSmallIntegerField(default=0)
    vector = SearchVectorField()
    words = models.TextField(blank=True)
    event_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "service_id", "language"], name="localdocument_one_per_language"
            ),
        )
        indexes = (
            models.Index(fields=["language", "sort_key"], name="localdocument_alphabet"),
            GinIndex(fields=["vector"], name="localdocument_vector"),
            GinIndex(OpClass("words", "gin_trgm_ops"), name="localdocument_words"),
        )

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.slug} {self.language}"
