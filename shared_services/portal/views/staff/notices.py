"""News on the home page."""

from __future__ import annotations

from functools import partial
from typing import NoReturn
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal import services
from shared_services.portal.editing import notice_state
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.selectors import get_notice, list_notices
from shared_services.portal.staff_forms import NoticeForm
from shared_services.portal.views.staff.editor import Outcome, submit
from tenants.staff.policies import require


@require_safe
@staff_required
def staff_notices(request: HttpRequest) -> HttpResponse:
    """List all notices: shown, planned and over."""
    today = timezone.localdate()
    notices = [(notice, notice.state_on(today)) for notice in list_notices(actor=actor_of(request))]
    return render(request, "portal/staff_notices.html", {"notices": notices})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_notice_new(request: HttpRequest) -> HttpResponse:
    """Write a notice."""
    require(can_edit_portal, actor_of(request))
    outcome: Outcome | None = Outcome(NoticeForm(initial={"level": "info", "shown_from": timezone.localdate()}))
    if request.method == "POST":
        outcome = _submit(request, None)
    if outcome is not None:
        return render(request, "portal/staff_notice_new.html", outcome.context(), status=outcome.status)
    flash(request, _("Der Hinweis ist gespeichert."))
    return HttpResponseRedirect(reverse("portal:staff_notices"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Change a notice."""
    state = notice_state(actor=actor_of(request), notice_id=notice_id)
    outcome: Outcome | None = Outcome(NoticeForm.filled(state))
    if request.method == "POST":
        outcome = _submit(request, notice_id)
    if outcome is not None:
        context = {**outcome.context(), "notice_id": notice_id}
        return render(request, "portal/staff_notice.html", context, status=outcome.status)
    flash(request, _("Der Hinweis ist gespeichert."))
    return HttpResponseRedirect(reverse("portal:staff_notices"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_notice_delete(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Ask once more, then delete a notice."""
    notice = get_notice(actor=actor_of(request), notice_id=notice_id)
    if request.method == "POST":
        services.delete_notice(actor=actor_of(request), notice_id=notice_id)
        flash(request, _("Der Hinweis ist gelöscht."))
        return HttpResponseRedirect(reverse("portal:staff_notices"))
    return render(request, "portal/staff_notice_delete.html", {"notice": notice})


def _submit(request: HttpRequest, notice_id: UUID | None) -> Outcome | None:
    form, actor = NoticeForm(request.POST), actor_of(request)

    def save() -> None:
        services.save_notice(actor=actor, notice_id=notice_id, seen=form.cleaned_data["seen"], **form.values)

    state = partial(notice_state, actor=actor, notice_id=notice_id) if notice_id else None
    return submit(form, save=save, state=state or _never_stale)


def _never_stale() -> NoReturn:
    message = "a new notice can't be older than what is stored"
    raise AssertionError(message)
