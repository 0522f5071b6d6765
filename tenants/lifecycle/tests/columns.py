"""Every column of a tenant's tables that can hold a text, and why a training copy may keep those that it keeps."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.personal import list_table_rules

# What citizens read on the portal, or may read as soon as it is shown (a notice's day, a draft of an own service).
PUBLISHED: Final = {
    "decisions_adoption": {
        "link_url": "where another authority does the service",
        "link_authority": "the same",
        "reason": "why the town does not offer it, as its page says",
        "alternative": "what to do instead, as its page says",
    },
    "decisions_override": {
        "value": "the town's own text of a service",
        "base_value": "the text from above that it differs from, as other towns show it",
    },
    "decisions_categorylabel": {"label": "what a topic is called"},
    "local_localvalue": {"value": "the text of a service of the town's own, also of one that is not published yet"},
    "quality_servicescore": {"title": "the title of a service", "sort_key": "the same, to sort by"},
    "portal_portalprofile": {
        "claim": "on the home page",
        "logo": "name of the picture on every page",
        "unit": "the office in the contact box",
        "street": "the office's",
        "town": "the office's",
        "phone": "the office's",
        "email": "the office's",
        "accessibility_email": "the office's",
        "privacy_email": "the office's",
        "website_url": "link in the footer",
        "app_url": "link in the footer",
        "council_url": "link in the footer",
        "hours_note": "beside the opening hours",
    },
    "portal_openinghours": {"note": "beside the opening hours"},
    "portal_notice": {"texts": "a notice on the home page, also of other days"},
    "portal_legalpage": {"title": "a page that the law wants", "body": "a page that the law wants"},
    "portal_accessibilityfacts": {
        "standard": "in the accessibility statement",
        "method": "in the accessibility statement",
        "gaps": "in the accessibility statement",
        "law": "in the accessibility statement",
        "bodies": "in the accessibility statement",
    },
    "directory_organisationalunit": {
        "slug": "in the office's address",
        "name": "of an office",
        "description": "of an office",
        "street": "the office's",
        "town": "the office's",
        "phone": "the office's",
        "email": "the office's",
        "website_url": "the office's",
        "access": "how to get into the office",
        "hours": "the office's",
        "hours_note": "the office's",
    },
    "local_localservice": {"slug": "in the service's address"},
}
# What no free text gets into: codes, choices, figures, and what is too short for a name.
TECHNICAL: Final = {
    "decisions_adoption": {"decision": "choice"},
    "decisions_override": {
        "field": "code",
        "language": "code",
        "base_layer": "code",
        "base_area": "official key",
    },
    "decisions_categorylabel": {"code": "code", "language": "code"},
    "local_localservice": {"category_codes": "codes", "target_groups": "codes", "state": "choice"},
    "local_localvalue": {"field": "code", "language": "code"},
    "quality_servicescore": {
        "slug": "of a service",
        "decision": "choice",
        "points": "figures",
        "findings": "codes",
        "best_part": "code",
        "links": "addresses in published texts",
        "mark": "checksum",
    },
    "portal_portalprofile": {"postcode": "five digits", "theme": "colours"},
    "portal_notice": {"level": "choice"},
    "portal_legalpage": {"kind": "choice", "language": "code"},
    "portal_accessibilityfacts": {"conformance": "choice"},
    "directory_organisationalunit": {"postcode": "five digits", "service_ids": "ids"},
}


def tenant_models() -> list[type[models.Model]]:
    """Return every model whose table is in each tenant's schema."""
    configs = [config for config in apps.get_app_configs() if config.name in settings.TENANT_APPS]
    return [model for config in configs for model in config.get_models(include_auto_created=True)]


def text_fields(model: type[models.Model]) -> list[models.Field[object, object]]:
    """Return the fields of a model that can hold a text, however it is kept."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField, ArrayField)
    return [field for field in model._meta.concrete_fields if isinstance(field, kinds)]


def kept_columns() -> set[tuple[str, str]]:
    """Return table and column of every text that reaches a training copy, as the apps declare it."""
    rules = list_table_rules()
    return {
        (model._meta.db_table, str(field.column))
        for model in tenant_models()
        if not rules[model._meta.db_table].drops_rows
        for field in text_fields(model)
        if field.column not in rules[model._meta.db_table].replacements
    }
