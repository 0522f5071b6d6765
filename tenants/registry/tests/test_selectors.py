"""Lists of tenants: filters, order, pages, and whose they are."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.models import Tenant
from tenants.registry.selectors import (
    ORDERS,
    TenantPage,
    TenantQuery,
    count_tenants,
    get_tenant_page,
    get_tenant_record,
)
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db


def page(tenant: TenantInfo, **more: Any) -> TenantPage:
    return get_tenant_page(TenantQuery(operator_id=tenant.operator.id, **more))


def slugs(found: TenantPage) -> list[object]:
    return [record["slug"] for record in found.records]


def test_an_operator_sees_its_own_tenants(gladbeck: TenantInfo) -> None:
    found = slugs(page(gladbeck))
    assert "dorsten" in found
    assert "muenster" not in found
    assert page(gladbeck, text="münster").total == 0
    assert get_tenant_page(TenantQuery(operator_id=uuid4())).total == 0


@pytest.mark.parametrize("text", ["Oer-Erk", "oer-erkenschwick.local", "05562028", "oer-erkenschwick"])
def test_search_knows_name_host_key_and_short_name(gladbeck: TenantInfo, text: str) -> None:
    assert slugs(page(gladbeck, text=text)) == ["oer-erkenschwick"]


def test_search_takes_wildcards_for_what_they_are(gladbeck: TenantInfo) -> None:
    assert page(gladbeck, text="%").total == 0
    assert page(gladbeck, text="_").total == 0


def test_filters(gladbeck: TenantInfo) -> None:
    with as_operator():
        Tenant.objects.filter(slug="gladbeck").update(life="suspended", last_error="E", last_error_at=timezone.now())
        Tenant.objects.filter(slug="dorsten").update(schema_version="older")
    current = gladbeck.schema_version
    assert slugs(page(gladbeck, life="suspended")) == ["gladbeck"]
    assert slugs(page(gladbeck, needs="error")) == ["gladbeck"]
    assert slugs(page(gladbeck, needs="behind", current_version=current)) == ["dorsten"]
    assert slugs(page(gladbeck, order="error"))[0] == "gladbeck"


@pytest.mark.parametrize("order", [*ORDERS, "nonsense"])
def test_every_order_lists_every_tenant_once(gladbeck: TenantInfo, order: str) -> None:
    found = slugs(page(gladbeck, order=order))
    assert len(found) == len(set(found)) == page(gladbeck).total


def test_pages_hold_all_and_a_page_too_far_is_the_last(gladbeck: TenantInfo) -> None:
    whole = slugs(page(gladbeck))
    first, second = page(gladbeck, size=7), page(gladbeck, size=7, number=2)
    assert slugs(first) + slugs(second) == whole[:14]
    assert page(gladbeck, size=7, number=99).number == first.pages
    assert page(gladbeck, text="gibt es nicht", number=5).number == 1


def test_a_page_costs_the_same_whatever_its_size(gladbeck: TenantInfo, django_assert_num_queries: Any) -> None:
    # count, tenants with region, operator and district, codes, domains
    with django_assert_num_queries(4):
        page(gladbeck, size=2)
    with django_assert_num_queries(4):
        page(gladbeck, size=50)


def test_one_record_and_somebody_elses(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    record = get_tenant_record("gladbeck", operator_id=gladbeck.operator.id)
    assert (record["ags"], record["host"], record["district"]) == (
        "05562014",
        "gladbeck.localhost",
        "kreis-recklinghausen",
    )
    for slug, operator_id in (("gladbeck", uuid4()), ("atlantis", gladbeck.operator.id)):
        with pytest.raises(NotFound):
            get_tenant_record(slug, operator_id=operator_id)


def test_counts_by_region_and_state(gladbeck: TenantInfo) -> None:
    counts = count_tenants(operator_id=gladbeck.operator.id)
    assert {region for region, _life in counts} == {"emscher-lippe"}
    assert sum(counts.values()) == page(gladbeck).total
