"""A service for machines: schema.org GovernmentService as JSON-LD. Source: https://schema.org/GovernmentService."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from catalog.decisions.town import TownService
from catalog.pages.links import authority_name, service_url
from catalog.pages.offices import Office
from catalog.search.comparison import fee_span
from catalog.services.fields import TARGET_GROUPS
from catalog.services.formatting import local_text
from catalog.services.structured import is_own_path
from tenants.links import public_url
from tenants.registry.sites import TenantInfo


def describe_as_linked_data(
    service: TownService, *, town: TenantInfo, language: str, topics: Sequence[str] = (), office: Office | None = None
) -> Markup | None:
    """Return the script element's content, or None for what the town does not do itself, and for what nobody does.

    A data block is not run, so the content security policy allows it; "<" is escaped, so no text can end it.
    """
    if not service.decided.is_own or service.is_nobodys:
        return None
    area = {"@type": "AdministrativeArea", "name": town.official_name, "identifier": town.ars}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": service.title(language),
        "alternateName": _official_title(service, language),
        "description": str(service.text("teaser", language) or ""),
        "url": service_url(town, service.slug),
        "identifier": str(service.id),
        "areaServed": area,
        "jurisdiction": area,
        "provider": _provider(service, town),
        "serviceType": list(topics),
        "audience": [{"@type": "Audience", "audienceType": one} for one in _groups(service)],
        "availableChannel": _channels(service, town, language=language, office=office),
        "offers": _offers(service),
    }
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 -- JSON without "<"


def _groups(service: TownService) -> list[str]:
    return [str(TARGET_GROUPS[one]) for one in service.record.target_groups if one in TARGET_GROUPS]


def _official_title(service: TownService, language: str) -> str:
    name = str(service.text("official_title", language) or "")
    return "" if name == service.title(language) else name


def _provider(service: TownService, town: TenantInfo) -> dict[str, Any]:
    name = authority_name(service.authority, town) or town.official_name
    return {"@type": "GovernmentOrganization", "name": name, "url": public_url(town.host)}


def _channels(service: TownService, town: TenantInfo, *, language: str, office: Office | None) -> list[dict[str, Any]]:
    channels: list[dict[str, Any]] = []
    online = service.online_service
    if online is not None:
        url = str(online["url"])
        address = public_url(town.host, url) if is_own_path(url) else url
        channel = {"@type": "ServiceChannel", "serviceUrl": address}
        label = local_text(online, "label", language)
        channels.append({**channel, "name": label} if label else channel)
    if office is not None:
        place: dict[str, Any] = {
            "@type": "GovernmentOffice",
            "name": office.name,
            "url": public_url(town.host, office.href),
        }
        optional = {"telephone": office.phone, "email": office.email, "address": office.address.replace("\n", ", ")}
        place |= {name: value for name, value in optional.items() if value}
        channels.append({"@type": "ServiceChannel", "serviceLocation": place})
    return channels


def _offers(service: TownService) -> dict[str, Any] | None:
    """Return the fee: one price, or the lowest and the highest.

    None where nobody has written it in figures, and for an invented one: on the page a mark says so, here nothing
    would.
    """
    fee = service.effective.get("fee").value
    span = fee_span(fee)
    if span is None or (isinstance(fee, dict) and fee.get("sample")):
        return None
    low, high = f"{span.low / 100:.2f}", f"{span.high / 100:.2f}"
    if low == high:
        return {"@type": "Offer", "priceCurrency": "EUR", "price": low}
    return {"@type": "AggregateOffer", "priceCurrency": "EUR", "lowPrice": low, "highPrice": high}
