"""What visitors tell the town."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shared_services.identity.requests import actor_of
from shared_services.portal.forms import FeedbackForm
from shared_services.portal.kinds import FeedbackKind
from shared_services.portal.requests import profile_of, tenant_of
from shared_services.portal.services import submit_feedback
from tenants.addresses import address_key
from tenants.errors import ExternalTemporary, InvalidInput, TooManyRequests
from tenants.pages import public_page

_KIND_BY_PARAMETER: Final = {"barriere": FeedbackKind.ACCESSIBILITY.value, "portal": FeedbackKind.PILOT.value}


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Ask for a message and keep it. Whoever fills the trap is thanked, and nothing is kept."""
    if request.method != "POST":
        initial = {"kind": _KIND_BY_PARAMETER.get(request.GET.get("art", ""), "")}
        return _page(request, FeedbackForm(initial=initial), status=HTTPStatus.OK)
    form = FeedbackForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            _submit(request, form)
        except InvalidInput as refused:
            form.add_refusal(refused)
        except (TooManyRequests, ExternalTemporary) as refused:
            form.add_error(None, refused.user_message)
            status = HTTPStatus(refused.http_status)
        else:
            return HttpResponseRedirect(reverse("portal:feedback_thanks"))
    return _page(request, form, status=status)


def _submit(request: HttpRequest, form: FeedbackForm) -> None:
    if form.cleaned_data["website"]:
        return
    submit_feedback(
        actor=actor_of(request),
        kind=form.cleaned_data["kind"],
        message=form.cleaned_data["message"],
        page=form.cleaned_data["page"],
        contact=form.cleaned_data["contact"],
        caller_key=address_key(request),
    )


def _page(request: HttpRequest, form: FeedbackForm, *, status: HTTPStatus) -> HttpResponse:
    context = {"form": form, "tenant": tenant_of(request), "profile": profile_of(request)}
    return render(request, "portal/feedback.html", context, status=status)


@require_safe
@public_page
def feedback_thanks(request: HttpRequest) -> HttpResponse:
    """Say that the message has arrived."""
    return render(request, "portal/feedback_thanks.html", {"tenant": tenant_of(request)})
