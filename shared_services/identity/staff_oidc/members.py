"""Who is a member of which organisation at Keycloak: asked over the admin API.

All of it is asked while a page waits: see `keycloak.pagecalls`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.utils.translation import gettext as _

from shared_services.identity.keycloak.pagecalls import keycloak_for_page
from shared_services.identity.keycloak.signins import end_sign_ins
from shared_services.identity.staff_oidc.places import Place
from tenants.errors import NotFound

if TYPE_CHECKING:
    from shared_services.identity.keycloak.admin import Api


def is_member(place: Place, subject: str) -> bool:
    """Whether somebody belongs to the organisation of a place. Raises: ExternalTemporary; ExternalPermanent.

    Asked here and not by the scope `organization`: with that Keycloak forgets that somebody is signed in already.
    """
    with keycloak_for_page() as api:
        found = api.get(f"/organizations/members/{quote(subject)}/organizations")
    return any(one.get("alias") == place.organisation and one.get("enabled", True) for one in found)


def is_working(place: Place, subject: str) -> bool:
    """Whether somebody is switched on at Keycloak and belongs to the organisation of a place.

    Raises: ExternalTemporary; ExternalPermanent, also for whoever is gone.
    """
    with keycloak_for_page() as api:
        is_on = bool(api.get(f"/users/{quote(subject)}").get("enabled"))
    return is_on and is_member(place, subject)


def end_other_sign_ins(subject: str, *, but: str) -> None:
    """End somebody's sign-ins at Keycloak, except the one named: what one of them has proved, it has proved before.

    Raises: ExternalTemporary; ExternalPermanent.
    """
    with keycloak_for_page() as api:
        end_sign_ins(api, subject, but=but)


def ensure_member(place: Place, subject: str) -> None:
    """Make somebody a member of a place's organisation; who is one stays one.

    Raises: NotFound while the organisation is not there yet; ExternalTemporary; ExternalPermanent.
    """
    with keycloak_for_page() as api:
        from keycloak.exceptions import KeycloakError  # noqa: PLC0415 -- the library costs time and memory

        organisation = _organisation_id(api, place)
        try:
            api.post(f"/organizations/{organisation}/members", subject)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise


def find_user(name: str) -> str:
    """Return the id of whoever has this user name or e-mail address at Keycloak. Raises: NotFound."""
    with keycloak_for_page() as api:
        found = api.get("/users", username=name, exact="true") or api.get("/users", email=name, exact="true")
    if not found:
        raise NotFound(_("Beim Anmeldedienst gibt es niemanden mit dem Namen „{name}“.").format(name=name))
    return str(found[0]["id"])


def find_user_of(directory: str, address: str) -> str:
    """Return the id of whoever has come by a directory that tells this address. Raises: NotFound, for two as well."""
    with keycloak_for_page() as api:
        told = api.get("/users", q=f"contact_email:{address}", briefRepresentation="false")
    found = [one for one in told if str(one["username"]).startswith(f"{directory}.")]
    if len(found) != 1:
        message = _(
            "Über „{directory}“ hat sich noch niemand mit der Adresse „{name}“ angemeldet, oder mehr als eine Person."
        )
        raise NotFound(message.format(directory=directory, name=address))
    return str(found[0]["id"])


def _organisation_id(api: Api, place: Place) -> str:
    for one in api.get("/organizations", search=place.domain, exact="true"):
        return str(one["id"])
    raise NotFound(
        _("Die Anmeldung für „{name}“ wird gerade eingerichtet. Versuchen Sie es in einer Minute noch einmal.").format(
            name=place.name
        )
    )
