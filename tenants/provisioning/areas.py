"""The official list of municipalities and districts that the deployment ships, and the arithmetic of their keys.

Source: tenants/data (GeoNames, CC BY 4.0; see the README there). AGS: 8 digits, ARS: 12 digits.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from tenants.registry.models import TenantKind
from tenants.sorting import slug_of

DATA_DIR: Final = Path(__file__).resolve().parent.parent / "data"
_AGS: Final = re.compile(r"^\d{8}$|^\d{5}$")


@dataclass(frozen=True)
class Area:
    """A municipality or a district. `ags` has 8 digits, a district's end in 000; coordinates are WGS 84 degrees."""

    ags: str
    ars: str
    name: str
    official_name: str
    kind: TenantKind
    state_code: str
    district_ags: str
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    postcodes: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The short name a tenant of this area gets by default."""
        return slug_of(self.name)


def ars_from_ags(ags: str) -> str:
    """Return the ARS in a state without associations of municipalities (North Rhine-Westphalia).

    Source: ARS = AGS[:5] + "0" + AGS[5:] + AGS[5:]; independent cities AGS + "0000".
    """
    return f"{ags}0000" if ags.endswith("000") else f"{ags[:5]}0{ags[5:]}{ags[5:]}"


def normal_ags(text: str) -> str | None:
    """Return an AGS of 8 digits (a district's five are filled up), or None if it has another form."""
    compact = text.replace(" ", "")
    return compact.ljust(8, "0") if _AGS.fullmatch(compact) else None


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def list_areas() -> dict[str, Area]:
    """Return every known area by its AGS."""
    postcodes: dict[str, list[str]] = defaultdict(list)
    for row in _rows("postcodes.csv"):
        postcodes[row["ags"]].append(row["postcode"])
    districts = {row["ags"]: row for row in _rows("districts.csv")}
    areas = {row["ags"]: _municipality(row, districts, postcodes) for row in _rows("municipalities.csv")}
    for row in districts.values():
        if row["independent"] != "true":
            area = _district(row, areas)
            areas[area.ags] = area
    return areas


def _municipality(row: dict[str, str], districts: dict[str, dict[str, str]], postcodes: dict[str, list[str]]) -> Area:
    district = districts.get(row["district_ags"], {})
    independent = district.get("independent") == "true"
    return Area(
        ags=row["ags"],
        ars=row["ars"],
        name=row["name"],
        official_name=row.get("official_name") or f"{_form(row, district)} {row['name']}",
        kind=TenantKind.INDEPENDENT_CITY if independent else TenantKind.TOWN,
        state_code=row["ags"][:2],
        district_ags="" if independent else row["district_ags"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        population=int(row["population"]) or None,
        postcodes=tuple(sorted(postcodes[row["ags"]])),
    )


def _form(row: dict[str, str], district: dict[str, str]) -> str:
    # Whether a municipality is a town is not in the list of places; small ones are usually not.
    is_town = district.get("independent") == "true" or int(row["population"]) >= _TOWN_INHABITANTS
    return "Stadt" if is_town else "Gemeinde"


_TOWN_INHABITANTS: Final = 20_000


def _district(row: dict[str, str], municipalities: dict[str, Area]) -> Area:
    towns = [area for area in municipalities.values() if area.district_ags == row["ags"]]
    placed = [area for area in towns if area.latitude is not None and area.longitude is not None]
    return Area(
        ags=row["ags"] + "000",
        ars=row["ars"],
        name=row["name"],
        official_name=row["official_name"],
        kind=TenantKind.DISTRICT,
        state_code=row["state_code"],
        district_ags="",
        latitude=_mean([area.latitude or 0.0 for area in placed]),
        longitude=_mean([area.longitude or 0.0 for area in placed]),
        population=sum(area.population or 0 for area in towns) or None,
        postcodes=tuple(sorted({code for area in towns for code in area.postcodes})),
    )


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 5) if values else None


@lru_cache(maxsize=1)
def list_states() -> dict[str, str]:
    """Return the names of the states by the first two digits of their keys."""
    return {row["code"]: row["name"] for row in _rows("states.csv")}
