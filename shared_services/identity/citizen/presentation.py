"""Devices and events in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.events import Happened
from shared_services.accounts.models import AttributeName
from shared_services.accounts.sessions import Device
from tenants.registry.sites import directory

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_ACTIONS: Final = {
    "account.created": gettext_lazy("Konto eröffnet"),
    "account.password_reset": gettext_lazy("Neues Passwort gesetzt"),
    "password.refused": gettext_lazy(
        "Falsches Passwort eingegeben. Waren Sie es nicht, hat jemand geraten und kam nicht in Ihr Konto."
    ),
    "session.opened": gettext_lazy("Angemeldet"),
    "factor.app_added": gettext_lazy("App für Einmalcodes eingerichtet"),
    "factor.app_removed": gettext_lazy("App für Einmalcodes entfernt"),
    "factor.code_refused": gettext_lazy(
        "Falscher Code nach dem richtigen Passwort. Waren Sie es nicht, setzen Sie ein neues Passwort."
    ),
    "factor.locked": gettext_lazy(
        "Anmeldung mit App gesperrt nach vielen falschen Codes. Waren Sie es nicht, setzen Sie ein neues Passwort."
    ),
    "factor.codes_renewed": gettext_lazy("Neue Notfallcodes"),
    "factor.code_used": gettext_lazy("Notfallcode benutzt"),
    "factor.passkey_added": gettext_lazy("Passkey eingerichtet"),
    "factor.passkey_removed": gettext_lazy("Passkey entfernt"),
    "data.changed": gettext_lazy("Angaben geändert"),
    "household.added": gettext_lazy("Person im Haushalt hinzugefügt"),
    "household.changed": gettext_lazy("Person im Haushalt geändert"),
    "household.removed": gettext_lazy("Person im Haushalt entfernt"),
    "business.added": gettext_lazy("Unternehmen hinzugefügt"),
    "business.changed": gettext_lazy("Unternehmen geändert"),
    "business.removed": gettext_lazy("Unternehmen entfernt"),
    "business.document_added": gettext_lazy("Nachweis für ein Unternehmen eingereicht"),
    "business.document_removed": gettext_lazy("Nachweis für ein Unternehmen gelöscht"),
    "choices.changed": gettext_lazy("Sprache der E-Mails geändert"),
    "device.new": gettext_lazy("Anmeldung mit einem neuen Gerät"),
    "account.email_asked": gettext_lazy("Neue E-Mail-Adresse eingetragen"),
    "account.email_changed": gettext_lazy("E-Mail-Adresse geändert"),
    "account.email_kept": gettext_lazy("Änderung der E-Mail-Adresse verhindert"),
    "identity.linked": gettext_lazy("Mit einem Ausweisdienst verbunden"),
    "identity.unlinked": gettext_lazy("Von einem Ausweisdienst getrennt"),
    "identity.change_agreed": gettext_lazy("Dem Wechsel des Ausweisdienstes zugestimmt"),
    "account.joined": gettext_lazy("Zweites Konto übernommen"),
    "account.deletion_announced": gettext_lazy("Löschung angekündigt, weil das Konto nicht benutzt wurde"),
    "data.exported": gettext_lazy("Alle Daten heruntergeladen"),
}


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A device's sign-in in words. `id` is that of one of its sessions: of the one that asks, where it is this."""

    id: UUID
    device: str
    place: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An entry in words."""

    at: datetime
    what: str
    who: str
    details: str


def present_devices(devices: Sequence[Device]) -> list[ShownDevice]:
    """Return sessions in words, those of one sign-in together: this device first, then the one used last."""
    by_sign_in: dict[str, list[Device]] = {}
    for one in devices:
        by_sign_in.setdefault(one.sign_in, []).append(one)
    shown = [_shown(sessions) for sessions in by_sign_in.values()]
    return sorted(shown, key=lambda one: (one.is_this, one.seen_at), reverse=True)


def _shown(sessions: Sequence[Device]) -> ShownDevice:
    first = next((one for one in sessions if one.is_this), sessions[0])
    return ShownDevice(
        id=first.id,
        device=device_name(first.user_agent),
        place=", ".join(sorted({site_name(one.site) for one in sessions})),
        started_at=min(one.started_at for one in sessions),
        seen_at=max(one.seen_at for one in sessions),
        is_this=first.is_this,
    )


def present_events(happened: Sequence[Happened]) -> list[ShownEvent]:
    """Return entries in words."""
    return [
        ShownEvent(
            at=one.at,
            what=event_name(one.action),
            who=_who(one),
            details=", ".join(_details(one)),
        )
        for one in happened
    ]


def event_name(action: str) -> str:
    """Return what happened, in words."""
    return str(_ACTIONS.get(action, action))


def device_name(user_agent: str) -> str:
    """Return browser and system of what a browser says of itself, as far as people know them."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}", user_agent)), _("Unbekannter Browser"))
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), _("unbekanntes System"))
    return _("{browser} auf {system}").format(browser=browser, system=system)


def site_name(site: str) -> str:
    """Return the name of a session's site: a town, or a region's umbrella."""
    snapshot = directory.snapshot()
    if site.startswith("umbrella:"):
        region = snapshot.regions.get(site.removeprefix("umbrella:"))
        return region.name if region else site
    return next((tenant.name for tenant in snapshot.tenants.values() if str(tenant.id) == site), _("eine Kommune"))


def _who(one: Happened) -> str:
    if one.actor_kind == "anonymous":
        return _("Unbekannt")
    return _("Sie selbst") if one.actor_kind == "citizen" else _town_name(one.tenant_id)


def _town_name(tenant_id: UUID | None) -> str:
    return site_name(str(tenant_id)) if tenant_id else _("Ihr Portal")


def _details(one: Happened) -> list[str]:
    found = []
    if one.details.get("user_agent"):
        found.append(device_name(str(one.details["user_agent"])))
    if one.details.get("times"):
        found.append(_("{count}-mal an diesem Tag").format(count=one.details["times"]))
    if one.details.get("site"):
        found.append(site_name(str(one.details["site"])))
    if one.details.get("fields"):
        labels = dict(AttributeName.choices)
        found.append(", ".join(str(labels.get(name, name)) for name in one.details["fields"]))
    return found
