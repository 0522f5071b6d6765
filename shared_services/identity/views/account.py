"""One's own account: the password, the sessions and the mail. The same pages for staff and operators."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from shared_services.identity import services
from shared_services.identity.decorators import signed_in_required
from shared_services.identity.flashes import flash
from shared_services.identity.forms import MailForm, PasswordForm
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.selectors import get_own_account
from tenants.errors import InvalidInput, TooManyRequests


@require_safe
@signed_in_required
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    return _page(request, PasswordForm(), status=HTTPStatus.OK)


@sensitive_post_parameters()
@require_POST
@signed_in_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    form = PasswordForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.change_password(
                request=request, current_password=data["current_password"], new_password=data["new_password"]
            )
        except InvalidInput as refused:
            form.add_refusal(refused)
        except TooManyRequests as refused:
            form.add_error(None, refused.user_message)
            status = refused.http_status
        else:
            flash(request, _("Ihr Passwort ist geändert. Auf allen anderen Geräten sind Sie abgemeldet."))
            return HttpResponseRedirect(reverse("identity:account"))
    return _page(request, form, status=status)


@require_POST
@signed_in_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all other sessions of one's own account."""
    services.end_other_sessions(request=request)
    flash(request, _("Auf allen anderen Geräten sind Sie jetzt abgemeldet."))
    return HttpResponseRedirect(reverse("identity:account"))


@require_POST
@signed_in_required
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Change the language of one's mails, and whether reminders come."""
    own = get_own_account(request)
    form = MailForm(request.POST, is_reminded=own.wants_reminders is not None)
    if not form.is_valid():
        return _page(request, PasswordForm(), mail_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    services.set_mail_choices(
        request=request,
        language=form.cleaned_data["language"],
        wants_reminders=form.cleaned_data.get("wants_reminders"),
    )
    flash(request, _("Ihre Wahl für E-Mails ist gespeichert."))
    return HttpResponseRedirect(reverse("identity:account"))


def _page(
    request: HttpRequest, form: PasswordForm, *, status: HTTPStatus, mail_form: MailForm | None = None
) -> HttpResponse:
    own = get_own_account(request)
    chosen = {"language": own.language, "wants_reminders": own.wants_reminders}
    context = {
        "form": form,
        "account": own,
        "is_built_in": not uses_keycloak(),
        "mail_form": mail_form or MailForm(initial=chosen, is_reminded=own.wants_reminders is not None),
    }
    return render(request, "identity/account.html", context, status=status)
