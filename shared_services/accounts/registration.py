"""Open an account, and find back into one: by links that go to the e-mail address and answers that tell nothing."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shared_services.accounts import links, mails
from shared_services.accounts.book import email_index, find_by_email, info_of, key_for, read_sealed, seal_account
from shared_services.accounts.events import note_event
from shared_services.accounts.models import AccountSession, CitizenAccount, LinkPurpose
from shared_services.accounts.passwords import require_good_password
from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import Conflict, InvalidInput, NotAllowed
from tenants.ids import uuid7
from tenants.keystore.store import destroy_keys
from tenants.mail.senders import Sender

_USED: Final = "link_used"


def begin_registration(*, email: str, language: str, sender: Sender) -> None:
    """Send a link that opens an account; whoever has one already gets a mail that says so. The answer is the same.

    Effects: one mail.
    Raises: InvalidInput (field `email`); ExternalTemporary without the key store.
    """
    email = checked_email(email)
    owner = uuid7()
    key = key_for(owner)
    with as_accounts(), transaction.atomic():
        account = find_by_email(email)
        if account is None:
            contents = {"email": email, "language": language}
            token = links.make_link(key, purpose=LinkPurpose.REGISTER, contents=contents, account_id=None)
            mails.send_registration_link(to=email, token=token, sender=sender, language=language)
        else:
            mails.tell_account_exists(account_id=account.id, to=email, sender=sender, language=account.language)
    if account is not None:
        destroy_keys(owner)


def get_registration_email(token: str) -> str:
    """Return the address that a link was sent to. Raises: NotFound when the link is unknown, used or too old."""
    with as_accounts():
        return str(links.get_link(token, purpose=LinkPurpose.REGISTER).contents["email"])


def finish_registration(*, token: str, password: str) -> AccountInfo:
    """Open the account that a link promises, with its first password.

    Effects: an entry "account.created" for the owner.
    Raises: NotFound, see `get_registration_email`; InvalidInput (field `password`); Conflict when it exists meanwhile.
    """
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.REGISTER)
        email = str(link.contents["email"])
        require_good_password(password, email=email)
        key, encoded = key_for(link.owner), make_password(password)
        try:
            with transaction.atomic():
                if not links.use_link(link):
                    raise _exists()
                account = CitizenAccount.objects.create(
                    id=link.owner,
                    email_index=email_index(email),
                    password=encoded,
                    language=str(link.contents.get("language") or "de"),
                    sealed=seal_account(key, email=email),
                )
                note_event(key, actor=Actor(kind="citizen", id=account.id), action="account.created")
        except IntegrityError as twice:
            raise _exists() from twice
        account.refresh_from_db()
        return info_of(account)


def create_account(*, actor: Actor, email: str, password: str, language: str = "de") -> bool:
    """Open an account by a command, without a link; return whether it was made now.

    Effects: an entry "account.created" for the owner.
    Raises: NotAllowed unless a command or task acts; InvalidInput; ExternalTemporary.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Konten eröffnen die Menschen selbst."), code="accounts_are_opened_by_their_owners")
    email = checked_email(email)
    with as_accounts():
        if find_by_email(email) is not None:
            return False
        key, encoded = key_for(uuid7()), make_password(password)
        with transaction.atomic():
            account = CitizenAccount.objects.create(
                id=key.owner,
                email_index=email_index(email),
                password=encoded,
                language=language,
                sealed=seal_account(key, email=email),
            )
            note_event(key, actor=Actor(kind="citizen", id=account.id), action="account.created")
    return True


def begin_reset(*, email: str, language: str, sender: Sender) -> None:
    """Send a link that sets a new password, if there is an account with one; the answer is the same if there is none.

    Raises: InvalidInput (field `email`); ExternalTemporary.
    """
    email = checked_email(email)
    with as_accounts(), transaction.atomic():
        account = find_by_email(email)
        if account is None or not account.is_active:
            mails.tell_no_account(to=email, sender=sender, language=language)
            return
        key = key_for(account.id)
        links.drop_links(account.id, purpose=LinkPurpose.RESET)
        token = links.make_link(key, purpose=LinkPurpose.RESET, contents={}, account_id=account.id)
        mails.send_reset_link(to=email, token=token, sender=sender, language=account.language)


def require_reset_link(token: str) -> None:
    """Raises: NotFound when the link is unknown, used or too old."""
    with as_accounts():
        links.get_link(token, purpose=LinkPurpose.RESET)


def finish_reset(*, token: str, password: str, sender: Sender) -> str:
    """Set a new password by a link, and return the account's address.

    All sessions end; second factors stay, for a mailbox alone must not be enough.

    Effects: an entry "account.password_reset", a mail to the owner.
    Raises: NotFound; InvalidInput (field `password`).
    """
    with as_accounts():
        link = links.get_link(token, purpose=LinkPurpose.RESET)
        account = CitizenAccount.objects.get(id=link.owner)
        email = str(read_sealed(account)["email"])
        require_good_password(password, email=email)
        key, encoded = key_for(account.id), make_password(password)
        with transaction.atomic():
            if not links.use_link(link):
                raise _exists()
            CitizenAccount.objects.filter(id=account.id).update(password=encoded, session_epoch=F("session_epoch") + 1)
            AccountSession.objects.filter(account=account, ended_at=None).update(ended_at=F("seen_at"))
            note_event(key, actor=Actor(kind="citizen", id=account.id), action="account.password_reset")
            mails.tell_password_changed(account_id=account.id, to=email, sender=sender, language=account.language)
    return email


def forget_unfinished() -> int:
    """Delete links that are too old, and the keys of registrations that were never finished. Return how many links."""
    with as_accounts():
        owners = links.list_expired_owners()
        existing = set(CitizenAccount.objects.filter(id__in=owners).values_list("id", flat=True))
        for owner in set(owners) - existing:
            destroy_keys(owner)
        return links.forget_expired_links()


def checked_email(given: str, *, field: str = "email") -> str:
    """Return an address as accounts keep it. Raises: InvalidInput under `field`."""
    email = normal_email(given)
    try:
        validate_email(email)
    except ValidationError as wrong:
        sentence = _("Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@beispiel.de.")
        raise InvalidInput(sentence, code="email", data={"fields": {field: [sentence]}}) from wrong
    return email


def _exists() -> Conflict:
    return Conflict(_("Dieser Link wurde schon benutzt. Melden Sie sich an."), code=_USED)
