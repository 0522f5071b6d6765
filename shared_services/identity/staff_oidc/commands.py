"""What commands do: link accounts that are there already to people at Keycloak."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.identity.keycloak import userfactors
from shared_services.identity.staff_oidc.directories import get_directory
from shared_services.identity.staff_oidc.links import find_account_of, has_person, link, remember_factors
from shared_services.identity.staff_oidc.members import ensure_member, find_user, find_user_of
from shared_services.identity.staff_oidc.places import Place
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor, as_operator, in_tenant
from tenants.editors import selectors as editors
from tenants.errors import NotAllowed, NotFound
from tenants.operators import selectors as operators
from tenants.staff import selectors as staff


def link_account(
    *, actor: Actor, place: Place, email: str, user: str, keep_factors: bool = False, directory: str = ""
) -> AccountInfo:
    """Link the account with this e-mail address to a person at Keycloak, and make the person a member. Repeatable.

    `user` is a user name or an e-mail address there; with `directory`, the place's directory of staff by which the
    person comes, the address that this tells. `keep_factors` has the second factors count that the person has there
    now; else the person needs a link (an invitation, a renewed access) to come in.
    Raises: NotAllowed unless the system acts; NotFound; Conflict when the person has another account there;
    ExternalTemporary; ExternalPermanent.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Zugänge verbindet der Betrieb der Plattform."))
    subject = find_user_of(get_directory(place, directory).alias, user) if directory else find_user(user)
    ensure_member(place, subject)
    with _inside(place):
        account = _find(place, email)
        link(actor=actor, place=place, account=account, subject=subject, directory=directory)
    if keep_factors:
        remember_factors(place, subject, userfactors.list_factors(subject))
    return account


def remove_factors(*, actor: Actor, user: str) -> int:
    """Take all second factors away from a person at Keycloak: the phone is lost, or nobody knows whose they are.

    The person comes back by a new link. Return how many there were.
    Effects: all sign-ins of the person at Keycloak end; an audit entry.
    Raises: NotAllowed unless the system acts; NotFound; ExternalTemporary; ExternalPermanent.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Zweite Faktoren beim Anmeldedienst entfernt der Betrieb der Plattform."))
    subject = find_user(user)
    count = userfactors.remove_factors(subject)
    with as_operator(), transaction.atomic():
        record(actor=actor, action="auth.factors_removed", subject=f"keycloak:{subject}", data={"count": count})
    return count


def is_linked(*, place: Place, email: str) -> bool:
    """Whether the account with this e-mail address belongs to somebody at Keycloak. Raises: NotFound without one."""
    with _inside(place):
        return has_person(place, _find(place, email).id)


def _inside(place: Place) -> AbstractContextManager[object]:
    if place.tenant is not None:
        return in_tenant(place.tenant)
    return as_editor() if place.region else as_operator()


def _find(place: Place, email: str) -> AccountInfo:
    found = find_account_of(place, email)
    account = _get(place, found) if found is not None else None
    if account is None:
        message = _("Bei {name} gibt es keinen Zugang mit der Adresse {email}.")
        raise NotFound(message.format(name=place.name, email=email))
    return account


def _get(place: Place, account_id: UUID) -> AccountInfo | None:
    if place.tenant is not None:
        return staff.get_session_account(account_id)
    if place.region:
        return editors.get_session_account(account_id, region=place.region)
    return operators.get_session_account(account_id)
