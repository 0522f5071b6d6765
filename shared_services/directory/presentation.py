"""Offices as pages show them: hours in words, the tree of offices, and the same for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup

from shared_services.directory.values import UnitInfo
from shared_services.portal.hours import today_at
from shared_services.portal.hours_texts import day_name, spans_text, today_text
from tenants.registry.sites import TenantInfo

# Any Monday will do: it only lends its weekdays' names.
_MONDAY: Final = date(2026, 1, 5)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Branch:
    """An office in the tree, and how deep it stands."""

    unit: UnitInfo
    depth: int


def hours_rows(unit: UnitInfo) -> list[tuple[str, str]]:
    """Return weekday and times in words, Monday to Friday always and the weekend where it is open; [] when unknown."""
    if not unit.week.is_known:
        return []
    days = [day for day in range(1, 8) if day <= 5 or unit.week.usual_on(day)]
    return [(day_name(_MONDAY.replace(day=_MONDAY.day + day - 1)), spans_text(unit.week.usual_on(day))) for day in days]


def today_line(unit: UnitInfo, now: datetime) -> str:
    """Say whether the office is open; "" when nobody entered hours."""
    return today_text(today_at(unit.week, now))


def list_branches(units: list[UnitInfo]) -> list[Branch]:
    """Return the offices as a tree from top to bottom, siblings in the given order."""
    below: dict[UUID | None, list[UnitInfo]] = {}
    known = {unit.id for unit in units}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)

    def walk(parent: UUID | None, depth: int) -> list[Branch]:
        found = []
        for unit in below.get(parent, []):
            found += [Branch(unit, depth), *walk(unit.id, depth + 1)]
        return found

    return walk(None, 0)


def describe_office(unit: UnitInfo, *, town: TenantInfo, url: str) -> Markup:
    """Return an office as schema.org GovernmentOffice. Source: https://schema.org/GovernmentOffice.

    A data block is not run, so the content security policy allows it; "<" is escaped, so no text can end it.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "name": unit.name,
        "url": url,
        "parentOrganization": {"@type": "GovernmentOrganization", "name": town.official_name},
    }
    if unit.street:
        data["address"] = {
            "@type": "PostalAddress",
            "streetAddress": unit.street,
            "postalCode": unit.postcode,
            "addressLocality": unit.town,
            "addressCountry": "DE",
        }
    optional = {"telephone": unit.phone, "email": unit.email, "description": unit.description}
    data |= {name: value for name, value in optional.items() if value}
    if unit.week.is_known:
        data["openingHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{_DAYS[day - 1]}",
                "opens": f"{span.opens:%H:%M}",
                "closes": f"{span.closes:%H:%M}",
            }
            for day, span in unit.week.usual
        ]
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 -- JSON without "<"
