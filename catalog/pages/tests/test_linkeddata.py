"""What machines read of a service: every node has a type we know, its required parts, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.services import set_override
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

Visit = Callable[[str], Client]
Find = Callable[[str], UUID]

# Type -> required and optional properties. Source: https://schema.org, the pages of these types.
SHAPES: Final[dict[str, tuple[set[str], set[str]]]] = {
    "GovernmentService": (
        {"@context", "name", "description", "url", "areaServed", "jurisdiction", "provider", "serviceType"},
        {"availableChannel", "offers", "identifier", "alternateName", "audience"},
    ),
    "AdministrativeArea": ({"name"}, {"identifier"}),
    "GovernmentOrganization": ({"name"}, {"url"}),
    "ServiceChannel": (set(), {"serviceUrl", "serviceLocation", "name"}),
    "Audience": ({"audienceType"}, set()),
    "Offer": ({"price", "priceCurrency"}, set()),
    "AggregateOffer": ({"lowPrice", "highPrice", "priceCurrency"}, set()),
    "GovernmentOffice": ({"name", "url"}, {"telephone", "email", "address"}),
}
PLACES: Final = {
    "areaServed": {"AdministrativeArea"},
    "jurisdiction": {"AdministrativeArea"},
    "provider": {"GovernmentOrganization"},
    "availableChannel": {"ServiceChannel"},
    "audience": {"Audience"},
    "offers": {"Offer", "AggregateOffer"},
    "serviceLocation": {"GovernmentOffice"},
}


def check(node: dict[str, Any]) -> None:
    """Fail where a node is not of its type's shape."""
    required, optional = SHAPES[node["@type"]]
    names = set(node) - {"@type"}
    assert required <= names, node
    assert names <= required | optional, node
    for name, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                assert one["@type"] in PLACES[name], (name, one)
                check(one)
            else:
                assert isinstance(one, str), (name, one)
                assert one, name
        if name in {"url", "serviceUrl"}:
            assert urlsplit(value).scheme in {"http", "https"}, value
        if name in {"price", "lowPrice", "highPrice"}:
            assert re.fullmatch(r"\d+\.\d\d", value)
        if name == "priceCurrency":
            assert value == "EUR"


def linked(client: Client, path: str) -> list[dict[str, Any]]:
    """Return the data blocks of a page."""
    page = client.get(path).content.decode()
    return [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]


@pytest.fixture
def portal(gladbeck: TenantInfo, visit: Visit) -> Client:
    """Return a visitor of Gladbeck's portal."""
    return visit(gladbeck.host)


def test_every_own_service_is_described_in_the_right_shape(portal: Client, listening: None) -> None:
    slugs = re.findall(r'href="/leistungen/([a-z-]+)/"', portal.get("/leistungen/").content.decode())
    described = 0
    for slug in sorted(set(slugs)):
        for data in linked(portal, f"/leistungen/{slug}/"):
            assert data["@type"] == "GovernmentService"
            assert data["@context"] == "https://schema.org"
            assert data["url"] == f"http://gladbeck.localhost/leistungen/{slug}/"
            check(data)
            described += 1
    assert described > 50


def test_it_says_where_how_and_for_how_much(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    service = service_id("hund-anmelden")
    online = {"url": "https://formular.example/hund", "label": "Hund online anmelden", "trust_level": "none"}
    with in_tenant(gladbeck.ref):
        for field, value in (("fee", {"kind": "fixed", "amount_cents": 4800}), ("online_service", online)):
            set_override(actor=system, service_id=service, field=field, language="", value=value)
    data = linked(portal, "/leistungen/hund-anmelden/")[0]
    assert data["offers"] == {"@type": "Offer", "priceCurrency": "EUR", "price": "48.00"}
    assert data["availableChannel"][0]["serviceUrl"] == "https://formular.example/hund"
    assert data["areaServed"]["identifier"].startswith("05562")
    assert data["provider"]["name"] == "Steueramt, Stadt Gladbeck"
    assert "Steuern und Zoll" in data["serviceType"]


def test_an_invented_amount_is_no_price_for_machines(
    portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find
) -> None:
    for fee, has_price in (({"kind": "fixed", "amount_cents": 4800, "sample": True}, False), ({"kind": "free"}, True)):
        with in_tenant(gladbeck.ref):
            set_override(actor=system, service_id=service_id("hund-anmelden"), field="fee", language="", value=fee)
        assert ("offers" in linked(portal, "/leistungen/hund-anmelden/")[0]) is has_price


def test_what_others_do_is_theirs_to_describe(portal: Client) -> None:
    assert linked(portal, "/leistungen/kindergeld-beantragen/") == []


def test_no_text_ends_the_block(portal: Client, gladbeck: TenantInfo, system: Actor, service_id: Find) -> None:
    with in_tenant(gladbeck.ref):
        set_override(
            actor=system,
            service_id=service_id("hund-anmelden"),
            field="teaser",
            language="de",
            value="</script><script>alert(1)</script>",
        )
    assert "<script>alert(1)" not in portal.get("/leistungen/hund-anmelden/").content.decode()
