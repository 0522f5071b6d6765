"""Who is a member of which organisation at Keycloak, and who has a second factor there: asked over the admin API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from django.utils.translation import gettext as _

from shared_services.identity.staff_oidc.places import Place
from tenants.errors import NotFound

if TYPE_CHECKING:
    from shared_services.identity.keycloak.admin import Api

# Kinds of credentials that the realm's flow takes as a second factor.
_FACTORS: Final = frozenset({"otp", "webauthn", "recovery-authn-codes"})


@contextmanager
def _keycloak() -> Iterator[Api]:
    """Offer the admin API. Its library costs time and memory, and most processes never need it."""
    from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin  # noqa: PLC0415 -- see above

    with plain_failures():
        yield Api(realm_admin())


def is_member(place: Place, subject: str) -> bool:
    """Whether somebody belongs to the organisation of a place. Raises: ExternalTemporary; ExternalPermanent.

    Asked here and not by the scope `organization`: with that Keycloak forgets that somebody is signed in already.
    """
    with _keycloak() as api:
        found = api.get(f"/organizations/members/{quote(subject)}/organizations")
    return any(one.get("alias") == place.organisation and one.get("enabled", True) for one in found)


def has_second_factor(subject: str) -> bool:
    """Whether somebody has set one up at Keycloak. Raises: ExternalTemporary; ExternalPermanent."""
    with _keycloak() as api:
        found = api.get(f"/users/{quote(subject)}/credentials")
    return any(one.get("type") in _FACTORS for one in found)


def ask_for_setup(subject: str) -> None:
    """Have Keycloak ask somebody to set an app up at the next sign-in. Raises: ExternalTemporary; ExternalPermanent."""
    path = f"/users/{quote(subject)}"
    with _keycloak() as api:
        actions = api.get(path).get("requiredActions", [])
        api.put(path, {"requiredActions": sorted({*actions, "CONFIGURE_TOTP"})})


def ensure_member(place: Place, subject: str) -> None:
    """Make somebody a member of a place's organisation; who is one stays one.

    Raises: NotFound while the organisation is not there yet; ExternalTemporary; ExternalPermanent.
    """
    with _keycloak() as api:
        from keycloak.exceptions import KeycloakError  # noqa: PLC0415 -- see `_keycloak`

        organisation = _organisation_id(api, place)
        try:
            api.post(f"/organizations/{organisation}/members", subject)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise


def find_user(name: str) -> str:
    """Return the id of whoever has this user name or e-mail address at Keycloak. Raises: NotFound."""
    with _keycloak() as api:
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
