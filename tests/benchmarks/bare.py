"""The rival of uncached pages: the same views and templates in plain Django, for one town, without tenancy.

Django's own PostgreSQL backend with a login that may read the town's tables and has the search path set once on the
server; no host look-up, no role, none of this project's middleware but what the views themselves need. The same
database server.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from federation.settings import *  # noqa: F403
from federation.settings import DATABASES as _DATABASES

DATABASES = {"default": {**_DATABASES["default"], "ENGINE": "django.db.backends.postgresql"}}
DATABASES["default"]["USER"] = os.environ.get("BENCH_USER", "")
DATABASES["default"]["PASSWORD"] = os.environ.get("BENCH_PASSWORD", "")
DATABASE_ROUTERS: list[str] = []
VERBUND_LISTEN = False
MIDDLEWARE = [
    "tests.benchmarks.bare.OneTown",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shared_services.identity.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]


class OneTown:
    """Tells the views which town they serve; fixed at the start, the database hears nothing of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response
        self._site = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the one town."""
        from tenants.context import in_tenant  # noqa: PLC0415 -- this module is settings first
        from tenants.registry.sites import directory  # noqa: PLC0415

        if self._site is None:
            self._site = directory.resolve("gladbeck.localhost")
        request.site = self._site
        request.urlconf = "federation.urls.tenant"
        with in_tenant(self._site.tenant.ref):
            return self._get_response(request)
