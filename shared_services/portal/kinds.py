"""What kinds of pages, notices and messages there are, for this app and for those that call it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeLevel(models.TextChoices):
    """How a notice looks."""

    INFO = "info", _("Hinweis")
    WARNING = "warning", _("Warnung")


class PageKind(models.TextChoices):
    """The pages that every portal must have; the values are kept in addresses of the workspace."""

    IMPRINT = "imprint", _("Impressum")
    PRIVACY = "privacy", _("Datenschutz")
    ACCESSIBILITY = "accessibility", _("Erklärung zur Barrierefreiheit")
    EASY_LANGUAGE = "leichte_sprache", _("Leichte Sprache")
    SIGN_LANGUAGE = "gebaerdensprache", _("Gebärdensprache")


class Conformance(models.TextChoices):
    """How far the portal meets the requirements. Source: model statement of Implementing Decision (EU) 2018/1523."""

    FULL = "full", _("vollständig vereinbar")
    PARTIAL = "partial", _("teilweise vereinbar")
    NONE = "none", _("nicht vereinbar")


class FeedbackKind(models.TextChoices):
    """What a message is about."""

    PILOT = "pilot", _("Rückmeldung zum Portal")
    ACCESSIBILITY = "accessibility", _("Barriere")
