"""From an identity provider that ends to its successor, without losing the account.

1. Signed in over the provider that ends, the person agrees to the change.
2. They sign in over the successor, in the same browser. Does it tell the state's id that the account knows, it is the
   same account already (`people.account_of`), and nothing is left to do.
3. Else it led to another account. If all that is known of the two says that one person holds both, a link goes to the
   address that both have. Whoever opens it, signed in over the successor, has shown all three: the old account, the new
   one and the address. Only then are they joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts import joining, links
from shared_services.accounts.book import get_own_account
from shared_services.accounts.events import note_event
from shared_services.accounts.farewellmails import send_join_link
from shared_services.accounts.identities import list_identities
from shared_services.accounts.models import LinkPurpose, ProviderChange
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.keystore.sealing import get_data_key
from tenants.mail.senders import Sender
from tenants.mail.services import can_send_mail

AGREEMENT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person has agreed to: the account, the provider that ends, and its successor, by their short names."""

    id: UUID
    account_id: UUID
    provider: str
    successor: str


def agree(*, account_id: UUID, provider: str, successor: str) -> UUID:
    """Note that the person agrees to go on with a successor, and return the agreement's id. It holds for an hour.

    Effects: an entry "identity.change_agreed" for the owner. An earlier agreement goes.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        ProviderChange.objects.filter(account_id=account_id).delete()
        row = ProviderChange.objects.create(
            account_id=account_id, provider=provider, successor=successor, expires_at=timezone.now() + AGREEMENT
        )
        details = {"source": provider, "successor": successor}
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="identity.change_agreed", details=details)
    return row.id


def get_agreed(change_id: UUID) -> Agreed:
    """Return an agreement that holds. Raises: NotFound."""
    with as_accounts():
        row = ProviderChange.objects.filter(id=change_id, expires_at__gt=timezone.now()).first()
    if row is None:
        raise NotFound(
            _("Ihre Zustimmung gilt nicht mehr. Melden Sie sich mit dem alten Ausweisdienst an und beginnen Sie neu."),
            code="agreement_over",
        )
    return Agreed(row.id, row.account_id, row.provider, row.successor)


def settle_linked(agreed: Agreed) -> bool:
    """Close an agreement whose successor leads to the account already; return whether it does."""
    if all(one.source != agreed.successor for one in list_identities(agreed.account_id)):
        return False
    with as_accounts():
        ProviderChange.objects.filter(id=agreed.id).delete()
    return True


def ask_for_join(agreed: Agreed, *, other: UUID, sender: Sender) -> None:
    """Send the link by which the person's two accounts become one. `other`: that of the successor, signed in.

    Effects: one mail; the agreement holds as long as its link.
    Raises: InvalidInput that says why the two are not joined; Conflict; Unreadable; ExternalTemporary.
    """
    if not can_send_mail():
        raise InvalidInput(
            _("Dieses Portal kann gerade keine E-Mails schicken. Versuchen Sie es später noch einmal."), code="no_mail"
        )
    if all(one.source != agreed.successor for one in list_identities(other)):
        raise InvalidInput(
            _("Melden Sie sich mit dem neuen Ausweisdienst an, um Ihre Konten zusammenzuführen."), code="not_successor"
        )
    email = joining.require_same_person(agreed.account_id, other)
    key, language = get_data_key(other), get_own_account(agreed.account_id).language
    with as_accounts(), transaction.atomic():
        links.drop_links(other, purpose=LinkPurpose.JOIN)
        contents = {"change": str(agreed.id)}
        token = links.make_link(key, purpose=LinkPurpose.JOIN, contents=contents, account_id=other)
        ProviderChange.objects.filter(id=agreed.id).update(expires_at=timezone.now() + links.LIFETIME)
        send_join_link(to=email, token=token, sender=sender, language=language)


def get_join(token: str, *, account_id: UUID) -> Agreed:
    """Return what a link would join, for whoever is signed in over the successor.

    Raises: NotFound when it is unknown, used, too old, or another account's; for an agreement that holds no more.
    """
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.JOIN)
    if link.owner != account_id:
        raise NotFound(
            _("Dieser Link gehört zu einem anderen Konto. Melden Sie sich mit dem neuen Ausweisdienst an."),
            code="link_of_another",
        )
    return get_agreed(UUID(str(link.contents["change"])))


def finish_join(*, token: str, account_id: UUID) -> UUID:
    """Join the accounts of a link, once, and return the one that stays.

    Effects: see `joining.join_accounts`; nobody is signed in any more.
    Raises: as `get_join` and `joining.join_accounts`.
    """
    agreed = get_join(token, account_id=account_id)
    with as_accounts(), transaction.atomic():
        link = links.get_link(token, purpose=LinkPurpose.JOIN)
        if not links.use_link(link):
            raise NotFound(_("Dieser Link wurde schon benutzt. Melden Sie sich an."), code="link_used")
        ProviderChange.objects.filter(id=agreed.id).delete()
        joining.join_accounts(kept=agreed.account_id, left=account_id, provider=agreed.successor)
    return agreed.account_id
