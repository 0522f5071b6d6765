"""Guards of citizens' pages: signed in, and surely enough for what the page is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shared_services.identity.citizen.drafts import keep_draft
from shared_services.identity.citizen.views.flow import lead_on, level_page
from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, lapsed_of
from tenants.trust import TrustLevel

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def citizen_required(
    level: TrustLevel = TrustLevel.BASIS, *, keeps_input: bool = False
) -> Callable[[View[P]], View[P]]:
    """Let in whoever is signed in as a citizen at this trust level; others sign in or step up, and come back here.

    `keeps_input`: the page is a form that shows what was typed before (`drafts`), so that nothing is lost on the way.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = actor_of(request)
            if actor.kind != "citizen":
                return never_stored(_to_sign_in(request, keeps_input=keeps_input))
            if actor.trust_level < level:
                return ask_for_level(request, level, keeps_input=keeps_input)
            return never_stored(view(request, *args, **kwargs))

        return guarded

    return decorate


def ask_for_level(request: HttpRequest, level: TrustLevel, *, why: str = "", keeps_input: bool = True) -> HttpResponse:
    """Say that a higher level is needed and who gives it; what was typed waits for whoever comes back with it.

    `why` is a sentence for people.
    """
    account_id, has = actor_of(request).id, actor_of(request).trust_level
    if request.method == "POST":
        note_refusal("level_missing", wanted=level.word, given=has.word)
    is_kept = keeps_input and request.method == "POST" and account_id is not None and keep_draft(request, account_id)
    target = request.get_full_path() if keeps_input else _here(request)
    return level_page(request, wanted=level, target=target, why=why, is_kept=is_kept)


def _to_sign_in(request: HttpRequest, *, keeps_input: bool) -> HttpResponse:
    account_id = lapsed_of(request)
    if keeps_input and account_id is not None and keep_draft(request, account_id):
        flash(
            request,
            _("Ihre Sitzung war zu Ende. Melden Sie sich noch einmal an: Was Sie eingetippt haben, ist noch da."),
            "info",
        )
    wanted = safe_path(request.get_full_path() if keeps_input else _here(request), default="")
    path = reverse("citizen:sign_in")
    address = f"{path}?{urlencode({PARAMETER: wanted})}" if wanted else path
    if _htmx(request):
        return HttpResponseClientRedirect(address)
    return lead_on(request, address, status=HTTPStatus.FORBIDDEN)


def _here(request: HttpRequest) -> str:
    """Return the page the person is on: of a form that was sent, and of a part of a page, the one that shows it."""
    htmx = _htmx(request)
    if htmx:
        return htmx.current_url_abs_path or ""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    shown = urlsplit(request.headers.get("Referer", ""))
    if shown.netloc != request.get_host():
        return ""
    return f"{shown.path}?{shown.query}" if shown.query else shown.path


def _htmx(request: HttpRequest) -> HtmxDetails | None:
    found: HtmxDetails | None = getattr(request, "htmx", None)
    return found or None
