"""Fills the page store from Django's answers and gives them an ETag.

Two places in the chain: `PageKeyMiddleware` stands inside, where the site is known, and notes the key before the view
runs; `PageStoreMiddleware` stands outside of whatever adds headers, so that a stored page has every one of them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from federation.pagecache.store import Page, page_key, store
from shared_services.identity.requests import site_of
from tenants.pages import MARK

GetResponse = Callable[[HttpRequest], HttpResponse]

# A visitor's browser keeps the page but asks each time whether it is still the one: a change shows on the next look.
_CACHE_CONTROL: Final = "public, no-cache"
_UNSTORED_HEADERS: Final = {"x-request-id", "content-length", "set-cookie"}
_KEY: Final = "_verbund_page_key"


class PageKeyMiddleware:
    """Marks an anonymous 200 answer of a public page with its key."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and mark the answer if it is everybody's."""
        # Before the view runs: a change that commits meanwhile must not be hidden behind its own generation.
        key = page_key(site_of(request), request.path, request.COOKIES)
        response = self._get_response(request)
        if _is_public(request, response):
            response["Cache-Control"] = _CACHE_CONTROL
            setattr(response, _KEY, key)
        return response


class PageStoreMiddleware:
    """Stores a marked answer with all its headers; answers 304 to whoever has it already."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and keep what is marked."""
        response = self._get_response(request)
        key = getattr(response, _KEY, None)
        if key is None:
            return response
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        if request.method == "GET":
            headers = tuple((name, value) for name, value in response.items() if name.lower() not in _UNSTORED_HEADERS)
            store.put(key, Page(response.content, response["ETag"], headers, time.monotonic()))
        conditional = get_conditional_response(request, etag=response["ETag"], response=response)
        return conditional if conditional is not None else response


def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        getattr(response, MARK, False)
        and request.method in {"GET", "HEAD"}
        and not response.cookies
        and not response.streaming
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )
