"""Link a person at Keycloak to an account for work, and find it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shared_services.identity.staff_oidc.models import WorkLink
from shared_services.identity.staff_oidc.places import Place
from tenants.accounts import AccountInfo
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_accounts
from tenants.editors import selectors as editors
from tenants.errors import Conflict
from tenants.keystore.sealing import index_of, indexes_of
from tenants.operators import selectors as operators
from tenants.staff import selectors as staff

_PURPOSE: Final = "staff_oidc.subject"


def find_account_id(place: Place, subject: str) -> UUID | None:
    """Return whose account a person at Keycloak has here, or None. One query, in the context of accounts."""
    with as_accounts():
        return _rows(place, subject).values_list("account_id", flat=True).first()


def has_person(place: Place, account_id: UUID) -> bool:
    """Whether an account belongs to somebody at Keycloak."""
    with as_accounts():
        return WorkLink.objects.filter(site=place.key, account_id=account_id).exists()


def find_linked_directory(place: Place, subject: str) -> str:
    """Return by which directory of staff a person must come here, or "" for an account of Keycloak's own."""
    with as_accounts():
        return _rows(place, subject).values_list("directory", flat=True).first() or ""


def list_known_factors(place: Place, subject: str) -> frozenset[str]:
    """Return which second factors of a person at Keycloak count at a place."""
    with as_accounts():
        return frozenset(_rows(place, subject).values_list("factors", flat=True).first() or ())


def remember_factors(place: Place, subject: str, factors: Collection[str]) -> None:
    """Say which second factors of a person at Keycloak count at a place from now on."""
    with as_accounts():
        _rows(place, subject).update(factors=sorted(factors))


def find_account_of(place: Place, email: str) -> UUID | None:
    """Return the account with this e-mail address, in the running context of the place, or None."""
    if place.tenant is not None:
        return staff.get_account_id(email)
    return editors.get_editor_id(email) if place.region else operators.get_account_id(email)


def require_free(place: Place, subject: str, *, account_id: UUID | None) -> None:
    """Refuse a person who has another account here already. Raises: Conflict."""
    known = find_account_id(place, subject)
    if known is not None and known != account_id:
        raise Conflict(
            _(
                "Mit diesem Konto des Anmeldedienstes gibt es hier schon einen Zugang. Melden Sie sich dort ab und mit "
                "Ihrem eigenen Konto wieder an."
            ),
            code="person_linked",
        )


def link(*, actor: Actor, place: Place, account: AccountInfo, subject: str, directory: str = "") -> None:
    """Say that a person at Keycloak has this account, in the running context of the place; an earlier one had it.

    `directory` is the directory of staff by which the person comes from now on.
    Effects: an audit entry, where something changed.
    Raises: Conflict when the person has another account here.
    """
    require_free(place, subject, account_id=account.id)
    if find_account_id(place, subject) == account.id and find_linked_directory(place, subject) == directory:
        return
    with transaction.atomic():
        with as_accounts():
            WorkLink.objects.update_or_create(
                site=place.key,
                account_id=account.id,
                defaults={
                    "tenant_id": place.tenant_id,
                    "person_index": index_of(subject, purpose=_PURPOSE),
                    "directory": directory,
                },
            )
        data = {"directory": directory} if directory else {}
        record(actor=actor, action="auth.linked", subject=account.subject, data=data)


def _rows(place: Place, subject: str) -> QuerySet[WorkLink]:
    """Return the link of a person at a place, if there is one; to be asked in the context of accounts."""
    return WorkLink.objects.filter(site=place.key, person_index__in=indexes_of(subject, purpose=_PURPOSE))
