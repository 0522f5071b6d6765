"""axe-core on a page: WCAG 2.2, levels A and AA."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from federation.devstack.pytest_plugin import ROOT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What colours decide: all else of a page is the same in both themes.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
_RUN = """([type, values]) => typeof axe !== "object" ? null : axe.run(document, {
    runOnly: {type, values}, resultTypes: ["violations"], preload: false,
}).then(found => found.violations)"""


@cache
def _source() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def have_axe(page: Page) -> None:
    """Have axe in every document from its beginning: to bring it later, page by page, takes longer."""
    page.add_init_script(_source())


def violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on the page as it is now, one readable line for each element; by all rules or the named."""
    wanted = ["rule", rules] if rules else ["tag", TAGS]
    found = page.evaluate(_RUN, wanted)
    if found is None:
        # Evaluated by the debugger, not by the page: its content security policy stays as it is.
        page.evaluate(_source())
        found = page.evaluate(_RUN, wanted)
    return [line for one in found for line in _lines(one)]


def _lines(violation: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    {node['html'][:200]}\n    {_why(node)}"
        for node in violation["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


def axe(page: Page) -> None:
    """Fail with what axe finds on the page. Without JavaScript axe can't work, so nothing is said then."""
    # A click returns as soon as the next document has begun.
    page.wait_for_load_state()
    if not page.evaluate("document.documentElement.classList.contains('vb-js')"):
        return
    found = violations(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)
