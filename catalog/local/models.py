"""Services that only this tenant has, and what it offered to the catalogues above it.

Their values stand in a table of their own and not among the overrides: an override deviates from a value above and is
compared with it (reviews, quality, the editors' matrix), while a local service has nothing above it. The history of
both is one: `catalog.decisions.history` keeps the values of local services under their id.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class LocalState(models.TextChoices):
    """Where a local service stands. Citizens see what is published."""

    DRAFT = "draft", _("Entwurf")
    PUBLISHED = "published", _("veröffentlicht")
    ARCHIVED = "archived", _("archiviert")


class LocalService(models.Model):
    """A service of the tenant's own. `version` counts changes of its facts and states.

    The slug is fixed with the first publication: links to it stay good. `successor_id` is the shared service that it
    became; `copied_from` the one that its texts started from.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=80)
    category_codes = ArrayField(models.CharField(max_length=40), default=list)
    target_groups = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=10, choices=LocalState.choices, default=LocalState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    prominence = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    successor_id = models.UUIDField(null=True, blank=True)
    copied_from = models.UUIDField(null=True, blank=True)
    # Until it is published: who has written its texts (`decisions.writers.mark_of`), and how far its approval has come.
    editors = models.JSONField(null=True, blank=True)
    submitted_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    submitted_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, default="", db_default="")
    created_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["slug"], name="localservice_one_per_slug"),)

    def __str__(self) -> str:
        return self.slug


class LocalValue(models.Model):
    """What a local service says in one field in one language. `version` counts changes of this one row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(LocalService, on_delete=models.CASCADE, related_name="values", db_index=False)
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    value = models.JSONField()
    author = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["service", "field", "language"], name="localvalue_one_per_field"),
        )

    def __str__(self) -> str:
        return f"{self.service_id}: {self.field} {self.language}"


class ContributionState(models.TextChoices):
    """How far an offer has come, as the tenant knows."""

    OFFERED = "offered", _("wartet auf die Redaktion")
    IN_REVIEW = "in_review", _("wird geprüft")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    DECLINED = "declined", _("abgelehnt")
    PUBLISHED = "published", _("veröffentlicht")


OPEN_STATES = (ContributionState.OFFERED, ContributionState.IN_REVIEW)


class Outcome(models.TextChoices):
    """What became of the tenant's own copy after the publication."""

    NONE = "", _("noch offen")
    ADOPTED = "adopted", _("Sie zeigen jetzt den gemeinsamen Text.")
    KEPT = (
        "kept",
        _("Ihre eigene Fassung gilt weiter: sie ist geändert, oder die gemeinsame gilt bei Ihnen nicht."),
    )
    LATE = "late", _("Ihr Rückzug kam nach der Veröffentlichung: Ihre eigene Fassung gilt weiter.")


class Contribution(models.Model):
    """A local service or one own value, offered to a layer above. Its id is the id in the editors' inbox, too.

    `payload`: {"facts": …, "values": [{field, language, value}]} as it stood when it was offered.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=200)
    target_layer = models.CharField(max_length=12)
    target_area = models.CharField(max_length=40, blank=True)
    payload = models.JSONField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ContributionState.choices, default=ContributionState.OFFERED)
    reason = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    result_service_id = models.UUIDField(null=True, blank=True)
    offered_by = models.CharField(max_length=200, blank=True)
    offered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service_id", "field", "language"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="contribution_one_open_each",
            ),
        )

    def __str__(self) -> str:
        return self.title
