"""Fills the page store from Django's answers and gives them an ETag."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from federation.pagecache.store import Page, page_key, store
from shared_services.identity.requests import site_of
from tenants.pages import MARK

# A visitor's browser keeps the page but asks each time whether it is still the one: a change shows on the next look.
_CACHE_CONTROL = "public, no-cache"
_UNSTORED_HEADERS = {"x-request-id", "content-length", "set-cookie"}


class PageCacheMiddleware:
    """Stores an anonymous 200 answer of a public page; answers 304 to whoever has it already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and keep the answer if it is everybody's."""
        # Before the view runs: a change that commits meanwhile must not be hidden behind its own generation.
        key = page_key(site_of(request), request.path, request.COOKIES)
        response = self._get_response(request)
        if not self._is_public(request, response):
            return response
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        response["Cache-Control"] = _CACHE_CONTROL
        if request.method == "GET":
            headers = tuple((name, value) for name, value in response.items() if name.lower() not in _UNSTORED_HEADERS)
            store.put(key, Page(response.content, response["ETag"], headers, time.monotonic()))
        conditional = get_conditional_response(request, etag=response["ETag"], response=response)
        return conditional if conditional is not None else response

    @staticmethod
    def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            getattr(response, MARK, False)
            and request.method in {"GET", "HEAD"}
            and not response.cookies
            and not response.streaming
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
        )
