"""What publishing a contribution does to the towns of its layer, before it is done."""

from __future__ import annotations

from django.utils import timezone

from catalog.contributions.models import Kind
from catalog.contributions.publishing import level_of
from catalog.contributions.selectors import ContributionInfo
from catalog.editing.changes import Change
from catalog.editing.drafts import DraftInfo
from catalog.editing.impact import Impact, foresee
from catalog.editing.models import DraftState
from catalog.editing.places import Scope, list_towns_in, scope_from
from catalog.presets.selectors import list_presets_of
from catalog.resolution.decide import decide
from catalog.resolution.values import ServiceHead
from catalog.search.selectors import profile_of_tenant
from catalog.services.selectors import get_service_by_id
from tenants.context import as_editor
from tenants.errors import NotFound


def foresee_contribution(info: ContributionInfo) -> Impact | None:
    """Return what publishing a contribution would do; None where its service is not in the catalogue any more."""
    scope = scope_from(info.target_layer, info.target_area)
    if info.kind == Kind.SERVICE:
        return _foresee_new(info, scope)
    try:
        with as_editor():
            record = get_service_by_id(info.service_id)
    except NotFound:
        return None
    return foresee(record, _as_draft(info, scope))


def _foresee_new(info: ContributionInfo, scope: Scope) -> Impact:
    """Towns show a new service by preset: nobody has decided on it."""
    codes = list(info.facts["category_codes"])
    with as_editor():
        presets = list_presets_of(info.id, category_codes=codes)
    head = ServiceHead(info.id, str(info.facts["slug"]), level_of(info.tenant_id), scope.area, presets)
    towns = list_towns_in(scope)
    gains = tuple(one for one in towns if decide(head, profile_of_tenant(one), None).is_listed)
    return Impact(
        fields=(), total=len(towns), linked=(), not_offered=(), uninvolved=len(towns) - len(gains), gains=gains
    )


def _as_draft(info: ContributionInfo, scope: Scope) -> DraftInfo:
    """Return the contribution as the draft that it could have been."""
    now = timezone.now()
    changes = {
        key: Change(value=value, version=1, edited_by=info.giver_name, edited_by_id=None, edited_at=now)
        for key, value in info.values.items()
    }
    return DraftInfo(
        id=info.id,
        service_id=info.service_id,
        scope=scope,
        state=DraftState.WRITING,
        version=1,
        changes=changes,
        locks={},
        head={},
        note="",
        comment="",
        created_by=info.giver_name,
        edited_by=info.giver_name,
        edited_at=now,
        submitted_by="",
        submitted_at=None,
        approved_by="",
        publish_at=None,
    )
