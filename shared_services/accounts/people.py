"""Whose account it is: a person who was proved elsewhere finds back to the same account, whatever the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from shared_services.accounts.attributes import learn_attributes
from shared_services.accounts.book import email_index, find_by_email, key_for, read_sealed, seal_account
from shared_services.accounts.businesses import learn_business
from shared_services.accounts.events import note_event
from shared_services.accounts.identities import STATE_ID, SUBJECT_HOME, seal_identity
from shared_services.accounts.models import CitizenAccount, LinkedIdentity
from tenants.accounts import normal_email
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import Conflict
from tenants.ids import uuid7
from tenants.keystore.sealing import DataKey, get_data_key, index_of, indexes_of
from tenants.trust import TrustLevel

SUBJECT: Final = "accounts.subject"
BPK2: Final = "accounts.bpk2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a provider says it was. `subject` is the id at our Keycloak, `bpk2` the state's id, where there is one.

    `attributes` are names of `AttributeName` with what the provider says; `source` is the provider's short name.
    `organisation` is the company for which the provider says that the person acts, `organisation_id` its id there.
    """

    subject: str
    level: TrustLevel
    source: str = ""
    bpk2: str = ""
    email: str = ""
    is_email_verified: bool = False
    language: str = "de"
    attributes: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    organisation_id: str = ""


def recognise(person: Person) -> DataKey:
    """Return the data key of a person's account, opened now if there is none, and learn what the provider says.

    The key's owner is the account; whoever signs the person in goes on with the key, which is fetched this once.
    The subject leads to an account, and so does the state's id: the same person by another provider comes back to the
    same account. An e-mail address alone never does: two people may share one. An account that is being deleted learns
    nothing more.
    Raises: ExternalTemporary without the key store; Unreadable for an account that is being deleted and has lost its
    key; Conflict when two sign-ins of a new person race.
    """
    with as_accounts():
        account = _find(person)
    if account is not None and not account.is_active:
        return get_data_key(account.id)
    key = key_for(account.id if account else uuid7())
    try:
        if account is None:
            _open(key, person)
        _learn(key, person, is_new=account is None)
    except IntegrityError as raced:
        raise _race() from raced
    return key


def _find(person: Person) -> CitizenAccount | None:
    for purpose, value in ((SUBJECT, person.subject), (BPK2, person.bpk2)):
        if value:
            rows = CitizenAccount.objects.filter(identities__person_index__in=indexes_of(value, purpose=purpose))
            found = rows.first()
            if found is not None:
                return found
    return None


def _open(key: DataKey, person: Person) -> None:
    email = normal_email(person.email)
    with as_accounts(), transaction.atomic():
        # The address leads to an account only if it was proved and nobody else's is found by it.
        is_free = bool(email) and person.is_email_verified and find_by_email(email) is None
        CitizenAccount.objects.create(
            id=key.owner,
            email_index=email_index(email) if is_free else None,
            language=person.language,
            sealed=seal_account(key, email=email),
        )
        _link(key, person)
        note_event(key, actor=Actor(kind="citizen", id=key.owner), action="account.created")


def _link(key: DataKey, person: Person) -> list[str]:
    """Note both ids of a person; return the providers that are new to the account."""
    added = []
    sealed = seal_identity(key, subject=person.subject, source=person.source, tells_bpk2=bool(person.bpk2))
    ids = ((SUBJECT_HOME, SUBJECT, person.subject, sealed), (STATE_ID, BPK2, person.bpk2, None))
    for provider, purpose, value, contents in ids:
        if not value:
            continue
        known = LinkedIdentity.objects.filter(person_index__in=indexes_of(value, purpose=purpose))
        if known.update(used_at=Now(), level=person.level):
            # Another account's key would make it unreadable for its owner.
            known.filter(account_id=key.owner).update(sealed=contents)
            continue
        LinkedIdentity.objects.create(
            account_id=key.owner,
            provider=provider,
            person_index=index_of(value, purpose=purpose),
            level=person.level,
            sealed=contents,
        )
        added.append(provider)
    return added


def _learn(key: DataKey, person: Person, *, is_new: bool) -> None:
    with as_accounts(), transaction.atomic():
        if not is_new and _link(key, person):
            details = {"source": person.source}
            note_event(key, actor=Actor(kind="citizen", id=key.owner), action="identity.linked", details=details)
        if not is_new:
            _follow_email(key, person)
        learn_attributes(key, values=person.attributes, level=person.level, source=person.source)
        learn_business(
            key,
            organisation_id=person.organisation_id,
            name=person.organisation,
            level=person.level,
            source=person.source,
        )


def _follow_email(key: DataKey, person: Person) -> None:
    """Take over an address that the person has changed at our Keycloak; what other providers know is theirs."""
    email = normal_email(person.email)
    account = CitizenAccount.objects.select_for_update().get(id=key.owner)
    if person.source or not person.is_email_verified or not email or read_sealed(account, key).get("email") == email:
        return
    other = find_by_email(email)
    # An address that leads to somebody else's account is kept, but leads nowhere.
    account.email_index = email_index(email) if other is None or other.id == account.id else None
    account.sealed = seal_account(key, email=email)
    account.save(update_fields=["email_index", "sealed"])
    note_event(key, actor=Actor(kind="citizen", id=account.id), action="account.email_changed")


def _race() -> Conflict:
    return Conflict(_("Ihr Konto wird gerade in einem anderen Fenster eröffnet. Melden Sie sich noch einmal an."))
