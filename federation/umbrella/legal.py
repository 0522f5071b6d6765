"""Legal pages of a region: their first texts by state, and what is filled in when they are shown.

Placeholders that depend on the state are filled once, when the page is made; the region's own (`address`, `phone` ...)
stay in the stored text, so that a page never disagrees with the region's contact data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from django.utils import timezone

from federation.umbrella.models import PageKind
from shared_services.portal.legal_templates import conformance_sentence, placeholders_of, template_of
from shared_services.portal.placeholders import fill_once
from tenants.links import public_url
from tenants.phones import readable_phone
from tenants.registry.sites import RegionInfo
from tenants.yamlfiles import read_yaml

LANGUAGES: Final = ("de", "en")
_OWN_PAGES: Final = Path(__file__).resolve().parent / "data" / "pages.yaml"
_LOCALES: Final[Mapping[str, str]] = {"de": "de_DE", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Draft:
    """The first text of a page."""

    kind: PageKind
    language: str
    title: str
    body: str


def list_drafts(state_code: str) -> list[Draft]:
    """Return the first text of every page in every language, as the law of a state wants it."""
    template = template_of(state_code)
    pages: dict[str, Any] = {**template["umbrella_pages"], **_own_pages()}
    return [
        Draft(
            kind=kind,
            language=language,
            title=pages[kind.value][language]["title"],
            body=fill_once(pages[kind.value][language]["body"], placeholders_of(template, language)),
        )
        for kind in PageKind
        for language in LANGUAGES
    ]


@lru_cache(maxsize=1)
def _own_pages() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(_OWN_PAGES)
    return found


def state_of(codes: Iterable[str]) -> str:
    """Return the state that most of the codes begin with; the smaller number wins a tie. Empty for none."""
    counted = Counter(code[:2] for code in codes if code)
    return min(counted, key=lambda state: (-counted[state], state), default="")


def accessibility_facts(state_code: str) -> dict[str, Any]:
    """Return the machine-readable part of the accessibility statement."""
    facts: dict[str, Any] = template_of(state_code)["accessibility"]
    return facts


def live_values(
    region: RegionInfo, *, state_code: str, language: str, changed_at: datetime | date
) -> dict[str, str | list[str]]:
    """Return what fills a region's pages when they are shown."""
    contact = {name: str(value) for name, value in region.contact.items() if isinstance(value, str)}
    facts = accessibility_facts(state_code)
    locale = _LOCALES[language]
    day = timezone.localdate(changed_at) if isinstance(changed_at, datetime) else changed_at
    town = f"{contact.get('postcode', '')} {contact.get('town', '')}".strip()
    return {
        "official_name": contact.get("official_name", region.name),
        "address": "\n".join(line for line in (contact.get("street", ""), town) if line),
        "email": contact.get("email", ""),
        "phone": readable_phone(contact.get("phone", "")),
        "representative": contact.get("representative", ""),
        "region_name": region.name,
        "operator_name": region.operator.name,
        "url": public_url(region.host),
        "date": format_date(day, format="long", locale=locale),
        "assessed_on": format_date(facts["assessed_on"], format="long", locale=locale),
        "conformance_sentence": conformance_sentence(state_code, conformance=facts["conformance"], language=language),
        "gaps_list": [gap[language] for gap in facts["gaps"]],
    }
