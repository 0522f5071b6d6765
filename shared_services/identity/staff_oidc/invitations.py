"""Accept an invitation with an account at Keycloak: no password is chosen here, and none would be asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.identity.staff_oidc import directories
from shared_services.identity.staff_oidc.links import find_account_of, link, require_free
from shared_services.identity.staff_oidc.members import ensure_member
from shared_services.identity.staff_oidc.places import Place
from tenants.accounts import AccountInfo
from tenants.editors import invitations as of_editors
from tenants.editors import selectors as editors
from tenants.errors import InvalidInput
from tenants.operators import invitations as of_operators
from tenants.staff import selectors as staff
from tenants.staff import services as of_staff


def invited_address(place: Place, token: str) -> str:
    """Return whom an open invitation names, empty where it names nobody. Raises: NotFound for one that is not open."""
    if place.tenant is not None:
        return staff.get_open_invitation(token).email
    if place.region:
        return editors.get_open_invitation(token, region=place.region).email
    return of_operators.get_open_invitation(token).email


def require_meant(place: Place, *, token: str, claims: Mapping[str, Any]) -> None:
    """Refuse a person at Keycloak who has another account here than the one that an open invitation is for.

    Raises: NotFound for a token that opens nothing; NotAllowed for whoever comes by somebody else's directory;
    Conflict.
    """
    subject = str(claims["sub"])
    directories.require_own(place, claims)
    address = invited_address(place, token)
    require_free(place, subject, account_id=find_account_of(place, address) if address else None)


def accept(place: Place, *, token: str, claims: Mapping[str, Any]) -> AccountInfo:
    """Make the invited account that of the person whose ID token this is; the same link works once.

    The membership comes first: interrupted in between, the link is still good, and a membership alone opens nothing.
    Raises: NotFound for a token that opens nothing; InvalidInput; Conflict; ExternalTemporary.
    """
    subject, directory = str(claims["sub"]), directories.directory_of(claims)
    require_meant(place, token=token, claims=claims)
    ensure_member(place, subject)
    with transaction.atomic():
        account = _accepted(place, token, claims)
        link(actor=account.as_actor(), place=place, account=account, subject=subject, directory=directory)
    return account


def _accepted(place: Place, token: str, claims: Mapping[str, Any]) -> AccountInfo:
    # A password that nobody knows: an account has one, and the built-in login, switched on again, asks for a new link.
    password = secrets.token_urlsafe(48)
    if place.region:
        return of_editors.accept_invitation(token=token, password=password, region=place.region)
    if place.tenant is None:
        return of_operators.accept_invitation(token=token, password=password)
    is_open = not invited_address(place, token)
    return of_staff.accept_invitation(
        token=token,
        name=_name(claims),
        password=password,
        email=_own_address(claims) if is_open else "",
    )


def _name(claims: Mapping[str, Any]) -> str:
    parts = [str(claims.get(name, "")).strip() for name in ("given_name", "family_name")]
    return " ".join(part for part in parts if part) or str(claims.get("preferred_username", ""))


def _own_address(claims: Mapping[str, Any]) -> str:
    """Return the address of a person whom the invitation does not name. Raises: InvalidInput without a proved one."""
    address = str(claims.get("email", ""))
    # A municipality knows the addresses of those who work for it; it was asked whether it may say so before.
    is_proved = claims.get("email_verified") is True or bool(directories.directory_of(claims))
    if not address or not is_proved:
        raise InvalidInput(
            _("Ihr Konto beim Anmeldedienst hat keine bestätigte E-Mail-Adresse. Bestätigen Sie sie dort zuerst."),
            code="address_missing",
        )
    return address
