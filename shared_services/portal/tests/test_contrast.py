"""Contrast in words, and the refusal of what can't be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared_services.portal.contrast import list_pairs, parse_theme, ratio_text, require_readable
from shared_services.portal.theme_presets import NEUTRAL, PRESETS
from shared_services.portal.theming import GROUNDS, Palette, Theme, check_theme
from tenants.errors import InvalidInput


def test_the_measured_ratio_is_never_flattered() -> None:
    assert ratio_text(3.1) == "3,1 : 1"
    assert ratio_text(4.499) == "4,49 : 1"
    assert ratio_text(4.5) == "4,5 : 1"


def test_a_weak_pair_is_refused_by_name_and_measure() -> None:
    weak = replace(NEUTRAL, light=replace(NEUTRAL.light, primary="#8a8a8a"))
    with pytest.raises(InvalidInput) as refused:
        require_readable(weak)
    assert refused.value.user_message == (
        "Helle Darstellung: „Schrift auf der Hauptfarbe“ ist auf „Hauptfarbe“ zu schlecht lesbar: "
        "3,45 : 1, nötig sind 4,5 : 1."
    )
    [first, *_rest] = refused.value.fields["light_on_primary"]
    assert first.startswith("Auf „Hauptfarbe“ zu schlecht lesbar: 3,45 : 1, nötig sind 4,5 : 1.")
    assert "light:on_primary/primary" in refused.value.data["pairs"]  # type: ignore[operator]


def test_the_preview_measures_exactly_what_saving_judges() -> None:
    grey = Palette(*["#808080"] * 7)
    judged = {(one.mode, one.foreground, one.background) for one in check_theme(Theme(grey, grey))}
    shown = {
        (mode, pair.foreground, pair.background)
        for mode, pairs in list_pairs(Theme(grey, grey)).items()
        for pair in pairs
        if not pair.is_enough
    }
    assert judged == shown
    assert set(list_pairs(NEUTRAL)) == set(GROUNDS)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_saved(name: str) -> None:
    require_readable(PRESETS[name])


def test_a_wrong_colour_is_named_at_its_field() -> None:
    values = {**NEUTRAL.as_dict(), "dark": {**NEUTRAL.as_dict()["dark"], "link": "blau"}}
    with pytest.raises(InvalidInput) as refused:
        parse_theme(values)
    assert list(refused.value.fields) == ["dark_link"]
