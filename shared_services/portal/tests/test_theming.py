"""A theme that is saved is readable, and its stylesheet holds nothing but colours."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_services.portal.theme_presets import NEUTRAL, PRESETS, preset
from shared_services.portal.theming import (
    InvalidColour,
    Palette,
    Theme,
    check_theme,
    contrast_ratio,
    mix,
    parse_hex,
    relative_luminance,
    theme_css,
    theme_from_dict,
)

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
palettes = st.builds(Palette, *[colours] * 7)
themes = st.builds(Theme, light=palettes, dark=palettes)


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_of_known_pairs(first: str, second: str, ratio: float) -> None:
    assert contrast_ratio(first, second) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_is_symmetric_and_bounded(first: str, second: str) -> None:
    ratio = contrast_ratio(first, second)
    assert 1 <= ratio <= 21.0001
    assert ratio == contrast_ratio(second, first)


@given(colours)
def test_a_colour_has_no_contrast_with_itself(colour: str) -> None:
    assert contrast_ratio(colour, colour) == 1
    assert 0 <= relative_luminance(colour) <= 1


@given(colours, colours)
def test_mix_reaches_both_ends(first: str, second: str) -> None:
    assert mix(first, second, 0) == first
    assert mix(first, second, 1) == second


@pytest.mark.parametrize(("text", "colour"), [("#FFF", "#ffffff"), (" 1a3DA5 ", "#1a3da5"), ("#abc", "#aabbcc")])
def test_parse_hex(text: str, colour: str) -> None:
    assert parse_hex(text) == colour


@pytest.mark.parametrize(
    "text", ["", "#", "#12", "#12345", "red", "#fff;}", "#ffffff\n}body{", "url(x)", "#ggg", "#١٢٣"]
)
def test_parse_hex_refuses_everything_else(text: str) -> None:
    with pytest.raises(InvalidColour):
        parse_hex(text)


@pytest.mark.parametrize("slug", sorted(PRESETS))
def test_presets_are_readable(slug: str) -> None:
    assert check_theme(PRESETS[slug]) == []


def test_presets_differ_clearly() -> None:
    backgrounds = {theme.light.header_background for theme in PRESETS.values()}
    assert len(backgrounds) == len(PRESETS)
    assert preset("unknown") is NEUTRAL


def test_a_weak_pair_is_named_with_its_ratio() -> None:
    theme = replace(NEUTRAL, light=replace(NEUTRAL.light, link="#777777"))
    problems = check_theme(theme)
    assert [(problem.pair, problem.ratio, problem.required) for problem in problems] == [
        (("link", "page"), 4.47, 4.5),
        (("link", "surface"), 4.07, 4.5),
    ]
    assert problems[0].field == "light_link"


@given(themes)
def test_problems_are_exactly_the_pairs_below_the_limit(theme: Theme) -> None:
    for problem in check_theme(theme):
        assert problem.ratio < problem.required
        assert contrast_ratio(problem.foreground, problem.background) < problem.required


@given(themes)
def test_shades_are_at_least_as_readable(theme: Theme) -> None:
    css = theme_css(theme)
    shades = re.findall(r"header-shade:(#[0-9a-f]{6})", css)
    for colour, palette in zip(shades, (theme.light, theme.dark), strict=False):
        before = contrast_ratio(palette.header_text, palette.header_background)
        assert contrast_ratio(palette.header_text, colour) >= before - 0.001
    hover = re.findall(r"shade-hover:(#[0-9a-f]{6})", css)
    for colour, palette in zip(hover, (theme.light, theme.dark), strict=False):
        before = contrast_ratio(palette.on_primary, palette.primary)
        assert contrast_ratio(palette.on_primary, colour) >= before - 0.001


@given(themes)
def test_stylesheet_holds_only_tokens(theme: Theme) -> None:
    declarations = re.findall(r"([\w-]+):(#[0-9a-f]{6});", theme_css(theme))
    assert len(declarations) == 4 * 11
    assert all(name.startswith(("--kern-color-", "--vb-color-")) for name, _ in declarations)


@given(themes)
def test_a_theme_survives_storage(theme: Theme) -> None:
    assert theme_from_dict(theme.as_dict()) == theme


def test_stored_theme_with_an_injection_is_refused() -> None:
    data = NEUTRAL.as_dict()
    data["light"]["link"] = "#fff}body{display:none"
    with pytest.raises(InvalidColour):
        theme_from_dict(data)
