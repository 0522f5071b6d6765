"""The two ways in for those who work here: the built-in one, and Keycloak. A deployment has one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.linklimits import link_limited
from shared_services.identity.staff_oidc import services, views
from shared_services.identity.views import access, confirming, invitations, passkeys
from shared_services.identity.views import factor as own_factor
from shared_services.identity.views.account import change_password as change_own_password

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _either(built_in: View[P], keycloak: View[P]) -> View[P]:
    @wraps(built_in)
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return (keycloak if uses_keycloak() else built_in)(request, *args, **kwargs)

    return view


def built_in_only(view: View[P]) -> View[P]:
    """Have a page only where the built-in sign-in is used: passwords and factors are Keycloak's else."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if uses_keycloak():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _sign_out_of_keycloak(request: HttpRequest) -> HttpResponse:
    """End the sign-in there, too: the next click would else bring the person back without a question."""
    if request.method == "POST":
        services.sign_out(request)
    return access.sign_out(request)


sign_in = _either(access.sign_in, views.sign_in)
sign_out = _either(access.sign_out, _sign_out_of_keycloak)
invitation = link_limited(_either(invitations.invitation, views.invitation))
editor_invitation = link_limited(_either(invitations.editor_invitation, views.invitation))
operator_invitation = link_limited(_either(invitations.operator_invitation, views.invitation))
change_password = built_in_only(change_own_password)
second_factor = built_in_only(own_factor.second_factor)
factor = built_in_only(own_factor.factor)
remove_factor = built_in_only(own_factor.remove_factor)
renew_recovery_codes = built_in_only(own_factor.renew_recovery_codes)
confirm_factor = built_in_only(confirming.confirm_factor)
confirm_passkey = built_in_only(confirming.confirm_passkey)
own_passkeys = built_in_only(passkeys.own_passkeys)
add_passkey = built_in_only(passkeys.add_passkey)
new_passkey_challenge = built_in_only(passkeys.new_passkey_challenge)
remove_passkey = built_in_only(passkeys.remove_passkey)
passkey_challenge = built_in_only(passkeys.passkey_challenge)
sign_in_passkey = built_in_only(passkeys.sign_in_passkey)
returned = views.returned
