"""Directories of those who work somewhere: who comes by which, and that nobody comes by another.

A municipality answers for its own directory and for nothing else. So an account belongs to the directory by which its
link was opened; the same person by another way, or somebody whom another directory calls so, is not let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shared_services.identity.keycloak.known import KnownProvider, list_known, provider_name
from shared_services.identity.staff_oidc.places import Place
from tenants.errors import NotAllowed, NotFound


def list_directories(place: Place) -> list[KnownProvider]:
    """Return the directories whose people work at a place."""
    return [one for one in list_known() if place.slug in one.places]


def get_directory(place: Place, alias: str) -> KnownProvider:
    """Return a directory whose people work at a place. Raises: NotFound."""
    for one in list_directories(place):
        if one.alias == alias:
            return one
    raise NotFound(_("Diesen Weg zur Anmeldung gibt es hier nicht: {name}.").format(name=place.name))


def directory_of(claims: Mapping[str, Any]) -> str:
    """Return by which directory of staff somebody has come, or "" for any other way.

    A provider that the file names no more may have been one.
    """
    alias = str(claims.get("idp", ""))
    return "" if any(one.alias == alias and not one.kind.for_staff for one in list_known()) else alias


def require_own(place: Place, claims: Mapping[str, Any]) -> None:
    """Refuse whoever comes by a directory that is not this place's. Raises: NotAllowed."""
    require_listed(place, directory_of(claims))


def require_listed(place: Place, alias: str) -> None:
    """Refuse a directory that is not this place's, or no more; "" is none. Raises: NotAllowed."""
    if not alias or any(one.alias == alias for one in list_directories(place)):
        return
    message = _("Über „{directory}“ kommt hier niemand zur Arbeit: {name}. Melden Sie sich auf einem anderen Weg an.")
    raise NotAllowed(message.format(directory=provider_name(alias), name=place.name), code="directory_foreign")


def require_same(place: Place, claims: Mapping[str, Any], *, expected: str) -> None:
    """Refuse whoever comes in another way than the one to which their access belongs. Raises: NotAllowed."""
    alias = directory_of(claims)
    if alias == expected:
        require_own(place, claims)
        return
    if expected:
        message = _("Ihr Zugang gehört zu „{directory}“. Melden Sie sich damit an.").format(
            directory=provider_name(expected)
        )
    else:
        message = _(
            "Ihr Zugang gehört zu Ihrem Konto beim Anmeldedienst. Melden Sie sich damit an; oder bitten Sie Ihre "
            "Administration um einen neuen Link, und öffnen Sie ihn über „{directory}“."
        ).format(directory=provider_name(alias))
    raise NotAllowed(message, code="directory_other")
