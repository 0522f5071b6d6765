"""Colours of a portal: few semantic ones, proven readable, written as a stylesheet.

A theme never styles a component. It redefines semantic tokens of KERN UX and of federation/ui, for light and for dark,
so every page stays usable whatever colours a town chooses. Pure Python: no Django, no database.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

TEXT_RATIO: Final = 4.5
GRAPHIC_RATIO: Final = 3.0

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_LINEAR_LIMIT: Final = 0.04045
_SHIFT: Final = 0.12


class InvalidColour(ValueError):
    """Say that a text is no colour in hex notation."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a colour in hex notation: {text!r}")
        self.text = text


def parse_hex(text: str) -> str:
    """Return a colour as `#rrggbb` in lower case.

    Raises: InvalidColour unless the text is `#rgb` or `#rrggbb`, with or without the hash.
    """
    match = _HEX.match(text.strip())
    if match is None:
        raise InvalidColour(text)
    digits = match.group(1).lower()
    if len(digits) == len("rgb"):
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}"


def _channels(colour: str) -> tuple[int, int, int]:
    digits = parse_hex(colour)[1:]
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def mix(colour: str, other: str, share: float) -> str:
    """Mix `share` (0 to 1) of another colour into a colour, in sRGB as browsers blend layers."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_channels(colour), _channels(other), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def relative_luminance(colour: str) -> float:
    """Return the relative luminance between 0 (black) and 1 (white).

    Source: WCAG 2.2, definition of "relative luminance", https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """

    def linear(channel: int) -> float:
        value = channel / 255
        if value <= _LINEAR_LIMIT:
            return value / 12.92
        return float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colours between 1 and 21.

    Source: WCAG 2.2, definition of "contrast ratio", https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((relative_luminance(first), relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one mode. The names are keys of forms and of stored themes: don't rename them."""

    primary: str
    on_primary: str
    link: str
    header_background: str
    header_text: str
    accent: str
    focus: str

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, parse_hex(getattr(self, field.name)))


@dataclass(frozen=True, slots=True)
class Theme:
    """A portal's colours for light and dark screens."""

    light: Palette
    dark: Palette

    def as_dict(self) -> dict[str, dict[str, str]]:
        """Return the shape in which a theme is stored; `theme_from_dict` reads it."""
        return asdict(self)


def theme_from_dict(data: Mapping[str, Mapping[str, str]]) -> Theme:
    """Build a theme from stored or submitted values; unknown keys are ignored.

    Raises: InvalidColour for a value that is no colour, KeyError for a missing one.
    """
    names = [field.name for field in fields(Palette)]
    light, dark = ({name: data[mode][name] for name in names} for mode in ("light", "dark"))
    return Theme(light=Palette(**light), dark=Palette(**dark))


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under a theme's colours in one mode: KERN's page and surface colours and the share of tint on hover."""

    page: str
    surface: str
    tint: float


# Source: @kern-ux/native 2.7.2, layout-background-default and -default-surface, action-state-opacity-hover.
GROUNDS: Final[Mapping[str, Ground]] = {
    "light": Ground(page="#ffffff", surface="#f3f4f7", tint=0.08),
    "dark": Ground(page="#000000", surface="#131525", tint=0.12),
}


@dataclass(frozen=True, slots=True)
class ContrastProblem:
    """A pair of colours that some people can't tell apart well enough."""

    mode: str
    pair: tuple[str, str]
    foreground: str
    background: str
    ratio: float
    required: float

    @property
    def field(self) -> str:
        """Name the colour to change, as form field names it."""
        return f"{self.mode}_{self.pair[0]}"


def _pairs(palette: Palette, ground: Ground) -> list[tuple[tuple[str, str], str, str, float]]:
    """List every pair of colours that pages really put on each other."""
    hover = mix(ground.surface, palette.primary, ground.tint)
    return [
        (("on_primary", "primary"), palette.on_primary, palette.primary, TEXT_RATIO),
        (("primary", "page"), palette.primary, ground.page, TEXT_RATIO),
        (("primary", "surface"), palette.primary, ground.surface, TEXT_RATIO),
        (("primary", "hover"), palette.primary, hover, TEXT_RATIO),
        (("link", "page"), palette.link, ground.page, TEXT_RATIO),
        (("link", "surface"), palette.link, ground.surface, TEXT_RATIO),
        (("header_text", "header_background"), palette.header_text, palette.header_background, TEXT_RATIO),
        (("accent", "page"), palette.accent, ground.page, GRAPHIC_RATIO),
        (("accent", "surface"), palette.accent, ground.surface, GRAPHIC_RATIO),
        (("focus", "page"), palette.focus, ground.page, GRAPHIC_RATIO),
        (("focus", "surface"), palette.focus, ground.surface, GRAPHIC_RATIO),
    ]


def check_theme(theme: Theme) -> list[ContrastProblem]:
    """List the pairs below WCAG 2.2 AA; an empty list means the theme may be saved.

    The ratio is cut, not rounded, after two digits, so that 4.499 never reads as the 4.5 it misses.
    """
    problems = []
    for mode, palette in (("light", theme.light), ("dark", theme.dark)):
        for pair, foreground, background, required in _pairs(palette, GROUNDS[mode]):
            ratio = contrast_ratio(foreground, background)
            if ratio < required:
                shown = int(ratio * 100) / 100
                problems.append(ContrastProblem(mode, pair, foreground, background, shown, required))
    return problems


def _away_from(text: str, ground: str) -> str:
    """Shift a ground away from the text on it: a shade on which the text is never less readable."""
    text_is_lighter = relative_luminance(text) > relative_luminance(ground)
    return mix(ground, "#000000" if text_is_lighter else "#ffffff", _SHIFT)


def _tokens(palette: Palette) -> dict[str, str]:
    hover = _away_from(palette.on_primary, palette.primary)
    return {
        "--kern-color-action-default": palette.primary,
        "--kern-color-action-on-default": palette.on_primary,
        "--kern-color-action-state-indicator-shade-hover": hover,
        "--kern-color-action-state-indicator-shade-active": hover,
        "--kern-color-action-focus-default": palette.focus,
        "--kern-color-decorative-brand-default": palette.accent,
        "--vb-color-link": palette.link,
        "--vb-color-header-background": palette.header_background,
        "--vb-color-header-text": palette.header_text,
        "--vb-color-header-shade": _away_from(palette.header_text, palette.header_background),
        "--vb-color-accent": palette.accent,
    }


def _block(selector: str, palette: Palette) -> str:
    body = "".join(f"{name}:{value};" for name, value in _tokens(palette).items())
    return f"{selector}{{{body}}}"


def theme_css(theme: Theme) -> str:
    """Write the stylesheet that redefines the semantic tokens: by system setting, and by KERN's switch on any element.

    Every value passed `parse_hex`, so nothing a town enters can leave its declaration.
    """
    dark_root = _block(":root", theme.dark)
    return "\n".join(
        (
            _block(":root", theme.light),
            f"@media (prefers-color-scheme:dark){{{dark_root}}}",
            _block("[data-kern-theme=light],.kern-light", theme.light),
            _block("[data-kern-theme=dark],.kern-dark", theme.dark),
            "",
        )
    )
