"""Which accounts a page knows: staff in a town's schema, operators on the console, editors at work on an umbrella."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

from django.http import HttpRequest

from shared_services.identity.requests import is_editing, site_of
from tenants.accounts import AccountInfo, AccountKind
from tenants.actors import Actor
from tenants.editors import selectors as editor_selectors
from tenants.editors import services as editor_services
from tenants.factors import OwnFactors
from tenants.operators import selectors as operator_selectors
from tenants.operators import services as operator_services
from tenants.ownpasskeys import OwnPasskeys
from tenants.staff import selectors as staff_selectors
from tenants.staff import services as staff_services


class Authenticate(Protocol):
    """Checks e-mail and password, audits the outcome, and returns the account or None."""

    def __call__(self, *, email: str, password: str) -> AccountInfo | None:
        """Check."""


class ChangePassword(Protocol):
    """Changes the actor's own password; see the services."""

    def __call__(self, *, actor: Actor, current_password: str, new_password: str) -> AccountInfo:
        """Change."""


class RequirePassword(Protocol):
    """Checks the actor's own password; see `tenants.authentication`."""

    def __call__(self, *, actor: Actor, password: str) -> None:
        """Check."""


class EndSessions(Protocol):
    """Ends all sessions of the actor's account."""

    def __call__(self, *, actor: Actor) -> AccountInfo:
        """End."""


class SetMailChoices(Protocol):
    """Sets the language of the actor's mails and whether reminders come; see `tenants.authentication`."""

    def __call__(self, *, actor: Actor, language: str, wants_reminders: bool | None = None) -> AccountInfo:
        """Set."""


class NoteSignedIn(Protocol):
    """Notes that somebody has signed in without a password here; see `tenants.authentication`."""

    def __call__(self, *, account_id: UUID, factor: str = "") -> AccountInfo | None:
        """Note."""


@dataclass(frozen=True, slots=True)
class AccountBook:
    """The accounts of one kind of site. All calls run in the context of the request's host."""

    kind: AccountKind
    get: Callable[[UUID], AccountInfo | None]
    authenticate: Authenticate
    change_password: ChangePassword
    require_password: RequirePassword
    end_sessions: EndSessions
    set_mail_choices: SetMailChoices
    note_signed_in: NoteSignedIn
    factors: OwnFactors[Any]
    passkeys: OwnPasskeys[Any]


_STAFF: Final = AccountBook(
    kind="staff",
    get=staff_selectors.get_session_account,
    authenticate=staff_services.authenticate,
    change_password=staff_services.change_password,
    require_password=staff_services.require_password,
    end_sessions=staff_services.end_sessions,
    set_mail_choices=staff_services.set_mail_choices,
    note_signed_in=staff_services.note_signed_in,
    factors=staff_services.FACTORS,
    passkeys=staff_services.PASSKEYS,
)
_OPERATORS: Final = AccountBook(
    kind="operator",
    get=operator_selectors.get_session_account,
    authenticate=operator_services.authenticate,
    change_password=operator_services.change_password,
    require_password=operator_services.require_password,
    end_sessions=operator_services.end_sessions,
    set_mail_choices=operator_services.set_mail_choices,
    note_signed_in=operator_services.note_signed_in,
    factors=operator_services.FACTORS,
    passkeys=operator_services.PASSKEYS,
)


def account_book(request: HttpRequest) -> AccountBook | None:
    """Return the accounts that may sign in where the request is, or None where nobody can."""
    site = site_of(request)
    if site.kind == "tenant":
        return _STAFF
    if site.kind == "console":
        return _OPERATORS
    return _editors(site.region.slug) if site.region is not None and is_editing(request) else None


def _editors(region: str) -> AccountBook:
    """Return the accounts of one region: those of another one look like none."""
    return AccountBook(
        kind="editor",
        get=partial(editor_selectors.get_session_account, region=region),
        authenticate=partial(editor_services.authenticate, region=region),
        change_password=editor_services.change_password,
        require_password=editor_services.require_password,
        end_sessions=editor_services.end_sessions,
        set_mail_choices=editor_services.set_mail_choices,
        note_signed_in=editor_services.note_signed_in,
        factors=editor_services.FACTORS,
        passkeys=editor_services.PASSKEYS,
    )
