"""Two accounts of one person become one: what the one has moves to the other, sealed anew, and its own row goes.

Nothing is joined without the person's consent and a proof of both accounts; see `providerchange`. In the end everything
hangs on the account that stays, at which towns may keep something already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from shared_services.accounts import deletion, personaldata
from shared_services.accounts.attributes import Attribute, list_attributes
from shared_services.accounts.book import read_sealed, seal_account
from shared_services.accounts.documents import PURPOSE as DOCUMENT
from shared_services.accounts.events import LOOKED_AT, note_event
from shared_services.accounts.identities import STATE_ID
from shared_services.accounts.models import (
    AccountAttribute,
    AccountEvent,
    AccountSession,
    AttributeName,
    BusinessDocument,
    BusinessPerson,
    CitizenAccount,
    DeletionReason,
    HouseholdMember,
    LinkedIdentity,
)
from shared_services.accounts.sessions import end_sessions
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import Conflict, InvalidInput
from tenants.ids import uuid7
from tenants.keystore.sealing import DataKey, ensure_data_key, get_data_key

# Of each table that moves: for what its rows are sealed.
_ATTRIBUTE: Final = "accounts.attribute."
_IDENTITY: Final = "accounts.identity"
_HOUSEHOLD: Final = "accounts.household"
_BUSINESS: Final = "accounts.business"
_EVENT: Final = "accounts.event"
_LOOK: Final = "accounts.look"


def require_same_person(kept: UUID, left: UUID) -> str:
    """Return the address that both accounts have, if all that is known says that one person holds both.

    One address is no proof: families share one. So the names must be the same, too, and nothing may speak against it.
    Raises: InvalidInput that says why not; Unreadable; ExternalTemporary.
    """
    with as_accounts():
        accounts = {one.id: one for one in CitizenAccount.objects.filter(id__in=[kept, left], is_active=True)}
        state_ids = {
            (one.account_id, one.person_index)
            for one in LinkedIdentity.objects.filter(account_id__in=[kept, left], provider=STATE_ID)
        }
    if len(accounts) != 2 or kept == left:
        raise Conflict(_("Eines der beiden Konten gibt es nicht mehr. Beginnen Sie noch einmal."), code="account_gone")
    emails = {str(read_sealed(one).get("email", "")) for one in accounts.values()}
    if len(emails) != 1 or "" in emails:
        raise _refused(_("Die beiden Konten haben nicht dieselbe E-Mail-Adresse."))
    # Two that differ are two people, whatever else is the same; one that is the same would have led to one account.
    if {owner for owner, _index in state_ids} == {kept, left}:
        raise _refused(_("Die Ausweisdienste sagen, dass die Konten zwei verschiedenen Menschen gehören."))
    if not _is_one_person(list_attributes(kept), list_attributes(left)):
        raise _refused(_("Name oder Geburtsdatum sind in den beiden Konten nicht dieselben."))
    if not personaldata.can_join(left):
        raise _refused(_("In beiden Konten liegen Vorgänge, die sich nicht von selbst zusammenführen lassen."))
    return emails.pop()


def join_accounts(*, kept: UUID, left: UUID, provider: str) -> None:
    """Move all of `left` to `kept`, in one transaction. Who calls it has the person's consent and both proofs.

    Of each attribute the more surely known value stays, of two that are known as surely the newer one. Household and
    companies move where the account that stays has none. Factors and known browsers of `left` go.
    Effects: an entry "account.joined" for the owner; all sessions of both end; after commit towns follow.
    Raises: as `require_same_person`, which is asked again.
    """
    require_same_person(kept, left)
    into, old, job_key = get_data_key(kept), get_data_key(left), ensure_data_key(uuid7())
    with as_accounts(), transaction.atomic():
        # In the order of their ids: two joins of the same accounts must not wait for each other.
        rows = {
            one.id: one for one in CitizenAccount.objects.select_for_update().filter(id__in=[kept, left]).order_by("id")
        }
        if len(rows) != 2 or not all(one.is_active for one in rows.values()):
            raise Conflict(
                _("Eines der beiden Konten gibt es nicht mehr. Beginnen Sie noch einmal."), code="account_gone"
            )
        _move_attributes(old, into)
        _move(LinkedIdentity, old, into, purpose=lambda _row: _IDENTITY)
        _move(AccountEvent, old, into, purpose=lambda row: _LOOK if row.action == LOOKED_AT else _EVENT)
        _move_lists(old, into)
        personaldata.join_parts(kept=kept, left=left)
        _take_over_address(rows[kept], rows[left], into)
        note_event(into, actor=Actor(kind="citizen", id=kept), action="account.joined", details={"source": provider})
        deletion.begin(job_key, account_id=left, reason=DeletionReason.JOINED, subjects=[], into=kept)
        end_sessions(kept)


def _is_one_person(one: Mapping[str, Attribute], other: Mapping[str, Attribute]) -> bool:
    """Whether names and birth dates say so: the birth date and one name, or both names where no date is known twice."""

    def same(name: AttributeName) -> bool | None:
        if name not in one or name not in other:
            return None
        return _plain(one[name].value) == _plain(other[name].value)

    given, family, born = (
        same(name) for name in (AttributeName.GIVEN_NAME, AttributeName.FAMILY_NAME, AttributeName.BIRTH_DATE)
    )
    if born is not None:
        return born and bool(given or family)
    return bool(given and family)


def _plain(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _move_attributes(old: DataKey, into: DataKey) -> None:
    own = {row.name: row for row in AccountAttribute.objects.filter(account_id=into.owner)}
    for row in AccountAttribute.objects.filter(account_id=old.owner):
        known = own.get(row.name)
        if known is not None and (known.level, known.known_since) >= (row.level, row.known_since):
            continue
        AccountAttribute.objects.filter(account_id=into.owner, name=row.name).delete()
        _reseal(row, old, into, purpose=_ATTRIBUTE + row.name)


def _move_lists(old: DataKey, into: DataKey) -> None:
    """Move household and companies, each where the account that stays has none; documents go with their companies."""
    if not HouseholdMember.objects.filter(account_id=into.owner).exists():
        _move(HouseholdMember, old, into, purpose=lambda _row: _HOUSEHOLD)
    if not BusinessPerson.objects.filter(account_id=into.owner).exists():
        _move(BusinessPerson, old, into, purpose=lambda _row: _BUSINESS)
        _move(BusinessDocument, old, into, purpose=lambda _row: DOCUMENT)


def _move(model: type[models.Model], old: DataKey, into: DataKey, *, purpose: Callable[[Any], str]) -> None:
    for row in model._default_manager.filter(account_id=old.owner):
        _reseal(row, old, into, purpose=purpose(row))


def _reseal(row: Any, old: DataKey, into: DataKey, *, purpose: str) -> None:
    """Put a row under the other account, sealed by its key. Events may not be changed: they are written anew."""
    row.account_id = into.owner
    row.sealed = into.seal(old.unseal(row.sealed, purpose=purpose), purpose=purpose) if row.sealed else None
    if isinstance(row, AccountEvent):
        AccountEvent.objects.filter(id=row.id).delete()
        row.save(force_insert=True)
    else:
        row.save(update_fields=["account_id", "sealed"])


def _take_over_address(kept: CitizenAccount, left: CitizenAccount, into: DataKey) -> None:
    """The row of the other account goes first: its address is found by one account only."""
    index, password = left.email_index, left.password
    AccountSession.objects.filter(account=left).delete()
    CitizenAccount.objects.filter(id=left.id).delete()
    changed = CitizenAccount.objects.filter(id=kept.id)
    if index and not kept.email_index:
        changed.update(email_index=index, sealed=seal_account(into, email=str(read_sealed(kept).get("email", ""))))
    if password and not kept.password:
        changed.update(password=password)


def _refused(why: str) -> InvalidInput:
    advice = _("Darum führen wir sie nicht zusammen. Schreiben Sie uns, wenn beide Konten Ihnen gehören.")
    return InvalidInput(f"{why} {advice}", code="not_one_person")
