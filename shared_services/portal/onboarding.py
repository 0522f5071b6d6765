"""What a new portal starts with: profile, legal pages by state, facts of the accessibility statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from catalog.services.richtext import clean_rich_text
from shared_services.portal.legal_templates import KIND_IN_FILES, placeholders_of, template_of
from shared_services.portal.models import AccessibilityFacts, LegalPage, PortalProfile
from shared_services.portal.placeholders import fill_once
from shared_services.portal.texts import LANGUAGES
from shared_services.portal.theme_presets import preset
from tenants.provisioning.seeds import SeedContext


def seed_portal(context: SeedContext) -> None:
    """Write what is missing and leave the rest: run again after a crash it completes.

    The colours start as those of the region; the address is the town's to enter, so the imprint says what is missing.
    """
    template = template_of(context.state_code)
    PortalProfile.objects.get_or_create(
        only=True, defaults={"theme": preset(context.region_slug).as_dict(), "town": context.name[:120]}
    )
    _seed_pages(template)
    _seed_facts(template["accessibility"])


def _seed_pages(template: Mapping[str, Any]) -> None:
    present = set(LegalPage.objects.values_list("kind", "language"))
    missing = []
    for kind, name in KIND_IN_FILES.items():
        for language in LANGUAGES:
            page = template["pages"][name].get(language)
            if page and (kind, language) not in present:
                body = clean_rich_text(fill_once(page["body"], placeholders_of(template, language)))
                missing.append(LegalPage(kind=kind, language=language, title=page["title"], body=body))
    LegalPage.objects.bulk_create(missing)


def _seed_facts(facts: Mapping[str, Any]) -> None:
    AccessibilityFacts.objects.get_or_create(
        only=True,
        defaults={
            "conformance": facts["conformance"],
            "standard": facts["standard"],
            "method": facts["method"],
            "gaps": facts["gaps"],
            "law": facts["law"],
            "bodies": {"enforcement": facts["enforcement"], "monitoring": facts["monitoring"]},
            "evaluated_on": facts["assessed_on"],
            "reviewed_on": timezone.localdate(),
        },
    )
