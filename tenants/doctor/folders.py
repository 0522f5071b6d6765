"""Folders of files: one for each tenant, and none that nobody owns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.doctor.finding import Finding
from tenants.doctor.queries import fetch
from tenants.names import TENANT_SCHEMA_PREFIX

# What imports, clones and departures make on their way; see tenants.lifecycle.
_ON_THE_WAY: Final = (".arriving-", ".leaving-", ".cloning-", ".replaced-")


def examine_folders() -> Iterator[Finding]:
    """Name folders of tenants that are gone, and what cut-off imports, clones and departures have left.

    Says nothing where this machine does not hold the files.
    """
    root = Path(settings.MEDIA_ROOT)
    if not root.is_dir():
        return
    owned = {schema for (schema,) in fetch("SELECT schema_name FROM registry_tenant")}
    for folder in sorted(one for one in root.iterdir() if one.is_dir()):
        if folder.name.startswith(TENANT_SCHEMA_PREFIX) and folder.name not in owned:
            what = _("Der Ordner {folder} gehört zu keiner Kommune").format(folder=folder)
            advice = _("Sehen Sie hinein; wird er nicht gebraucht, löschen Sie ihn, bevor eine Kommune so heißt.")
            yield Finding("problem", "folder_orphaned", "", what, advice)
        elif folder.name.startswith(_ON_THE_WAY):
            what = _("Der Ordner {folder} ist von einem Umzug übrig, oder einer läuft gerade").format(folder=folder)
            advice = _("Starten Sie den unterbrochenen Befehl noch einmal; er räumt auf.")
            yield Finding("note", "folder_left", "", what, advice)
