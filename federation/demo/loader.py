"""Fill an empty deployment with the demo. What people have changed since stays: a town is filled once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from catalog.search.services import rebuild_search
from catalog.services.content import load_catalogue
from catalog.services.selectors import list_service_ids
from federation.demo.accounts import (
    load_citizen_accounts,
    load_editor_accounts,
    load_operator_accounts,
    load_staff_accounts,
)
from federation.demo.bookmarks import load_bookmarks
from federation.demo.citizens import load_own_data
from federation.demo.decisions import load_decisions
from federation.demo.directory import load_directory
from federation.demo.drafts import load_drafts
from federation.demo.editing import load_changes, pin_versions
from federation.demo.local import decide_offers, load_local
from federation.demo.portal import load_portal
from federation.demo.presets import load_presets
from federation.demo.quality import count_towns
from federation.demo.registry import load_demo_regions, onboard_tenants
from federation.demo.views import load_views_of_regions, load_views_of_town
from tenants.actors import Actor, system_actor
from tenants.audit.selectors import list_subjects
from tenants.audit.services import record
from tenants.context import as_migration, as_operator, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.generations import touch_tenant
from tenants.registry.sites import TenantInfo, directory

CONTENT_DIR: Final = Path(__file__).resolve().parent.parent.parent / "catalog" / "data"
_FILLED: Final = "demo.filled"
_EDITED: Final = "demo.edited"


def load_demo() -> Iterator[str]:
    """Load what is missing and yield a line per step."""
    actor = system_actor("verbund demo")
    with as_migration():
        regions = load_demo_regions(actor)
        report = load_catalogue(CONTENT_DIR, actor=actor)
    yield f"{regions} regions; {report}"
    onboarded = onboard_tenants(actor)
    yield f"{len(onboarded)} municipalities, {sum(1 for one in onboarded if one.created)} of them new"
    load_operator_accounts(actor)
    load_editor_accounts(actor)
    new_citizens = load_citizen_accounts(actor)
    filled = _fill_tenants(actor)
    yield f"{filled} municipalities filled with content"
    yield f"{_load_changes_once(actor)} changes of editors above"
    with as_migration():
        if filled:
            rebuild_search()
    load_own_data(new_citizens)
    load_bookmarks(new_citizens)
    while project_waiting():
        pass
    if decide_offers():
        project_waiting()
    yield "search is up to date"
    yield f"scores of {count_towns(actor)} municipalities counted"


def _load_changes_once(actor: Actor) -> int:
    with as_operator():
        if list_subjects(action=_EDITED):
            return 0
    with as_migration():
        service_ids = list_service_ids()
    done = load_changes(service_ids) + load_presets(service_ids)
    load_views_of_regions()
    with as_operator():
        record(actor=actor, action=_EDITED, subject="demo:editing")
    return done


def _fill_tenants(actor: Actor) -> int:
    with as_operator():
        already = set(list_subjects(action=_FILLED))
    with as_migration():
        service_ids = list_service_ids()
    waiting = [tenant for tenant in directory.reload().tenants.values() if f"tenant:{tenant.id}" not in already]
    known = {path.stem for path in (Path(__file__).resolve().parent / "data" / "portal").glob("*.yaml")}
    todo = [tenant for tenant in waiting if tenant.slug in known]
    for tenant in todo:
        _fill(actor, tenant, service_ids)
    return len(todo)


def _fill(actor: Actor, tenant: TenantInfo, service_ids: dict[str, UUID]) -> None:
    with in_tenant(tenant.ref), transaction.atomic():
        load_portal(actor, tenant.slug)
        load_decisions(actor, tenant.slug, service_ids)
        pin_versions(actor, tenant.slug, service_ids)
        load_directory(actor, tenant.slug, service_ids)
        load_local(tenant.slug, service_ids)
        load_drafts(actor, tenant.slug, service_ids)
        load_staff_accounts(actor, tenant.slug)
        load_views_of_town(tenant.slug)
        record(actor=actor, action=_FILLED, subject=f"tenant:{tenant.id}")
        touch_tenant()
