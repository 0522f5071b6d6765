"""Looks to start from: one per demo region and a neutral one for any other."""

from collections.abc import Mapping
from typing import Final

from shared_services.portal.theming import Palette, Theme

# Water and industry: petrol with the orange of blast furnaces at night.
EMSCHER_LIPPE: Final = Theme(
    light=Palette(
        primary="#00596b",
        on_primary="#ffffff",
        link="#00596b",
        header_background="#073b4c",
        header_text="#ffffff",
        accent="#c2410c",
        focus="#9a3412",
    ),
    dark=Palette(
        primary="#5fd0e3",
        on_primary="#00262e",
        link="#7adbea",
        header_background="#052a36",
        header_text="#eafaff",
        accent="#fb923c",
        focus="#fdba74",
    ),
)

# Hedgerows and brick: green with the red of old farmhouses.
MUENSTERLAND: Final = Theme(
    light=Palette(
        primary="#2b5f2e",
        on_primary="#ffffff",
        link="#255a29",
        header_background="#1f4a23",
        header_text="#ffffff",
        accent="#a63d1f",
        focus="#7a2c14",
    ),
    dark=Palette(
        primary="#9bd48a",
        on_primary="#0d2410",
        link="#abdf9c",
        header_background="#16331a",
        header_text="#f1fbee",
        accent="#f0997b",
        focus="#f7c0a8",
    ),
)

# A laboratory: indigo with magenta.
MODELLKOMMUNEN: Final = Theme(
    light=Palette(
        primary="#4a35b0",
        on_primary="#ffffff",
        link="#4a35b0",
        header_background="#2c1f73",
        header_text="#ffffff",
        accent="#b6246f",
        focus="#8f1654",
    ),
    dark=Palette(
        primary="#b9acff",
        on_primary="#1a0f4d",
        link="#c6bbff",
        header_background="#221859",
        header_text="#f5f2ff",
        accent="#ff8ac0",
        focus="#ffb3d6",
    ),
)

# For a region without a look of its own.
NEUTRAL: Final = Theme(
    light=Palette(
        primary="#1a3da5",
        on_primary="#ffffff",
        link="#1a3da5",
        header_background="#16275c",
        header_text="#ffffff",
        accent="#0f6f86",
        focus="#454b6b",
    ),
    dark=Palette(
        primary="#a3b8f5",
        on_primary="#0b1538",
        link="#b1c3f8",
        header_background="#101c45",
        header_text="#f2f5ff",
        accent="#6cc9df",
        focus="#c3c8de",
    ),
)

PRESETS: Final[Mapping[str, Theme]] = {
    "emscher-lippe": EMSCHER_LIPPE,
    "muensterland": MUENSTERLAND,
    "modellkommunen": MODELLKOMMUNEN,
    "neutral": NEUTRAL,
}


def preset(slug: str) -> Theme:
    """Return the preset of a region by its slug, the neutral one for an unknown slug."""
    return PRESETS.get(slug, NEUTRAL)
