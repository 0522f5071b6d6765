"""Operators and umbrella portals from a file: what a new deployment starts with.

The file's key tree is that of `federation/demo/data/operators.yaml` and `regions.yaml` in one (see the README there).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from federation.umbrella.services import ensure_region_pages
from shared_services.portal.theme_presets import preset
from tenants.actors import Actor
from tenants.context import as_migration
from tenants.errors import InvalidInput
from tenants.registry.regions import OperatorDraft, RegionDraft, ensure_operators, ensure_regions

_TEXTS = ("claim", "intro", "imprint_note")


def load_regions(*, actor: Actor, data: Mapping[str, Any]) -> int:
    """Create what is missing of operators, regions and the regions' legal pages; return how many regions were named.

    All or nothing. Raises: InvalidInput for a missing key, and what `ensure_regions` raises.
    """
    try:
        operators = [OperatorDraft(**row) for row in data["operators"]]
        regions = [_draft(row) for row in data["regions"]]
    except (KeyError, TypeError) as wrong:
        message = _("In der Datei fehlt eine Angabe oder eine ist zu viel: {what}.").format(what=wrong)
        raise InvalidInput(message) from wrong
    with as_migration(), transaction.atomic():
        ensure_operators(actor=actor, drafts=operators)
        for region in ensure_regions(actor=actor, drafts=regions):
            ensure_region_pages(region)
    return len(regions)


def _draft(row: Mapping[str, Any]) -> RegionDraft:
    return RegionDraft(
        slug=row["slug"],
        name=row["name"],
        short_name=row["short_name"],
        host=row["host"],
        tenant_domain=row["tenant_domain"],
        operator_slug=row["operator"],
        area_prefixes=row["area_prefixes"],
        theme=preset(row.get("theme_preset", "")).as_dict(),
        contact=row.get("contact", {}),
        texts={name: row[name] for name in _TEXTS if name in row},
    )
