"""What this tenant decided on shared services, where it deviates, and what it calls the topics.

Services and topics are named by id and code; no key leads out of the tenant's schema.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.resolution.decide import Decision
from tenants.ids import uuid7

DECISION_CHOICES = [
    (Decision.ADOPT.value, _("übernehmen")),
    (Decision.OVERRIDE.value, _("anpassen")),
    (Decision.LINK.value, _("verlinken")),
    (Decision.NOT_OFFERED.value, _("nicht anbieten")),
]


class Adoption(models.Model):
    """The decision on one service. Without a row the preset of the tenant's level holds. `version` counts changes.

    `is_preset`: the decision was given back, the preset holds again; the row stays, so that `version` goes on.
    `pinned_version`: the town stays with this version of the shared texts; locked fields follow the newest even so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField(unique=True)
    decision = models.CharField(max_length=12, choices=DECISION_CHOICES)
    link_url = models.CharField(max_length=500, blank=True)
    link_authority = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    pinned_version = models.PositiveIntegerField(null=True, blank=True)
    is_preset = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.decision}"


class DecisionCause(models.TextChoices):
    """Why a decision changed."""

    DECIDED = "decided", _("entschieden")
    BULK = "bulk", _("gemeinsam mit anderen entschieden")
    UNDONE = "undone", _("gemeinsame Entscheidung rückgängig gemacht")
    ADAPTED = "adapted", _("durch eine eigene Angabe angepasst")
    FOLLOWS = "follows", _("letzte eigene Angabe zurückgenommen")
    PINNED = "pinned", _("Fassung festgehalten oder freigegeben")


class DecisionChange(models.Model):
    """A decision as it held from then on. Rows are added, never changed. `decision` is empty for the preset."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    decision = models.CharField(max_length=12, blank=True)
    link_url = models.CharField(max_length=500, blank=True)
    link_authority = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    alternative = models.TextField(blank=True)
    pinned_version = models.PositiveIntegerField(null=True, blank=True)
    cause = models.CharField(max_length=12, choices=DecisionCause.choices)
    author = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["service_id"], name="decisionchange_by_service"),)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.decision} {self.cause}"


class Override(models.Model):
    """This tenant's value of one field of one service in one language. A JSON null is a tombstone: empty on purpose.

    `base_*` is the value from above that the author saw: whose it was (layer, area, version) and what it said.
    `base_layer` is empty where no layer above said anything; then `base_version` is null, too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    value = models.JSONField(null=True)
    author = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    base_version = models.PositiveIntegerField(null=True, blank=True)
    base_layer = models.CharField(max_length=12, blank=True, default="", db_default="")
    base_area = models.CharField(max_length=40, blank=True, default="", db_default="")
    base_value = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["service_id", "field", "language"], name="override_one_per_field"),
        )

    def __str__(self) -> str:
        return f"{self.service_id}: {self.field} {self.language}"


class Cause(models.TextChoices):
    """Why an own value changed."""

    SET = "set", _("geschrieben")
    CLEARED = "cleared", _("zurückgenommen")
    TAKEN = "taken", _("Fassung von oben übernommen")
    KEPT = "kept", _("eigene Fassung behalten")
    MERGED = "merged", _("mit der Fassung von oben zusammengeführt")
    RESTORED = "restored", _("aus dem Verlauf zurückgeholt")
    LOCKED = "locked", _("von oben gesperrt, ins Archiv gelegt")
    CONTRIBUTED = "contributed", _("in den gemeinsamen Katalog übernommen")


class OverrideHistory(models.Model):
    """Every own value this tenant ever had. Rows are added, never changed. `is_set`: an own value held from then on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    is_set = models.BooleanField()
    value = models.JSONField(null=True)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    author = models.CharField(max_length=200, blank=True)
    # Who read it before it was published, where that was somebody else.
    approved_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["service_id", "field", "language"], name="overridehistory_by_field"),)

    def __str__(self) -> str:
        return f"{self.service_id}: {self.field} {self.language} {self.cause}"


class DraftState(models.TextChoices):
    """The way of a draft."""

    WRITING = "writing", _("in Arbeit")
    IN_REVIEW = "in_review", _("wartet auf Freigabe")
    PUBLISHED = "published", _("veröffentlicht")
    DISCARDED = "discarded", _("verworfen")


OPEN_STATES: Final = (DraftState.WRITING, DraftState.IN_REVIEW)


class ValueDraft(models.Model):
    """What staff want a field of a service to say, until it is published or discarded; then the row stays as a record.

    Of a shared service it is to become an own value, of one of the town's own its text: both stand here under the id of
    their service. `version` grows with every write. `own_*` and `above*` are what its authors saw: the town's own value
    (`own_version` 0 for none) and what lay above it, with its sign as `above.digest_of` makes it.
    `editors`: everybody who has written on it, as `writers.mark_of` names them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service_id = models.UUIDField()
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.WRITING)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.SET)
    own_version = models.PositiveIntegerField(default=0)
    own_value = models.JSONField(null=True, blank=True)
    above = models.CharField(max_length=16, blank=True)
    above_value = models.JSONField(null=True, blank=True)
    editors = models.JSONField(default=list)
    # The page that wrote last: a form is no stranger to what it has saved by itself meanwhile.
    page = models.CharField(max_length=20, blank=True)
    # The editor's word to who reads it before it is published, and the answer when it was sent back.
    note = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    edited_by = models.CharField(max_length=200, blank=True)
    edited_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service_id", "field", "language"],
                condition=models.Q(state__in=[one.value for one in OPEN_STATES]),
                name="valuedraft_one_open_each",
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id}: {self.field} {self.language} {self.state}"


class PublishingRules(models.Model):
    """How this town publishes its own texts: at most one row, held by `only`.

    `four_eyes`: who publishes a text has written nothing of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    four_eyes = models.BooleanField(default=False)
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="publishingrules_exactly_one"),)

    def __str__(self) -> str:
        return f"four eyes: {self.four_eyes}"


class BulkChange(models.Model):
    """A decision on many services at once, so that it can be undone.

    `summary`: what was decided, and which services were left out and why.
    `entries`: for each service its id, name and title, what held before (as `states.facts_of` says it), and the version
    that was left behind.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    summary = models.JSONField()
    entries = models.JSONField()
    author = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.created_at} {self.author}"


class SavedView(models.Model):
    """A list with its search and filters that a member of staff has kept. `query` is the address's query string."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_id = models.UUIDField()
    area = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner_id", "area", "name"], name="savedview_one_per_name"),)

    def __str__(self) -> str:
        return self.name


class CategoryLabel(models.Model):
    """What this tenant calls a topic in one language. The shared code stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    label = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["code", "language"], name="categorylabel_one_per_language"),)

    def __str__(self) -> str:
        return self.label
