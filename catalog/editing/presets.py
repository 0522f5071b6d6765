"""Presets of a region: what its towns begin with, and what holds for them while they have not decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.decisions.validation import check_decision
from catalog.editing.policies import can_set_presets
from catalog.editing.preset_effects import PresetEffect, foresee, with_preset, without_preset
from catalog.presets.models import RegionPreset
from catalog.resolution.decide import Decision
from catalog.resolution.values import PresetRow
from catalog.services.selectors import ServiceRecord, get_service_by_id, list_categories, list_services
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.editors.policies import require
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.registry.generations import touch_catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetWish:
    """What an editor wants to preset: for one service or for one topic."""

    service_id: UUID | None = None
    category_code: str = ""
    decision: str
    tenant_kinds: frozenset[str] = frozenset()
    link_url: str = ""
    link_authority: str = ""
    reason: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class PresetInfo:
    """A preset as it stands."""

    id: UUID
    wish: PresetWish
    changed_by: str
    changed_at: dt.datetime
    version: int


def list_presets(region: str) -> list[PresetInfo]:
    """Return a region's presets, topics first; one query."""
    return [_info(row) for row in RegionPreset.objects.filter(region_slug=region).order_by("category_code", "id")]


def get_preset(region: str, preset_id: UUID) -> PresetInfo:
    """Return one of the region's presets. Raises: NotFound."""
    row = RegionPreset.objects.filter(region_slug=region, id=preset_id).first()
    if row is None:
        raise _missing()
    return _info(row)


def check_wish(wish: PresetWish) -> PresetWish:
    """Return the wish as it will be stored.

    Raises: InvalidInput (fields `target`, `decision`, `tenant_kinds`, `link_url`, `link_authority`, `reason`,
    `alternative`); NotFound for an unknown service.
    """
    if (wish.service_id is None) == (not wish.category_code):
        raise _wrong("target", _("Wählen Sie eine Leistung oder ein Thema."))
    if wish.service_id is not None:
        get_service_by_id(wish.service_id)
    elif wish.category_code not in {one.code for one in list_categories()}:
        raise _wrong("target", _("Dieses Thema gibt es nicht."))
    if wish.decision not in {Decision.ADOPT, Decision.LINK, Decision.NOT_OFFERED}:
        raise _wrong("decision", _("Wählen Sie, womit die Kommunen beginnen."))
    row = check_decision(
        decision=wish.decision,
        link_url=wish.link_url,
        link_authority=wish.link_authority,
        reason=wish.reason,
        alternative=wish.alternative,
    )
    if row.decision is Decision.LINK and not row.link_url:
        raise _wrong("link_url", _("Geben Sie die Adresse an, unter der es die Leistung gibt."))
    return replace(
        wish,
        decision=row.decision.value,
        link_url=row.link_url,
        link_authority=row.link_authority,
        reason=row.reason,
        alternative=row.alternative,
    )


def foresee_preset(region: str, wish: PresetWish) -> PresetEffect:
    """Return what this preset would change for towns that have not decided; as the editors' database role."""
    preset = _row(region, wish)
    return foresee(region, _services_of(wish), lambda one: with_preset(one.head, preset, one.category_codes))


def foresee_removal(region: str, wish: PresetWish) -> PresetEffect:
    """Return what taking this preset back would change."""
    preset = _row(region, wish)
    return foresee(region, _services_of(wish), lambda one: without_preset(one.head, preset))


def set_preset(*, actor: Actor, region: str, wish: PresetWish, expected_version: int = 0) -> UUID:
    """Make or change the preset of a region for a service or a topic; towns that have decided keep their decision.

    Effects: pages and lists of all towns and umbrellas follow at once.
    Raises: NotAllowed; InvalidInput; NotFound; Conflict when someone else has changed it meanwhile.
    """
    require(can_set_presets, actor, region)
    with as_editor(), transaction.atomic():
        checked = check_wish(wish)
        target = {"service_id": checked.service_id, "category_code": checked.category_code}
        row = RegionPreset.objects.select_for_update().filter(region_slug=region, **target).first()
        if (row.version if row else 0) != expected_version:
            raise _stale(row)
        before = _data(_info(row).wish) if row else None
        row = row or RegionPreset(region_slug=region, version=0, **target)
        row.decision, row.tenant_kinds = checked.decision, sorted(checked.tenant_kinds)
        row.link_url, row.link_authority = checked.link_url, checked.link_authority
        row.reason, row.alternative = checked.reason, checked.alternative
        row.changed_by, row.version = actor.name, row.version + 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as made:
            # Two made the first preset of the same target at once.
            raise _stale(RegionPreset.objects.filter(region_slug=region, **target).first()) from made
        data = {"region": region, "before": before, "after": _data(checked)}
        record(actor=actor, action="catalog.preset.set", subject=f"preset:{row.id}", data=data)
        touch_catalogue()
    return row.id


def remove_preset(*, actor: Actor, region: str, preset_id: UUID, expected_version: int) -> None:
    """Take a preset back: what follows from the topic or the towns' level holds again.

    Raises: NotAllowed; NotFound; Conflict when someone else has changed it meanwhile.
    """
    require(can_set_presets, actor, region)
    with as_editor(), transaction.atomic():
        row = RegionPreset.objects.select_for_update().filter(region_slug=region, id=preset_id).first()
        if row is None:
            raise _missing()
        if row.version != expected_version:
            raise _stale(row)
        data = {"region": region, "before": _data(_info(row).wish), "after": None}
        row.delete()
        record(actor=actor, action="catalog.preset.removed", subject=f"preset:{preset_id}", data=data)
        touch_catalogue()


def _services_of(wish: PresetWish) -> list[ServiceRecord]:
    if wish.service_id is not None:
        return list_services(fields=("title",), ids=[wish.service_id])
    return list_services(fields=("title",), category=wish.category_code)


def _info(row: RegionPreset) -> PresetInfo:
    wish = PresetWish(
        service_id=row.service_id,
        category_code=row.category_code,
        decision=row.decision,
        tenant_kinds=frozenset(row.tenant_kinds),
        link_url=row.link_url,
        link_authority=row.link_authority,
        reason=row.reason,
        alternative=row.alternative,
    )
    return PresetInfo(row.id, wish, row.changed_by, row.changed_at, row.version)


def _row(region: str, wish: PresetWish) -> PresetRow:
    return PresetRow(
        region=region,
        decision=wish.decision,
        tenant_kinds=wish.tenant_kinds,
        category_code=wish.category_code,
        link_url=wish.link_url,
        link_authority=wish.link_authority,
        reason=wish.reason,
        alternative=wish.alternative,
    )


def _data(wish: PresetWish) -> dict[str, object]:
    target = str(wish.service_id) if wish.service_id else wish.category_code
    return {
        "target": target,
        "decision": wish.decision,
        "tenant_kinds": sorted(wish.tenant_kinds),
        "link_url": wish.link_url,
    }


def _missing() -> NotFound:
    return NotFound(_("Diese Vorgabe gibt es nicht mehr."))


def _stale(row: RegionPreset | None) -> Conflict:
    if row is None:
        return Conflict(_("Jemand hat diese Vorgabe inzwischen zurückgenommen."), code="preset_changed")
    message = _("{author} hat diese Vorgabe inzwischen geändert. Öffnen Sie sie neu und prüfen Sie, was jetzt gilt.")
    return Conflict(message.format(author=row.changed_by or _("Jemand")), code="preset_changed")


def _wrong(name: str, message: str) -> InvalidInput:
    return InvalidInput(message, data={"fields": {name: [message]}})
