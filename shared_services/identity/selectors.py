"""Read what pages show of the person who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.accounts import account_book
from shared_services.identity.requests import actor_of
from tenants.editors.selectors import list_roles as list_editor_roles
from tenants.errors import NotAllowed
from tenants.staff.selectors import list_roles


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One's own account for its page. `wants_reminders` is None where nobody is reminded."""

    name: str
    email: str
    roles: tuple[str, ...]
    last_sign_in: datetime | None
    language: str
    wants_reminders: bool | None
    has_app: bool
    has_passkey: bool


def get_own_account(request: HttpRequest) -> OwnAccount:
    """Return the account of whoever is signed in.

    Raises: NotAllowed when nobody is.
    """
    actor = actor_of(request)
    book = account_book(request)
    account = book.get(actor.id) if book and actor.id else None
    if account is None:
        raise NotAllowed(_("Bitte melden Sie sich an."))
    return OwnAccount(
        name=account.name,
        email=account.email,
        roles=tuple(list_role_names(account.roles)),
        last_sign_in=account.last_login,
        language=account.language,
        wants_reminders=account.wants_reminders,
        has_app=account.has_app,
        has_passkey=account.has_passkey,
    )


def list_role_names(roles: frozenset[str]) -> list[str]:
    """Return the names of roles for people, in the order in which roles are listed everywhere."""
    known = dict(list_editor_roles()) | dict(list_roles())
    return [label for value, label in known.items() if value in roles]
