"""How readable a theme is, pair by pair, in words for the people who choose the colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from shared_services.portal.texts import current_language
from shared_services.portal.theming import (
    GRAPHIC_RATIO,
    GROUNDS,
    TEXT_RATIO,
    ContrastProblem,
    InvalidColour,
    Theme,
    check_theme,
    contrast_ratio,
    mix,
    theme_from_dict,
)
from tenants.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that lie on each other, as the preview shows them."""

    label: str
    foreground: str
    background: str
    ratio: str
    required: str
    is_enough: bool
    is_text: bool


def ratio_text(ratio: float) -> str:
    """Write a ratio as `3,1 : 1`, in the page's language. It is cut, so that 4.499 never reads as 4.5."""
    cut = int(ratio * 100) / 100
    return f"{format_decimal(cut, format='0.0#', locale=current_language())} : 1"


def ground_labels() -> dict[str, str]:
    """Name colours and grounds as the form does."""
    return {
        "primary": _("Hauptfarbe"),
        "on_primary": _("Schrift auf der Hauptfarbe"),
        "link": _("Links"),
        "header_background": _("Kopfbereich"),
        "header_text": _("Schrift im Kopfbereich"),
        "accent": _("Akzentfarbe"),
        "focus": _("Tastatur-Markierung"),
        "page": _("Seitenhintergrund"),
        "surface": _("Flächen"),
        "hover": _("Flächen unter dem Mauszeiger"),
    }


def mode_label(mode: str) -> str:
    """Name light and dark."""
    return _("Helle Darstellung") if mode == "light" else _("Dunkle Darstellung")


def list_pairs(theme: Theme) -> dict[str, list[Pair]]:
    """Measure every pair of both modes: those that `check_theme` judges, good ones too."""
    found = {}
    for mode, palette in (("light", theme.light), ("dark", theme.dark)):
        ground = GROUNDS[mode]
        colours: Mapping[str, str] = {
            **theme.as_dict()[mode],
            "page": ground.page,
            "surface": ground.surface,
            "hover": mix(ground.surface, palette.primary, ground.tint),
        }
        found[mode] = [_pair(first, second, colours) for first, second in _PAIRS]
    return found


_PAIRS = (
    ("on_primary", "primary"),
    ("primary", "page"),
    ("primary", "surface"),
    ("primary", "hover"),
    ("link", "page"),
    ("link", "surface"),
    ("header_text", "header_background"),
    ("accent", "page"),
    ("accent", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
)


def _pair(first: str, second: str, colours: Mapping[str, str]) -> Pair:
    labels = ground_labels()
    is_text = first not in {"accent", "focus"}
    ratio, required = contrast_ratio(colours[first], colours[second]), TEXT_RATIO if is_text else GRAPHIC_RATIO
    return Pair(
        label=_("{first} auf: {second}").format(first=labels[first], second=labels[second]),
        foreground=colours[first],
        background=colours[second],
        ratio=ratio_text(ratio),
        required=ratio_text(required),
        is_enough=ratio >= required,
        is_text=is_text,
    )


def field_text(problem: ContrastProblem) -> str:
    """Say at the field of a colour on what it is too weak, what was measured and what is needed."""
    return _("Auf „{second}“ zu schlecht lesbar: {ratio}, nötig sind {required}. Wählen Sie mehr Unterschied.").format(
        second=ground_labels()[problem.pair[1]],
        ratio=ratio_text(problem.ratio),
        required=ratio_text(problem.required),
    )


def problem_text(problem: ContrastProblem) -> str:
    """Say the same away from the form: mode and both colours are named."""
    labels = ground_labels()
    return _("{mode}: „{first}“ ist auf „{second}“ zu schlecht lesbar: {ratio}, nötig sind {required}.").format(
        mode=mode_label(problem.mode),
        first=labels[problem.pair[0]],
        second=labels[problem.pair[1]],
        ratio=ratio_text(problem.ratio),
        required=ratio_text(problem.required),
    )


def parse_theme(values: Mapping[str, Mapping[str, str]]) -> Theme:
    """Return the theme of submitted values.

    Raises: InvalidInput (fields `light_primary` ...) for a value that is no colour or missing.
    """
    wrong = _("Geben Sie eine Farbe in der Form #1a3da5 ein.")
    try:
        return theme_from_dict(values)
    except InvalidColour as invalid:
        names = [f"{mode}_{name}" for mode in values for name, text in values[mode].items() if text == invalid.text]
        raise InvalidInput(wrong, data={"fields": {name: [wrong] for name in names}}) from invalid
    except KeyError as missing:
        raise InvalidInput(_("In diesem Farbschema fehlt eine Farbe.")) from missing


def require_readable(theme: Theme) -> None:
    """Refuse a theme with a pair below WCAG 2.2 AA.

    Raises: InvalidInput with the measured and the needed ratio at the field of the colour to change;
    `data["pairs"]` names them.
    """
    problems = check_theme(theme)
    if not problems:
        return
    fields: dict[str, list[str]] = {}
    for problem in problems:
        fields.setdefault(problem.field, []).append(field_text(problem))
    pairs = [f"{one.mode}:{one.pair[0]}/{one.pair[1]}" for one in problems]
    raise InvalidInput(problem_text(problems[0]), code="contrast", data={"fields": fields, "pairs": pairs})
