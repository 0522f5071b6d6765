"""The store: least recently used pages go first, by bytes; a page lives for a minute at most."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final

from django.conf import settings

from shared_services.identity.flashes import cookie_name
from tenants.names import tenant_role
from tenants.registry import generations
from tenants.registry.digests import digest_of
from tenants.registry.sites import Site, directory

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_PAGE_BYTES: Final = 512 * 1024
# Opening hours and dated notices change with the clock, not with a write: a minute late is soon enough.
MAX_AGE_SECONDS: Final = 60.0

PageKey = tuple[str, str, str, int, int, str]
CHOICE_COOKIE: Final = "verbund_kommune"
THEME_COOKIE: Final = "verbund_darstellung"
_THEMES: Final = frozenset({"hell", "dunkel"})


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, ready to send."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    stored_at: float


class PageStore:
    """Pages by key, in this process."""

    def __init__(self) -> None:
        """Start empty."""
        self._pages: OrderedDict[PageKey, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: PageKey) -> Page | None:
        """Return the page if it is there and young enough."""
        page = self._pages.get(key)
        if page is None:
            return None
        if time.monotonic() - page.stored_at > MAX_AGE_SECONDS:
            return None
        return page

    def put(self, key: PageKey, page: Page) -> None:
        """Keep a page; make room by dropping the oldest."""
        if len(page.body) > MAX_PAGE_BYTES:
            return
        with self._lock:
            previous = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(previous.body) if previous else 0)
            self._pages[key] = page
            while self._bytes > MAX_BYTES:
                _key, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


store = PageStore()


def page_key(site: Site, path: str, cookies: Mapping[str, str]) -> PageKey:
    """Return the key of a page: whose, where, for whom (chosen municipality, theme), and as of what.

    That is the generations of tenant and catalogue, and what of the directory of sites the page shows.
    """
    scope = tenant_role(site.tenant.ref.schema) if site.tenant else ""
    # Only values that mean something: nobody fills the store with made-up cookies.
    choice = cookies.get(CHOICE_COOKIE, "")
    theme = cookies.get(THEME_COOKIE, "")
    varying = f"{choice if choice in directory.snapshot().tenants else ''}/{theme if theme in _THEMES else ''}"
    return (
        site.host,
        path,
        varying,
        directory.generation(scope) if scope else 0,
        directory.generation(generations.CATALOGUE),
        digest_of(site),
    )


def parse_cookies(header: str) -> dict[str, str] | None:
    """Return the cookies of a request, or None if one of them makes it personal: a session, or a message to read."""
    if not header:
        return {}
    parsed = SimpleCookie(header)
    if settings.SESSION_COOKIE_NAME in parsed or cookie_name() in parsed:
        return None
    return {name: morsel.value for name, morsel in parsed.items()}
