"""The page that stands for an identity provider's own, where one is played beside the built-in login."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from shared_services.identity.citizen import attempts, played
from shared_services.identity.citizen.provider import CALLED_OFF
from shared_services.identity.citizen.views.entrance import allow_way_back
from shared_services.identity.citizen.views.flow import default_target, refused_page
from shared_services.identity.decorators import never_stored
from shared_services.identity.refusals import note_refusal
from tenants.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
def provider_page(request: HttpRequest, alias: str) -> HttpResponse:
    """Ask as whom one comes back, and go back with it to the sign-in that this browser has begun."""
    provider = played.find_played(alias)
    if provider is None:
        raise Http404
    attempt = attempts.take(request, state=request.GET.get("state", "")[:200])
    if attempt is None or attempt.hint != alias:
        note_refusal("state_unknown")
        return refused_page(request, attempts.no_attempt(), target=default_target(request))
    context = {"provider": provider, "personas": played.list_personas(provider), "path": played.page_path(attempt)}
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            user = request.POST.get("person", "")
            answer = played.come_back(provider, user, attempt) if user else CALLED_OFF
        except DomainError as refused:
            context["message"], status = refused.user_message, HTTPStatus(refused.http_status)
        else:
            back = urlencode({**answer, "state": attempt.state})
            return never_stored(HttpResponseRedirect(f"{reverse('citizen:returned')}?{back}"))
    page = render(request, "citizen/played_provider.html", context, status=status)
    return never_stored(allow_way_back(request, page, attempt.target))
