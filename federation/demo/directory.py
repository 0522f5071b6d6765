"""Offices and people of the towns that have a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from uuid import UUID

from federation.demo.files import DATA_DIR, Record, read
from shared_services.directory.drafts import PERSON_TEXTS, UNIT_TEXTS
from shared_services.directory.services import save_person, save_unit
from shared_services.portal.hours import Span
from tenants.actors import Actor


def load_directory(actor: Actor, slug: str, service_ids: Mapping[str, UUID]) -> None:
    """Apply one town's file, inside the town's context; units stand after the one they belong to."""
    if not (DATA_DIR / "directory" / f"{slug}.yaml").exists():
        return
    units: dict[str, UUID] = {}
    for unit in read(f"directory/{slug}.yaml")["units"]:
        units[unit["key"]] = save_unit(
            actor=actor,
            texts={name: unit.get(name, "") for name in UNIT_TEXTS},
            description=unit.get("description", {}),
            access=unit.get("access", {}),
            week={day: [_span(text) for text in spans] for day, spans in unit.get("hours", {}).items()},
            hours_note=unit.get("hours_note", {}),
            parent_id=units[unit["parent"]] if "parent" in unit else None,
            service_ids=_ids(unit, service_ids),
        )
        for person in unit.get("people", []):
            save_person(
                actor=actor,
                unit_id=units[unit["key"]],
                texts={name: person.get(name, "") for name in PERSON_TEXTS},
                service_ids=_ids(person, service_ids),
            )


def _ids(record: Record, service_ids: Mapping[str, UUID]) -> list[UUID]:
    return [service_ids[slug] for slug in record.get("services", [])]


def _span(text: str) -> Span:
    opens, closes = text.split("-")
    return Span(time.fromisoformat(opens), time.fromisoformat(closes))
