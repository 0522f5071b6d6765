"""Answers cached pages before Django is asked: no middleware, no query, no template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from federation.observability.cached import count_cached
from federation.pagecache.store import Page, page_key, parse_cookies, store
from tenants.ids import uuid7
from tenants.registry.sites import directory

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class CachedPages:
    """A WSGI application around Django's. While the listener is down nothing is answered from here."""

    def __init__(self, application: WSGIApplication) -> None:
        """Keep Django's application."""
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the store if the page is there, else ask Django."""
        page = _find(environ)
        if page is None:
            return self._application(environ, start_response)
        return _answer(page, environ, start_response)


def _find(environ: WSGIEnvironment) -> Page | None:
    if not directory.is_listening or environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
        return None
    site = directory.snapshot().sites.get(environ.get("HTTP_HOST", "").partition(":")[0].lower())
    if site is None or site.redirect_to or (site.tenant is not None and not site.tenant.is_open):
        return None
    cookies = parse_cookies(environ.get("HTTP_COOKIE", ""))
    if cookies is None:
        return None
    return store.get(page_key(site, _path(environ), cookies))


def _path(environ: WSGIEnvironment) -> str:
    # WSGI hands the path over as latin-1; Django knows it as UTF-8.
    return str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace")


def _answer(page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    count_cached()
    headers = [*page.headers, ("X-Request-ID", str(uuid7()))]
    if environ.get("HTTP_IF_NONE_MATCH") and page.etag in environ["HTTP_IF_NONE_MATCH"]:
        start_response("304 Not Modified", [pair for pair in headers if not pair[0].lower().startswith("content-")])
        return []
    start_response("200 OK", [*headers, ("Content-Length", str(len(page.body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]
