"""An account goes: decided in one transaction, carried out in steps that a killed worker goes on from.

Before the decision's commit nothing has happened; after it nobody gets into the account any more, and what is left to
do stands in a row of `AccountDeletion`. Each step may be repeated:

1. the users at Keycloak (first, while the closed account still refuses who comes from there; it is not waited for),
2. what towns keep, and each town's data key once nothing has to stay there,
3. what other apps and the account's own rows keep,
4. the account's data key: from here on no backup tells anything of the person,
5. the row itself, with the key under which it holds the subjects at Keycloak.

Rows go before their key, so that nothing readable is left behind without somebody who knows that it has to go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts import personaldata
from shared_services.accounts.book import read_sealed
from shared_services.accounts.farewellmails import tell_deleted
from shared_services.accounts.identities import SUBJECT_HOME, list_subjects
from shared_services.accounts.models import (
    AccountDeletion,
    AccountLink,
    AccountSession,
    CitizenAccount,
    DeletionReason,
    LinkedIdentity,
)
from shared_services.accounts.people import SUBJECT
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import DomainError, NotAllowed, NotFound
from tenants.ids import uuid7
from tenants.keystore.sealing import (
    ACCOUNT_SCOPE,
    DataKey,
    ensure_data_key,
    get_data_key,
    get_data_keys,
    indexes_of,
)
from tenants.keystore.store import destroy_keys, list_scopes, note_erased
from tenants.mail.senders import Sender
from tenants.registry.sites import TenantInfo

log = structlog.get_logger(__name__)

_PURPOSE: Final = "accounts.deletion"
# Longer than the steps take: who comes earlier finds somebody at it.
_LEASE: Final = timedelta(minutes=5)
_FIRST_RETRY_SECONDS: Final = 60
_LAST_RETRY_SECONDS: Final = 3600

_wake: list[Callable[[UUID], object]] = []
_remove_elsewhere: list[Callable[[Sequence[str]], None]] = []


def on_request(wake: Callable[[UUID], object]) -> None:
    """Register what carries a deletion out once its transaction has committed."""
    _wake.append(wake)


def leaves_elsewhere(remove: Callable[[Sequence[str]], None]) -> None:
    """Register what removes people from where they sign in, given their subjects there; who is gone is gone.

    It raises DomainError when it could not.
    """
    _remove_elsewhere.append(remove)


def request_deletion(
    *,
    actor: Actor,
    account_id: UUID,
    sender: Sender | None,
    reason: DeletionReason = DeletionReason.OWN,
    unused_since: date | None = None,
) -> UUID:
    """Close an account for good, and return the id of its deletion.

    `unused_since`: only if it was last used on that day or before, and its owner was told.
    Effects: all sessions end, links in mails work no more, a mail to the owner; after commit the rest.
    Raises: NotAllowed for anybody but the owner and the deployment's own tasks; NotFound when it is closed already or
    was used meanwhile; ExternalTemporary without the key store.
    """
    if not (actor.kind == "system" or (actor.kind == "citizen" and actor.id == account_id)):
        raise NotAllowed(_("Ein Konto löscht nur, wem es gehört."), code="not_the_owner")
    # Made before the row that needs it; a key whose row never came harms nobody.
    job_key, key = ensure_data_key(uuid7()), get_data_keys([account_id]).get(account_id)
    with as_accounts(), transaction.atomic():
        account = _lock(account_id, unused_since=unused_since)
        if account is None:
            destroy_keys(job_key.owner)
            raise NotFound(_("Dieses Konto wird schon gelöscht oder wurde eben benutzt."), code="account_closed")
        email, subjects = "", list[str]()
        if key is not None:
            email, subjects = str(read_sealed(account).get("email", "")), list_subjects(key)
        _close(account)
        begin(job_key, account_id=account_id, reason=reason, subjects=subjects)
        if email and sender is not None:
            tell_deleted(deletion_id=job_key.owner, to=email, sender=sender, language=account.language, reason=reason)
    log.info("accounts.deletion_requested", reason=str(reason))
    return job_key.owner


def begin(
    job_key: DataKey, *, account_id: UUID, reason: DeletionReason, subjects: Sequence[str], into: UUID | None = None
) -> None:
    """Note a deletion in the running transaction, inside `as_accounts`. `into`: who takes over what towns keep.

    Effects: after commit it is carried out.
    """
    contents = {"subjects": list(subjects), "into": str(into) if into else ""}
    AccountDeletion.objects.create(
        id=job_key.owner,
        account_id=account_id,
        reason=reason,
        sealed=job_key.seal(contents, purpose=_PURPOSE),
        is_out_of_keycloak=not subjects,
    )
    for wake in _wake:
        transaction.on_commit(partial(wake, job_key.owner), robust=True)


def finish_deletion(deletion_id: UUID) -> bool:
    """Carry out what is left of a deletion; return whether it is through. What could not be done waits for later."""
    with as_accounts():
        row = _claim(deletion_id)
    if row is None:
        return False
    problems = [problem for step in (_leave_keycloak, _erase) if (problem := _try(step, row))]
    if problems:
        _put_off(row, problems[0])
        return False
    destroy_keys(row.id)
    with as_accounts():
        AccountDeletion.objects.filter(id=row.id).delete()
    log.info("accounts.deleted", reason=row.reason)
    return True


def finish_waiting() -> int:
    """Go on with all deletions that are due; return how many are through now."""
    with as_accounts():
        waiting = list(_due().order_by("id").values_list("id", flat=True)[:500])
    return sum(finish_deletion(one) for one in waiting)


def count_waiting(*, older_than: timedelta = timedelta(0)) -> int:
    """Return how many deletions were decided so long ago and are not through."""
    with as_accounts():
        return AccountDeletion.objects.filter(requested_at__lte=timezone.now() - older_than).count()


def list_reasons() -> list[str]:
    """Return why deletions wait, as the codes of their last refusals."""
    with as_accounts():
        rows = AccountDeletion.objects.exclude(error="").order_by("error")
        return list(rows.values_list("error", flat=True).distinct())


def _lock(account_id: UUID, *, unused_since: date | None) -> CitizenAccount | None:
    rows = CitizenAccount.objects.select_for_update().filter(id=account_id, is_active=True)
    if unused_since is not None:
        rows = rows.filter(last_used_on__lte=unused_since, deletion_announced_at__isnull=False)
    return rows.first()


def _close(account: CitizenAccount) -> None:
    CitizenAccount.objects.filter(id=account.id).update(is_active=False, session_epoch=F("session_epoch") + 1)
    AccountSession.objects.filter(account=account, ended_at=None).update(ended_at=timezone.now())
    AccountLink.objects.filter(owner=account.id).delete()


def _due() -> Any:
    return AccountDeletion.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))


def _claim(deletion_id: UUID) -> AccountDeletion | None:
    """Be the only one at a deletion for a while. A killed worker's lease runs out."""
    if not _due().filter(id=deletion_id).update(retry_at=timezone.now() + _LEASE):
        return None
    return AccountDeletion.objects.get(id=deletion_id)


def _try(step: Callable[[AccountDeletion], None], row: AccountDeletion) -> Exception | None:
    try:
        step(row)
    except (DomainError, DatabaseError) as problem:
        log.warning("accounts.deletion_waits", step=step.__name__.strip("_"), error=_code(problem))
        return problem
    return None


def _leave_keycloak(row: AccountDeletion) -> None:
    if row.is_out_of_keycloak:
        return
    subjects = [one for one in _contents(row)["subjects"] if not _is_in_use(one, left=row.account_id)]
    for remove in _remove_elsewhere if subjects else ():
        remove(subjects)
    with as_accounts():
        AccountDeletion.objects.filter(id=row.id).update(is_out_of_keycloak=True)


def _is_in_use(subject: str, *, left: UUID) -> bool:
    """Whether the person has come back meanwhile, to another account."""
    with as_accounts():
        rows = LinkedIdentity.objects.filter(
            provider=SUBJECT_HOME, person_index__in=indexes_of(subject, purpose=SUBJECT)
        )
        return rows.exclude(account_id=left).exists()


def _erase(row: AccountDeletion) -> None:
    if row.reason == DeletionReason.UNLINKED:
        return
    account_id, kept, problems = row.account_id, set[str](), list[Exception]()
    for town in personaldata.list_towns(account_id):
        try:
            if not _leave_town(row, town):
                kept.add(str(town.id))
        except (DomainError, DatabaseError) as problem:
            # It holds up neither the other towns nor the account.
            log.warning("accounts.town_not_erased", tenant=town.slug, error=_code(problem))
            problems.append(problem)
    personaldata.erase_parts(account_id)
    with as_accounts():
        CitizenAccount.objects.filter(id=account_id).delete()
    # Before the keys: a killed worker comes back here, and no archive may bring them back meanwhile.
    note_erased(account_id)
    destroy_keys(account_id, scope=ACCOUNT_SCOPE)
    if problems:
        raise problems[0]
    # Of towns that have left nothing is there but a key.
    for scope in set(list_scopes(account_id)) - kept:
        destroy_keys(account_id, scope=scope)


def _leave_town(row: AccountDeletion, town: TenantInfo) -> bool:
    """Have one town give up what it keeps, and its key; return whether nothing has to stay there."""
    into = _contents(row)["into"] if row.reason == DeletionReason.JOINED else ""
    if into:
        personaldata.join_town(town, kept=UUID(into), left=row.account_id)
    is_all = personaldata.erase_town(row.account_id, town)
    if is_all:
        destroy_keys(row.account_id, scope=str(town.id))
    return is_all


def _contents(row: AccountDeletion) -> dict[str, Any]:
    """Return what a deletion has sealed. Raises: Unreadable once its key is destroyed, after everything else."""
    return dict(get_data_key(row.id).unseal(row.sealed, purpose=_PURPOSE))


def _put_off(row: AccountDeletion, problem: Exception) -> None:
    seconds = min(_FIRST_RETRY_SECONDS * 2 ** min(row.attempts, 10), _LAST_RETRY_SECONDS)
    with as_accounts():
        AccountDeletion.objects.filter(id=row.id).update(
            attempts=F("attempts") + 1, error=_code(problem), retry_at=timezone.now() + timedelta(seconds=seconds)
        )


def _code(problem: Exception) -> str:
    return (problem.code if isinstance(problem, DomainError) else type(problem).__name__)[:60]
