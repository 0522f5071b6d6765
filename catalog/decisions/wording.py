"""Decisions in words: one, and one on many services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.bulk import BulkInfo
from catalog.decisions.bulk_plan import REASONS, BulkAction
from catalog.decisions.history import DecisionEntry
from catalog.decisions.presentation import DECISION_LABELS
from catalog.decisions.states import DecisionState, state_from
from catalog.decisions.town import TownService, profile_of
from catalog.resolution.decide import AdoptionRow, Decision, decide
from catalog.resolution.values import NO_LANGUAGE, SOURCE_LANGUAGE, FieldKey
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.registry.sites import TenantInfo, directory

ACTION_LABELS: Final[Mapping[BulkAction, Promise]] = {
    BulkAction.ADOPT: gettext_lazy("übernehmen"),
    BulkAction.OVERRIDE: gettext_lazy("anpassen"),
    BulkAction.LINK: gettext_lazy("verlinken"),
    BulkAction.NOT_OFFERED: gettext_lazy("nicht anbieten"),
    BulkAction.PRESET: gettext_lazy("zurück zur Voreinstellung"),
    BulkAction.PIN: gettext_lazy("Fassung festhalten"),
    BulkAction.UNPIN: gettext_lazy("Fassung freigeben"),
}


@dataclass(frozen=True, slots=True)
class NamedService:
    """A service of an earlier decision, as it was called then. `then`: what was decided; `reason`: why not."""

    slug: str
    title: str
    before: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecisionText:
    """An earlier decision, in words."""

    label: str
    detail: str
    cause: str
    author: str
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BulkText:
    """A decision on many services, in words."""

    id: UUID
    label: str
    detail: str
    changed: int
    same: int
    left_out: tuple[NamedService, ...]
    kept: tuple[NamedService, ...]
    entries: tuple[NamedService, ...]
    author: str
    created_at: dt.datetime
    undone_at: dt.datetime | None
    undone_by: str


def describe_state(state: DecisionState, *, preset: Decision) -> str:
    """Return a decision in a few words, with where a link leads or why something is not offered."""
    if state.row is None:
        return _("{decision} (Voreinstellung)").format(decision=DECISION_LABELS[preset])
    words = str(DECISION_LABELS[state.row.decision])
    detail = describe_detail(state.row)
    if detail:
        words = f"{words}: {detail}"
    if state.pinned_version is not None:
        words = _("{decision}, festgehalten bei Fassung {number}").format(decision=words, number=state.pinned_version)
    return words


def describe_detail(row: AdoptionRow) -> str:
    """Return what belongs to a decision: the other authority, or the reason and where to go instead."""
    parts = (row.link_authority, row.link_url) if row.decision is Decision.LINK else (row.reason, row.alternative)
    return " – ".join(part for part in parts if part)


def describe_entry(entry: DecisionEntry) -> DecisionText:
    """Return an earlier decision in words."""
    row = entry.state.row
    label = str(DECISION_LABELS[row.decision]) if row else _("Voreinstellung")
    detail = describe_detail(row) if row else ""
    if entry.state.pinned_version is not None:
        pinned = _("festgehalten bei Fassung {number}").format(number=entry.state.pinned_version)
        detail = f"{detail}, {pinned}" if detail else pinned
    return DecisionText(label, detail, entry.cause_label, entry.author, entry.changed_at)


def describe_preset(service: TownService, town: TenantInfo) -> str:
    """Return in a sentence what holds as long as nobody decides, and whose preset that is."""
    preset = decide(service.record.head, profile_of(town), None)
    label = DECISION_LABELS[preset.kind]
    if preset.is_of_region:
        region = directory.snapshot().regions.get(town.region_slug)
        return _("Ohne Entscheidung gilt die Voreinstellung Ihrer Region ({region}): {decision}.").format(
            region=region.name if region else town.region_slug, decision=label
        )
    return _("Ohne Entscheidung gilt die Voreinstellung für Ihre Ebene: {decision}.").format(decision=label)


def describe_bulk(bulk: BulkInfo) -> BulkText:
    """Return a decision on many services in words."""
    facts = state_from(bulk.facts).row
    return BulkText(
        id=bulk.id,
        label=str(ACTION_LABELS[bulk.action]),
        detail=describe_detail(facts) if facts else "",
        changed=bulk.changed,
        same=bulk.same,
        left_out=tuple(map(_named, bulk.left_out)),
        kept=tuple(map(_named, bulk.kept)),
        entries=tuple(map(_named, bulk.entries)),
        author=bulk.author,
        created_at=bulk.created_at,
        undone_at=bulk.undone_at,
        undone_by=bulk.undone_by,
    )


def field_names(keys: Iterable[FieldKey]) -> str:
    """Return fields by name, with the language where it is not German: `Titel, Titel (Englisch)`."""
    return ", ".join(map(_field_name, keys))


def _field_name(key: FieldKey) -> str:
    label = str(FIELD_LABELS[key.field])
    return label if key.language in {NO_LANGUAGE, SOURCE_LANGUAGE} else f"{label} ({LANGUAGE_LABELS[key.language]})"


def _named(entry: Mapping[str, Any]) -> NamedService:
    before = ""
    if "before" in entry:
        before = describe_state(state_from(entry["before"]), preset=Decision(entry["preset"]))
    reason = str(REASONS[entry["reason"]]) if "reason" in entry else ""
    title = entry["title"] or _("eine Leistung, die es nicht mehr gibt")
    return NamedService(entry["slug"], title, before=before, reason=reason)
