"""How often links that open something may be tried from one address: those of mails, and invitations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse

from tenants.addresses import address_key
from tenants.limits import check_limit

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# A town hall shares one address, and a whole office may accept its invitations on one morning.
LINKS_PER_ADDRESS: Final = 120
WINDOW_SECONDS: Final = 15 * 60


def link_limited(view: View[P]) -> View[P]:
    """Count every look at such a link and every form behind it. Raises: TooManyRequests, for its page."""

    @wraps(view)
    def limited(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        who = address_key(request)
        check_limit("identity.link", who, limit=LINKS_PER_ADDRESS, window_seconds=WINDOW_SECONDS, fail_closed=True)
        return view(request, *args, **kwargs)

    return limited
