"""Entries of the audit trail in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.audit.selectors import list_recent
from tenants.registry.selectors import list_life_choices

# Only what concerns the running of a portal: what a town's staff do is their town's business.
_PREFIX = "tenant."


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One action as people read it."""

    at: datetime
    who: str
    what: str
    tenant_id: UUID | None


def list_trail(tenant_ids: Collection[UUID], *, limit: int) -> list[TrailEntry]:
    """Return the newest actions of operators and commands on these tenants."""
    entries = list_recent(tenant_ids=tenant_ids, prefix=_PREFIX, limit=limit)
    return [
        TrailEntry(
            at=entry.at,
            who=entry.actor_name or entry.actor_kind,
            what=_words(entry.action, entry.data),
            tenant_id=entry.tenant_id,
        )
        for entry in entries
    ]


def _words(action: str, data: Mapping[str, Any]) -> str:
    if action == "tenant.life_changed":
        return _life_words(data)
    sentences = {
        "tenant.onboarded": _("Eingerichtet unter {host}"),
        "tenant.completed": _("Einrichtung vervollständigt"),
        "tenant.domain_added": _("Adresse {host} hinzugefügt"),
        "tenant.domain_made_primary": _("{host} zur Hauptadresse bestimmt"),
        "tenant.domain_removed": _("Adresse {host} entfernt"),
        "tenant.error_cleared": _("Fehler als erledigt markiert"),
        "tenant.invited": _("Neuen Einladungslink erstellt"),
        "tenant.offboarding_begun": _("Portal geschlossen, um die Kommune zu entfernen: {reason}"),
        "tenant.offboarding_exported": _("Archiv geschrieben"),
        "tenant.offboarding_outdated": _("Seit dem Archiv hat sich etwas geändert; ein neues wird geschrieben"),
        "tenant.offboarding_cancelled": _("Entfernen abgebrochen"),
        "tenant.removed": _("Alle Daten gelöscht"),
    }
    found = sentences.get(action)
    return found.format(host=data.get("host", ""), reason=data.get("reason") or "–") if found else action


def _life_words(data: Mapping[str, Any]) -> str:
    names = dict(list_life_choices())
    before, after = str(data.get("from", "")), str(data.get("to", ""))
    if after == "suspended":
        return _("Gesperrt: {reason}").format(reason=data.get("reason", ""))
    if before == "suspended":
        return _("Freigegeben, wieder „{now}“").format(now=names.get(after, after))
    return _("Zustand von „{before}“ auf „{now}“ geändert").format(
        before=names.get(before, before), now=names.get(after, after)
    )
