"""Mark a view's answer as the same for every anonymous visitor, so that it may be cached for its tenant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenants.registry.memory import remembering

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

MARK: Final = "is_public_page"


def public_page(view: View[P]) -> View[P]:
    """Mark the 200 answers of a view as cacheable.

    Such a page may depend on host, path, language and the visitor's chosen municipality and theme, on nothing else of
    the request: not on the session, the query string or a CSRF token.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        is_anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
        with remembering() if is_anonymous else nullcontext():
            response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.GET:
            setattr(response, MARK, True)
        return response

    return cast("View[P]", marked)
