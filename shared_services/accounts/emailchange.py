"""Another e-mail address for an account: it counts once its mailbox was opened by whoever is signed in here.

The old address is told at once and can stop it. Whether the new one belongs to somebody else is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts import alerts, links, mails
from shared_services.accounts.book import email_index, find_by_email, read_sealed, seal_account
from shared_services.accounts.events import note_event
from shared_services.accounts.identities import list_subjects
from shared_services.accounts.models import AccountLink, CitizenAccount, LinkPurpose
from shared_services.accounts.registration import checked_email
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import Conflict, InvalidInput
from tenants.keystore.sealing import get_data_key
from tenants.mail.senders import Sender

_FIELD: Final = "email"
_elsewhere: list[Callable[[Sequence[str], str], None]] = []


def follows_elsewhere(change: Callable[[Sequence[str], str], None]) -> None:
    """Register what changes the address where people sign in, given their subjects there and the new address.

    It raises DomainError when it could not: then the old address stays everywhere.
    """
    _elsewhere.append(change)


def begin_email_change(*, account_id: UUID, email: str, sender: Sender) -> None:
    """Send a link to the new address and a notice to the old one. An earlier change that waits is taken back.

    An address that has an account already looks the same to the person; its owner is told that it has one.
    Effects: two mails; an entry "account.email_asked" for the owner.
    Raises: InvalidInput (field `email`); ExternalTemporary.
    """
    email, key = checked_email(email, field=_FIELD), get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        account = CitizenAccount.objects.select_for_update().get(id=account_id)
        current = str(read_sealed(account).get("email", ""))
        if email == current:
            sentence = _("Das ist schon Ihre Adresse. Geben Sie eine andere ein.")
            raise InvalidInput(sentence, code="same_email", data={"fields": {_FIELD: [sentence]}})
        _drop(account_id)
        token = links.make_link(key, purpose=LinkPurpose.NEW_EMAIL, contents={"email": email}, account_id=account_id)
        other = find_by_email(email)
        if other is None:
            alerts.send_email_link(to=email, token=token, sender=sender, language=account.language)
        else:
            mails.tell_account_exists(account_id=other.id, to=email, sender=sender, language=other.language)
        if current:
            keep = links.make_link(key, purpose=LinkPurpose.KEEP_EMAIL, contents={}, account_id=account_id)
            alerts.send_keep_email_link(to=current, token=keep, sender=sender, language=account.language)
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="account.email_asked")


def get_waiting_email(account_id: UUID) -> str:
    """Return the address that waits for its confirmation, or "". Raises: Unreadable; ExternalTemporary."""
    with as_accounts():
        rows = AccountLink.objects.filter(owner=account_id, purpose=LinkPurpose.NEW_EMAIL)
        row = rows.filter(expires_at__gt=timezone.now()).first()
        return str(links.read_link(row).contents["email"]) if row else ""


def get_email_of_link(token: str, *, account_id: UUID) -> str:
    """Return the address that a link makes the account's. Raises: NotFound for one that doesn't work, and others'."""
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.NEW_EMAIL)
    if link.owner != account_id:
        raise links.expired()
    return str(link.contents["email"])


def finish_email_change(*, token: str, account_id: UUID, sender: Sender) -> None:
    """Make the address of a link the account's. Links that went to the old address work no longer.

    Effects: an entry "account.email_changed", a mail to both addresses.
    Raises: NotFound, see `get_email_of_link`; Conflict when somebody has opened an account with it meanwhile;
    ExternalTemporary while the place where people sign in is away.
    """
    key, email = get_data_key(account_id), get_email_of_link(token, account_id=account_id)
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.NEW_EMAIL)
        try:
            with transaction.atomic():
                account = CitizenAccount.objects.select_for_update().get(id=account_id)
                if not links.use_link(link):
                    raise links.expired()
                before = str(read_sealed(account).get("email", ""))
                account.email_index, account.sealed = email_index(email), seal_account(key, email=email)
                account.save(update_fields=["email_index", "sealed"])
                _drop(account_id)
                links.drop_links(account_id, purpose=LinkPurpose.RESET)
                for change in _elsewhere:
                    change(list_subjects(key), email)
                for to in {before, email} - {""}:
                    alerts.tell_email_changed(to=to, account=account, sender=sender)
                note_event(key, actor=Actor(kind="citizen", id=account_id), action="account.email_changed")
        except IntegrityError as lost:
            raise taken() from lost


def taken() -> Conflict:
    """Return what is said of an address that is somebody else's, to whoever has opened its mailbox."""
    sentence = _("Mit dieser Adresse gibt es inzwischen ein anderes Konto. Nehmen Sie eine andere Adresse.")
    return Conflict(sentence, code="email_taken")


def cancel_email_change(*, account_id: UUID) -> None:
    """Leave the address as it is: whoever asked for another one takes it back.

    Effects: an entry "account.email_kept" if one was waiting.
    """
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        if _drop(account_id):
            note_event(key, actor=Actor(kind="citizen", id=account_id), action="account.email_kept")


def require_keep_link(token: str) -> None:
    """Raises: NotFound when the link of the old address is unknown, used, too old, or the change is done."""
    with as_accounts():
        links.get_link(token, purpose=LinkPurpose.KEEP_EMAIL)


def keep_email(*, token: str) -> None:
    """Stop a change by the link that the old address got. Whoever reads that mailbox need not be signed in.

    Effects: an entry "account.email_kept" for the owner.
    Raises: NotFound, see `require_keep_link`.
    """
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.KEEP_EMAIL)
        key = get_data_key(link.owner)
        with transaction.atomic():
            if not links.use_link(link):
                raise links.expired()
            _drop(link.owner)
            note_event(key, actor=Actor(kind="citizen", id=link.owner), action="account.email_kept")


def _drop(account_id: UUID) -> bool:
    waiting = AccountLink.objects.filter(owner=account_id, purpose__in=[LinkPurpose.NEW_EMAIL, LinkPurpose.KEEP_EMAIL])
    return bool(waiting.delete()[0])
