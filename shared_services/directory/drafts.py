"""What the forms are filled with, and by what a service tells whether it is still so: the same values for both."""

from __future__ import annotations

from typing import Any, Final

from shared_services.directory.models import ContactPerson, OrganisationalUnit

UNIT_TEXTS: Final = ("name", "street", "postcode", "town", "phone", "email", "website_url")
PERSON_TEXTS: Final = ("name", "role", "covers", "room", "phone", "email")
Draft = dict[str, Any]


def unit_draft(unit: OrganisationalUnit) -> Draft:
    """All that an editor sets of an office."""
    return {
        **{name: getattr(unit, name) for name in UNIT_TEXTS},
        "parent": str(unit.parent_id or ""),
        "description": unit.description,
        "access": unit.access,
        "week": unit.hours,
        "note": unit.hours_note,
        "services": sorted(map(str, unit.service_ids)),
    }


def person_draft(person: ContactPerson) -> Draft:
    """All that an editor sets of a person."""
    return {
        **{name: getattr(person, name) for name in PERSON_TEXTS},
        "unit": str(person.unit_id),
        "services": sorted(map(str, person.service_ids)),
    }
