"""What a municipality says about itself on its portal. Tenant schema; others use selectors and services."""

from __future__ import annotations

from django.db import models

from shared_services.portal.kinds import Conformance, FeedbackKind, NoticeLevel, PageKind
from tenants.ids import uuid7


class PortalProfile(models.Model):
    """Look, contact and links of the portal: exactly one row, held by `only`.

    Texts in several languages are JSON by language (`{"de": …, "en": …}`); `theme` is `theming.Theme.as_dict()`, and
    empty means the region's look. `phone` is E.164, `logo` a name in the tenant's storage.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    claim = models.JSONField(default=dict, blank=True)
    theme = models.JSONField(default=dict, blank=True)
    logo = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    town = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    accessibility_email = models.EmailField(blank=True)
    privacy_email = models.EmailField(blank=True)
    representative = models.CharField(max_length=200, blank=True)
    website_url = models.URLField(max_length=500, blank=True)
    app_url = models.URLField(max_length=500, blank=True)
    council_url = models.URLField(max_length=500, blank=True)
    hours_note = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="portal_profile_exactly_one"),)

    def __str__(self) -> str:
        return "profile"


class OpeningHours(models.Model):
    """One span of time on a weekday (1 is Monday), or on one date instead of that day's usual spans.

    An exception without times says that it is closed that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    date = models.DateField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    note = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(weekday__gte=1, weekday__lte=7, date__isnull=True, opens__isnull=False)
                | models.Q(weekday__isnull=True, date__isnull=False),
                name="portal_hours_weekday_or_date",
            ),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True) | models.Q(opens__lt=models.F("closes")),
                name="portal_hours_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date or self.weekday}: {self.opens}-{self.closes}"


class Notice(models.Model):
    """News on the home page from `shown_from` to `shown_to`, both days included; None is open.

    `texts`: language → `{"title", "body"}`; body is plain text. Other languages fall back to German.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    level = models.CharField(max_length=10, choices=NoticeLevel.choices, default=NoticeLevel.INFO)
    texts = models.JSONField(default=dict)
    shown_from = models.DateField()
    shown_to = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.texts.get("de", {}).get("title", ""))


class LegalPage(models.Model):
    """A page in one language. `body` is XZuFi markup and may hold `{{ placeholders }}`, see `placeholders`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=PageKind.choices)
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "language"], name="portal_one_page_per_language"),)

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class AccessibilityFacts(models.Model):
    """What the accessibility statement says, for its text and for `/barrierefreiheit.json`. Exactly one row.

    `gaps` is a list of texts by language; `bodies` holds the state's `enforcement` {name, url, email} and `monitoring`
    {name, url}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    conformance = models.CharField(max_length=10, choices=Conformance.choices, default=Conformance.PARTIAL)
    standard = models.CharField(max_length=200)
    method = models.JSONField(default=dict)
    gaps = models.JSONField(default=list, blank=True)
    law = models.CharField(max_length=300, blank=True)
    bodies = models.JSONField(default=dict, blank=True)
    evaluated_on = models.DateField()
    reviewed_on = models.DateField()
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="portal_accessibility_exactly_one"),)

    def __str__(self) -> str:
        return self.conformance


class Feedback(models.Model):
    """A visitor's message: text, page and the address for an answer are sealed with a key of its own (`sealed`).

    The plain columns are what the release before read and wrote; nothing is written there any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=15, choices=FeedbackKind.choices)
    sealed = models.BinaryField(null=True)
    message = models.TextField(blank=True, default="", db_default="")
    page = models.CharField(max_length=300, blank=True, default="", db_default="")
    contact = models.EmailField(blank=True, default="", db_default="")
    language = models.CharField(max_length=5, default="de")
    created_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"
