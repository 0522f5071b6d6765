"""People of the accounts' tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from shared_services.accounts import registration
from shared_services.accounts.book import find_by_email
from shared_services.accounts.people import Person, recognise
from tenants.actors import Actor, system_actor
from tenants.context import as_accounts
from tenants.mail.senders import Sender
from tenants.trust import TrustLevel

PASSWORD: Final = "Regen über Zeche Moltke 1904"
TASK: Final = system_actor("tests")
SENDER: Final = Sender(name="Emscher-Lippe", home_url="https://emscher-lippe.example", region="emscher-lippe")


def open_account(email: str) -> UUID:
    """Open an account with a password, and return its id."""
    registration.create_account(actor=TASK, email=email, password=PASSWORD)
    with as_accounts():
        account = find_by_email(email)
    assert account is not None
    return account.id


def come_by(
    source: str,
    subject: str,
    *,
    level: TrustLevel = TrustLevel.BASIS,
    email: str = "",
    bpk2: str = "",
    said: Mapping[str, str] | None = None,
) -> UUID:
    """Come back from an identity provider that has said this and that, and return the account."""
    return account_of(
        Person(subject=subject, level=level, source=source, email=email, bpk2=bpk2, attributes=said or {})
    )


def account_of(person: Person) -> UUID:
    """Let somebody come back from a provider, and return the account."""
    return recognise(person).owner


def owner(account_id: UUID) -> Actor:
    """Return whose account it is, as a page knows them."""
    return Actor(kind="citizen", id=account_id, trust_level=TrustLevel.BASIS)
