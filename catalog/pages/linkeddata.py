"""A service for machines: schema.org GovernmentService as JSON-LD. Source: https://schema.org/GovernmentService."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from catalog.decisions.selectors import TownService
from catalog.pages.links import authority_name, service_url
from catalog.search.comparison import fee_span
from tenants.links import public_url
from tenants.registry.sites import TenantInfo


def describe_as_linked_data(service: TownService, *, town: TenantInfo, language: str) -> Markup | None:
    """Return the script element's content, or None for what the town does not do itself.

    A data block is not run, so the content security policy allows it; "<" is escaped, so no text can end it.
    """
    if not service.decided.is_own:
        return None
    authority = authority_name(service.authority, town) or town.official_name
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": service.title(language),
        "description": str(service.text("teaser", language) or ""),
        "url": service_url(town, service.slug),
        "inLanguage": language,
        "areaServed": {"@type": "AdministrativeArea", "name": town.official_name, "identifier": town.ars},
        "provider": {"@type": "GovernmentOrganization", "name": authority, "url": public_url(town.host)},
        "serviceType": list(service.record.category_codes),
    }
    online = service.effective.get("online_service").value
    if isinstance(online, dict):
        data["availableChannel"] = {"@type": "ServiceChannel", "serviceUrl": online["url"]}
    span = fee_span(service.effective.get("fee").value)
    if span is not None:
        data["offers"] = {
            "@type": "AggregateOffer",
            "priceCurrency": "EUR",
            "lowPrice": f"{span.low / 100:.2f}",
            "highPrice": f"{span.high / 100:.2f}",
        }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 -- JSON without "<"
