"""What an umbrella portal keeps of its own: its legal pages, and what visitors told it. Shared schema."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.ids import uuid7


class PageKind(models.TextChoices):
    """The pages every umbrella portal has."""

    IMPRINT = "imprint", _("Impressum")
    PRIVACY = "privacy", _("Datenschutz")
    ACCESSIBILITY = "accessibility", _("Erklärung zur Barrierefreiheit")
    EASY_LANGUAGE = "easy_language", _("Leichte Sprache")
    SIGN_LANGUAGE = "sign_language", _("Gebärdensprache")


class RegionPage(models.Model):
    """A page of a region in one language. `body` is rich text that may hold placeholders, see `legal`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=PageKind.choices)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    body = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["region_id", "kind", "language"], name="regionpage_one_per_kind_and_language"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.language}"


class UmbrellaFeedback(models.Model):
    """A barrier or another remark that a visitor reported: what they wrote is sealed with a key of its own.

    The plain columns are what the release before wrote; nothing is written there any more. They may be null instead of
    having a default: with one Django reads it back, and the umbrella may not read here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField(null=True)
    page = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001 -- see above
    message = models.TextField(null=True, blank=True)  # noqa: DJ001 -- see above
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001 -- see above
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
