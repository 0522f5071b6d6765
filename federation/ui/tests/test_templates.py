"""Rules that hold for every template: nothing inline, short, and every icon exists."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from federation.ui.icons import TOPIC_ICONS

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("federation", "shared_services", "catalog", "tenants")
# Programs that read mail know no style sheets: its templates are not pages.
TEMPLATES = sorted(
    path for room in ROOMS for path in (ROOT / room).glob("**/jinja2/**/*.html") if path.parent.name != "mail"
)
SPRITE = ROOT / "federation/ui/static/ui/icons.svg"
ICON_CALL = re.compile(r'icon\("([\w-]+)"')


def icon_names() -> set[str]:
    """Return the names in the sprite."""
    return {str(symbol.get("id")) for symbol in ET.parse(SPRITE).getroot()}  # noqa: S314 -- our own file


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_inline_and_not_too_long(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 150
    assert not re.search(r"<style|\sstyle=|javascript:|\son\w+=", source)
    # A block of data is not run, so the policy does not ask about it.
    assert not re.search(r"<script(?![^>]*(?:\bsrc=|application/ld\+json))", source)


def test_every_icon_a_template_names_exists() -> None:
    named = {name for path in TEMPLATES for name in ICON_CALL.findall(path.read_text())}
    assert named <= icon_names()


def test_every_topic_has_an_icon_of_its_own() -> None:
    assert len(set(TOPIC_ICONS.values())) == len(TOPIC_ICONS) == 14
    assert set(TOPIC_ICONS.values()) <= icon_names()
