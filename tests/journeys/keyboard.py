"""Hands that have no mouse: Tab until something has the focus, and see that the focus shows."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

_MOST_STEPS = 150
_FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const name = one.getAttribute("aria-label") || (one.labels && one.labels[0] && one.labels[0].textContent)
        || one.textContent || "";
    return {
        name: name.replace(/\\s+/g, " ").trim(),
        tag: one.tagName.toLowerCase(),
        shown: box.width > 0 && box.height > 0 && style.visibility !== "hidden",
        marked: one.matches(":focus-visible"),
    };
}"""


def tab_to(page: Page, name: str, *, tag: str) -> Locator:
    """Press Tab until an element with this tag and a name that matches has the focus. Every stop must be visible."""
    stops: list[str] = []
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus is None:
            continue  # at the end of the page the focus leaves it once
        stops.append(f"{focus['tag']} {focus['name']!r}")
        assert focus["shown"], f"the focus is somewhere invisible: {stops[-1]}"
        assert focus["marked"], f"the focus does not show: {stops[-1]}"
        if focus["tag"] == tag and re.search(name, focus["name"]):
            return page.locator(":focus")
    message = f"Tab does not reach {tag} {name!r}; it reaches " + ", ".join(stops)
    raise AssertionError(message)
