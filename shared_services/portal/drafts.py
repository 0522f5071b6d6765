"""What a form is filled with, and by what a service tells whether it is still so: the same values for both."""

from __future__ import annotations

from typing import Any

from shared_services.portal.contactdata import CONTACT_FIELDS
from shared_services.portal.models import AccessibilityFacts, LegalPage, Notice, OpeningHours, PortalProfile

Draft = dict[str, Any]


def branding_draft(profile: PortalProfile) -> Draft:
    """Claim and colours."""
    return {"claim": profile.claim, "theme": profile.theme}


def contact_draft(profile: PortalProfile) -> Draft:
    """Address, ways to reach the town, links."""
    return {name: getattr(profile, name) for name in CONTACT_FIELDS}


def hours_draft(profile: PortalProfile) -> Draft:
    """The usual week and its note. Costs a query."""
    rows = OpeningHours.objects.filter(weekday__isnull=False).order_by("weekday", "opens")
    return {"week": [(row.weekday, row.opens, row.closes) for row in rows], "note": profile.hours_note}


def notice_draft(notice: Notice) -> Draft:
    """All that an editor sets."""
    return {
        "level": notice.level,
        "texts": notice.texts,
        "shown_from": notice.shown_from,
        "shown_to": notice.shown_to,
    }


def page_draft(page: LegalPage) -> Draft:
    """Title and body."""
    return {"title": page.title, "body": page.body}


def accessibility_draft(facts: AccessibilityFacts) -> Draft:
    """What an editor sets."""
    return {
        "conformance": facts.conformance,
        "method": facts.method,
        "gaps": facts.gaps,
        "evaluated_on": facts.evaluated_on,
    }
