"""How far two places are apart. Pure Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

# Source: IUGG mean radius of the earth.
EARTH_RADIUS_KM: Final = 6371.0088
# Two decimals are about a kilometre: enough to find the next town, too little to find a house.
DECIMALS: Final = 2
_DEGREES: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,12})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth. Units: degrees, WGS 84."""

    latitude: float
    longitude: float


def distance_km(first: Position, second: Position) -> float:
    """Return the distance along the surface by the haversine formula."""
    lat_1, lat_2 = radians(first.latitude), radians(second.latitude)
    half_lat = sin((lat_2 - lat_1) / 2)
    half_lon = sin(radians(second.longitude - first.longitude) / 2)
    chord = half_lat**2 + cos(lat_1) * cos(lat_2) * half_lon**2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def parse_position(latitude: str, longitude: str) -> Position | None:
    """Return a position from what a browser sent, rounded to about a kilometre; None if it is none."""
    if not (_DEGREES.match(latitude) and _DEGREES.match(longitude)):
        return None
    lat, lon = round(float(latitude), DECIMALS), round(float(longitude), DECIMALS)
    return Position(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
