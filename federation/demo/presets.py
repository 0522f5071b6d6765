"""Presets of the demo's regions."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from catalog.editing.presets import PresetWish, list_presets, set_preset
from federation.demo.files import read
from tenants.actors import system_actor
from tenants.context import as_editor

_EDITOR = system_actor("Sven Muster")


def load_presets(service_ids: Mapping[str, UUID]) -> int:
    """Make the presets of regions that have none yet, and return how many."""
    rows = read("presets.yaml")["presets"]
    with as_editor():
        known = {(row["region"], preset.wish.service_id) for row in rows for preset in list_presets(row["region"])}
    done = 0
    for row in rows:
        wish = {name: text for name, text in row.items() if name not in {"region", "service"}}
        service_id = service_ids[row["service"]]
        if (row["region"], service_id) not in known:
            set_preset(actor=_EDITOR, region=row["region"], wish=PresetWish(service_id=service_id, **wish))
            done += 1
    return done
