"""Which accounts a host knows: staff in a town's schema, operators on the console, nobody on an umbrella."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from tenants.accounts import AccountInfo, AccountKind
from tenants.actors import Actor
from tenants.operators import selectors as operator_selectors
from tenants.operators import services as operator_services
from tenants.registry.sites import Site
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


class EndSessions(Protocol):
    """Ends all sessions of the actor's account."""

    def __call__(self, *, actor: Actor) -> AccountInfo:
        """End."""


@dataclass(frozen=True, slots=True)
class AccountBook:
    """The accounts of one kind of site. All calls run in the context of the request's host."""

    kind: AccountKind
    get: Callable[[UUID], AccountInfo | None]
    authenticate: Authenticate
    change_password: ChangePassword
    end_sessions: EndSessions


_STAFF: Final = AccountBook(
    kind="staff",
    get=staff_selectors.get_session_account,
    authenticate=staff_services.authenticate,
    change_password=staff_services.change_password,
    end_sessions=staff_services.end_sessions,
)
_OPERATORS: Final = AccountBook(
    kind="operator",
    get=operator_selectors.get_session_account,
    authenticate=operator_services.authenticate,
    change_password=operator_services.change_password,
    end_sessions=operator_services.end_sessions,
)


def account_book(site: Site) -> AccountBook | None:
    """Return the accounts that may sign in at this site, or None where nobody can."""
    if site.kind == "tenant":
        return _STAFF
    return _OPERATORS if site.kind == "console" else None
