"""What holds for every page of Keycloak, whoever reads it on whatever."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.accessibility import violations
from tests.journeys.browser import DESKTOP, PHONE

_LOOKS = (("light", DESKTOP, "html:not(.pf-v5-theme-dark)"), ("dark", PHONE, "html.pf-v5-theme-dark"))


def expect_for_everybody(page: Page) -> None:
    """Expect that axe finds nothing and nothing is wider than the screen: light and wide, dark and narrow."""
    page.wait_for_load_state()
    for scheme, viewport, root in _LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it knows
        page.set_viewport_size(viewport)  # type: ignore[arg-type]  # width and height
        page.locator(root).wait_for(state="attached")
        found = violations(page)
        assert not found, f"{page.title()}, {scheme}:\n" + "\n".join(found)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, f"{page.title()}: something scrolls sideways"
