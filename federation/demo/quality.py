"""Scores and figures of the demo's first day, so that nobody has to wait for the workers."""

from __future__ import annotations

from catalog.coverage.selectors import list_due_tenants
from catalog.coverage.services import sum_regions
from catalog.linkcheck.services import collect_shared_links
from catalog.quality.services import count_quality
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.outbox.services import project_waiting


def count_towns(actor: Actor) -> int:
    """Count every town whose figures are not those of now and return how many there were."""
    collect_shared_links(actor=actor)
    due = list_due_tenants()
    for town, is_full in due:
        with in_tenant(town.ref):
            count_quality(actor=actor, is_full=is_full)
    while project_waiting():
        pass
    sum_regions(actor=actor)
    return len(due)
