"""Chromium, and what every page of ours must not do in it: fail, or break its own content security policy."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Playwright, expect

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Names beyond this machine do not resolve: a page that fetches something from elsewhere fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
]
_BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
_REFUSED_BY_SERVER = re.compile(r"the server responded with a status of (\d+)")
WAIT_MILLISECONDS = 15_000
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium that VERBUND_CHROMIUM names, or the one of this machine, or Playwright's own."""
    expect.set_options(timeout=WAIT_MILLISECONDS)
    path = os.environ.get("VERBUND_CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    return playwright.chromium.launch(executable_path=path, args=_FLAGS)


@dataclass
class Complaints:
    """What browsers complained about during a test. Statuses that the test expects are announced by `expect`."""

    found: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def expect(self, *statuses: int) -> None:
        """Announce that pages with these statuses are part of the story."""
        self.expected.update(statuses)

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", self._on_console)
        context.on("weberror", lambda wrong: self.found.append(f"script error: {wrong.error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status = _REFUSED_BY_SERVER.search(message.text)
        if status is None or int(status.group(1)) not in self.expected:
            self.found.append(f"{message.text} ({message.location.get('url', '')})")


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Open a fresh context: German, without motion, patient with a busy machine."""
    usual: dict[str, Any] = {"viewport": DESKTOP, "locale": "de-DE", "timezone_id": "Europe/Berlin"}
    context = browser.new_context(**{**usual, "reduced_motion": "reduce", **options})
    context.set_default_timeout(WAIT_MILLISECONDS)
    context.set_default_navigation_timeout(4 * WAIT_MILLISECONDS)
    return context
