"""The first way in of an IT provider's person: a link by which the password is set."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shared_services.identity.decorators import never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.forms import NewPasswordForm
from shared_services.identity.requests import actor_of
from tenants.errors import InvalidInput, NotFound
from tenants.operators.invitations import accept_invitation, get_open_invitation


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def operator_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password of an account of the console; afterwards the person signs in, so that it is known to work."""
    try:
        invitation = get_open_invitation(token)
    except NotFound as missing:
        said = {"message": missing.user_message}
        return never_stored(render(request, "identity/no_invitation.html", said, status=missing.http_status))
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if actor_of(request).is_anonymous and form.is_valid():
            try:
                accept_invitation(token=token, password=form.cleaned_data["password"])
            except InvalidInput as refused:
                form.add_refusal(refused)
            else:
                flash(request, _("Ihr Zugang ist eingerichtet. Melden Sie sich jetzt an."))
                return never_stored(HttpResponseRedirect(reverse("identity:sign_in")))
    context = {"form": form, "invitation": invitation, "actor": actor_of(request)}
    return never_stored(render(request, "identity/operator_invitation.html", context, status=status))
