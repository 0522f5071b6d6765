"""The accessibility statement for machines: `/barrierefreiheit.json`, described by data/accessibility.schema.json."""

from __future__ import annotations

from typing import Any, Final

from shared_services.portal.values import AccessibilityInfo, ProfileInfo
from tenants.registry.sites import TenantInfo

FORMAT: Final = "verbund-accessibility-statement"
FORMAT_VERSION: Final = 1


def statement(facts: AccessibilityInfo, *, profile: ProfileInfo, tenant: TenantInfo, url: str) -> dict[str, Any]:
    """Return the statement as JSON data; texts are objects by language, dates are ISO 8601, a missing value is null."""
    contact = profile.contact
    enforcement, monitoring = facts.bodies.get("enforcement", {}), facts.bodies.get("monitoring", {})
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "organisation": {"name": tenant.official_name, "ags": tenant.ags or None, "ars": tenant.ars or None},
        "website": url,
        "statement_url": f"{url}barrierefreiheit/",
        "conformance": facts.conformance,
        "standard": facts.standard,
        "law": facts.law or None,
        "evaluated_on": facts.evaluated_on.isoformat(),
        "reviewed_on": facts.reviewed_on.isoformat(),
        "method": dict(facts.methods),
        "gaps": [dict(gap.texts) for gap in facts.gaps],
        "feedback": {
            "form": f"{url}feedback/?art=barriere",
            "email": contact.accessibility_email or contact.email or None,
            "phone": contact.phone or None,
        },
        "enforcement": _body(enforcement),
        "monitoring": _body(monitoring),
    }


def _body(given: Any) -> dict[str, str | None]:
    return {name: given.get(name) or None for name in ("name", "url", "email")}
