"""A legal page ready to show: filled from profile, registry and the facts of the accessibility statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from django.utils import timezone
from markupsafe import Markup

from shared_services.portal.kinds import PageKind
from shared_services.portal.legal_templates import conformance_sentence
from shared_services.portal.placeholders import fill
from shared_services.portal.selectors import get_accessibility
from shared_services.portal.texts import text_in
from shared_services.portal.values import AccessibilityInfo, PageInfo, ProfileInfo
from tenants.registry.sites import TenantInfo, directory


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page in the language in which it exists."""

    title: str
    language: str
    html: Markup
    updated_at: datetime | None


def shown_page(
    page: PageInfo,
    *,
    profile: ProfileInfo,
    tenant: TenantInfo,
    url: str,
    facts: AccessibilityInfo | None = None,
) -> ShownPage:
    """Fill a page. `url` is the portal's address; the facts of the statement are read (one query) if it needs them."""
    if facts is None and page.kind == PageKind.ACCESSIBILITY:
        facts = get_accessibility()
    values = _values(page, profile=profile, tenant=tenant) | {"url": url}
    if facts is not None:
        values |= _facts(facts, tenant=tenant, language=page.language)
    return ShownPage(page.title, page.language, fill(page.body, values), page.updated_at)


def _values(page: PageInfo, *, profile: ProfileInfo, tenant: TenantInfo) -> dict[str, str | list[str]]:
    contact = profile.contact
    region = directory.snapshot().regions.get(tenant.region_slug)
    changed = timezone.localdate(page.updated_at) if page.updated_at else timezone.localdate()
    return {
        "official_name": tenant.official_name,
        "address": contact.address if contact.street else "",
        "phone": contact.phone,
        "email": (page.kind == PageKind.ACCESSIBILITY and contact.accessibility_email) or contact.email,
        "representative": contact.representative,
        "region_name": region.name if region else "",
        "operator_name": tenant.operator.name,
        "date": _day(changed, page.language),
    }


def _facts(facts: AccessibilityInfo, *, tenant: TenantInfo, language: str) -> dict[str, str | list[str]]:
    sentence = conformance_sentence(tenant.state_code, conformance=facts.conformance, language=language)
    return {
        "conformance_sentence": sentence,
        "gaps_list": [text_in(gap.texts, language) for gap in facts.gaps],
        "assessed_on": _day(facts.evaluated_on, language),
        "date": _day(facts.reviewed_on, language),
    }


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale="en_GB" if language == "en" else "de_DE")
