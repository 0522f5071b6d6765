"""What a new portal starts with: profile, legal pages by state, facts of the accessibility statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

from catalog.services.richtext import clean_rich_text
from shared_services.portal.legal_templates import KIND_IN_FILES, placeholders_of, template_of
from shared_services.portal.models import AccessibilityFacts, LegalPage, PortalProfile
from shared_services.portal.placeholders import fill_once
from shared_services.portal.texts import LANGUAGES
from shared_services.portal.theme_presets import preset
from tenants.provisioning.seeds import SeedContext


class FirstPage(NamedTuple):
    """A legal page as every town of a state begins with it."""

    kind: str
    language: str
    title: str
    body: str


def seed_portal(context: SeedContext) -> None:
    """Write what is missing and leave the rest: run again after a crash it completes.

    The colours start as those of the region; the address is the town's to enter, so the imprint says what is missing.
    """
    profile = PortalProfile(theme=preset(context.region_slug).as_dict(), town=context.name[:120])
    PortalProfile.objects.bulk_create([profile], ignore_conflicts=True)
    pages = [
        LegalPage(kind=kind, language=language, title=title, body=body)
        for kind, language, title, body in _first_pages(context.state_code)
    ]
    LegalPage.objects.bulk_create(pages, ignore_conflicts=True)
    _seed_facts(template_of(context.state_code)["accessibility"])


@lru_cache(maxsize=32)
def _first_pages(state_code: str) -> tuple[FirstPage, ...]:
    """Fill and clean the templates of a state, which are files of the release, once per process."""
    template = template_of(state_code)
    return tuple(
        FirstPage(kind, language, page["title"], clean_rich_text(fill_once(page["body"], values)))
        for language in LANGUAGES
        for values in [placeholders_of(template, language)]
        for kind, name in KIND_IN_FILES.items()
        if (page := template["pages"][name].get(language))
    )


def _seed_facts(facts: Mapping[str, Any]) -> None:
    row = AccessibilityFacts(
        conformance=facts["conformance"],
        standard=facts["standard"],
        method=facts["method"],
        gaps=facts["gaps"],
        law=facts["law"],
        bodies={"enforcement": facts["enforcement"], "monitoring": facts["monitoring"]},
        evaluated_on=facts["assessed_on"],
        reviewed_on=timezone.localdate(),
    )
    AccessibilityFacts.objects.bulk_create([row], ignore_conflicts=True)
