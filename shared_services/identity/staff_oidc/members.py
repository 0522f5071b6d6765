"""Who is a member of which organisation at Keycloak, and who has a second factor there: asked over the admin API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext as _
from keycloak.exceptions import KeycloakError

from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin
from shared_services.identity.staff_oidc.places import Place
from tenants.errors import NotFound

# Kinds of credentials that the realm's flow takes as a second factor.
_FACTORS: Final = frozenset({"otp", "webauthn", "recovery-authn-codes"})


def has_second_factor(subject: str) -> bool:
    """Whether somebody has set one up at Keycloak. Raises: ExternalTemporary; ExternalPermanent."""
    with plain_failures():
        found = Api(realm_admin()).get(f"/users/{quote(subject)}/credentials")
    return any(one.get("type") in _FACTORS for one in found)


def ask_for_setup(subject: str) -> None:
    """Have Keycloak ask somebody to set an app up at the next sign-in. Raises: ExternalTemporary; ExternalPermanent.

    Not by `kc_action`: for a factor that is a level of its own Keycloak first asks for that very level.
    """
    with plain_failures():
        api, path = Api(realm_admin()), f"/users/{quote(subject)}"
        actions = api.get(path).get("requiredActions", [])
        api.put(path, {"requiredActions": sorted({*actions, "CONFIGURE_TOTP"})})


def ensure_member(place: Place, subject: str) -> None:
    """Make somebody a member of a place's organisation; who is one stays one.

    Raises: NotFound while the organisation is not there yet; ExternalTemporary; ExternalPermanent.
    """
    with plain_failures():
        api = Api(realm_admin())
        organisation = _organisation_id(api, place)
        try:
            api.post(f"/organizations/{organisation}/members", subject)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise


def find_user(name: str) -> str:
    """Return the id of whoever has this user name or e-mail address at Keycloak. Raises: NotFound."""
    with plain_failures():
        api = Api(realm_admin())
        found = api.get("/users", username=name, exact="true") or api.get("/users", email=name, exact="true")
    if not found:
        raise NotFound(_("Beim Anmeldedienst gibt es niemanden mit dem Namen „{name}“.").format(name=name))
    return str(found[0]["id"])


def _organisation_id(api: Api, place: Place) -> str:
    for one in api.get("/organizations", search=place.domain, exact="true"):
        return str(one["id"])
    raise NotFound(
        _("Die Anmeldung für „{name}“ wird gerade eingerichtet. Versuchen Sie es in einer Minute noch einmal.").format(
            name=place.name
        )
    )
