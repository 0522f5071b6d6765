"""The list beside two thousand services: as many queries as beside a hundred."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.services.models import LayerValue, Service, State
from tenants.context import as_migration
from tenants.registry.generations import touch_catalogue

BASE = "/verwaltung/leistungen/"
NUMBER = 1890


@pytest.fixture
def many_services(db: None) -> None:
    """Fill the catalogue up to two thousand services."""
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    fresh = [
        Service(slug=f"probe-{number}", layer="municipality", state=State.PUBLISHED, published_at=now)
        for number in range(NUMBER)
    ]
    texts = (("title", "Probe Nummer {}"), ("teaser", "Eine Probe, die {}. von vielen."))
    values = [
        LayerValue(
            service=one, layer="municipality", field=name, language="de", value=text.format(number), changed_at=now
        )
        for number, one in enumerate(fresh)
        for name, text in texts
    ]
    with as_migration():
        Service.objects.bulk_create(fresh, batch_size=1000)
        LayerValue.objects.bulk_create(values, batch_size=1000)
        touch_catalogue()


def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


ADDRESSES = ("", "?q=Probe+Nummer+17", "?entscheidung=adopt&sortierung=neueste&seite=2", "?merkmal=eigene")


def test_two_thousand_services_take_no_more_queries(editor_client: Client, request: pytest.FixtureRequest) -> None:
    queries_of(editor_client, BASE)
    before = [queries_of(editor_client, BASE + address) for address in ADDRESSES]
    request.getfixturevalue("many_services")
    assert [queries_of(editor_client, BASE + address) for address in ADDRESSES] == before
    assert "Probe Nummer 1799" in editor_client.get(f"{BASE}?q=probe-1799").content.decode()
