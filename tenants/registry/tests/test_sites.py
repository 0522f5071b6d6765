"""The directory of sites: when it looks at the database, and when it does not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.context import as_operator
from tenants.registry.generations import REGISTRY, touch_registry
from tenants.registry.models import Tenant
from tenants.registry.sites import SiteDirectory, directory

pytestmark = pytest.mark.django_db


def rename(slug: str, name: str) -> None:
    with as_operator():
        Tenant.objects.filter(slug=slug).update(name=name)
        touch_registry()


def test_what_this_process_changed_is_seen_at_the_next_look() -> None:
    directory.snapshot()
    rename("gladbeck", "Neu-Gladbeck")
    assert directory.snapshot().tenants["gladbeck"].name == "Gladbeck"
    directory.expire()
    assert directory.snapshot().tenants["gladbeck"].name == "Neu-Gladbeck"


def test_a_listening_process_sees_its_own_change_before_it_hears_of_it() -> None:
    sites = SiteDirectory()
    sites.snapshot()
    sites.is_listening = True
    rename("gladbeck", "Neu-Gladbeck")
    sites.expire()
    assert not sites.is_listening, "what answers without a query must wait for the next look"
    assert sites.snapshot().tenants["gladbeck"].name == "Neu-Gladbeck"
    assert sites.is_listening


def test_expiring_asks_nothing_until_somebody_looks() -> None:
    directory.snapshot()
    with CaptureQueriesContext(connection) as queries:
        directory.expire()
    assert len(queries) == 0


def test_a_burst_of_changes_is_loaded_once() -> None:
    sites = SiteDirectory()
    first = sites.snapshot().generation
    for number in range(3):
        rename("gladbeck", f"Gladbeck {number}")
    with CaptureQueriesContext(connection) as queries:
        for number in range(first + 1, first + 4):
            sites.heard(REGISTRY, number)
    assert sites.snapshot().tenants["gladbeck"].name == "Gladbeck 2"
    assert sum('FROM "registry_domain"' in query["sql"] for query in queries) == 1


def test_a_load_costs_the_same_number_of_queries_for_any_number_of_tenants() -> None:
    sites = SiteDirectory()
    with CaptureQueriesContext(connection) as queries:
        sites.snapshot()
    # Generations; tenants, operators, regions, codes, hosts; and the identity that reads them.
    assert sum("SELECT" in query["sql"] for query in queries) == 6
