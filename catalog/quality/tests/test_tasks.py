"""The background: each town is counted in a task of its own, inside its own context."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.coverage.models import RegionCoverage, TownCoverage
from catalog.quality import tasks
from tenants.context import as_projector, as_umbrella, current_tenant, in_tenant
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db


def test_a_look_sends_a_task_for_each_town_that_is_due(gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, dict[str, Any]] = {}

    def note(**options: Any) -> None:
        sent[current_tenant().slug] = options

    monkeypatch.setattr(tasks.count, "apply_async", note)
    with as_projector():
        TownCoverage.objects.filter(tenant_id=gladbeck.id).delete()
        RegionCoverage.objects.all().delete()
    tasks.look()
    assert sent["gladbeck"]["kwargs"] == {"is_full": True}
    # Nothing piles up behind a slow queue.
    assert sent["gladbeck"]["expires"] < 60
    with as_umbrella():
        assert RegionCoverage.objects.filter(region="emscher-lippe").exists()


def test_a_look_sends_no_more_than_workers_do_until_the_next(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    changed, whole = (dorsten, False), (gladbeck, True)
    assert tasks.choose([whole] * 20 + [changed] * 20, budget=36) == [changed] * 20 + [whole] * 2
    # One that is too large alone still gets its turn.
    assert tasks.choose([whole, whole], budget=1) == [whole]
    assert tasks.choose([]) == []


def test_a_town_is_counted_inside_itself(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        assert tasks.count(is_full=True) > 0
