"""Part with an identity provider."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts import deletion
from shared_services.accounts.events import note_event
from shared_services.accounts.identities import STATE_ID, SUBJECT_HOME, read_identity
from shared_services.accounts.models import AccountSession, CitizenAccount, DeletionReason, LinkedIdentity
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.ids import uuid7
from tenants.keystore.sealing import DataKey, ensure_data_key, get_data_key


def unlink_identity(*, account_id: UUID, identity_id: UUID, signed_in_with: str, has_other_way: bool) -> str:
    """Unlink a provider and return its short name. What it has told stays with its level and source.

    `signed_in_with`: the provider of the running session, as its record has it. `has_other_way`: whether the account
    can be entered without any linked identity.
    Effects: an entry "identity.unlinked"; sessions over this provider end; its user leaves Keycloak after commit.
    Raises: NotFound; InvalidInput for the last way in and for the one of the running session.
    """
    key, job_key = get_data_key(account_id), ensure_data_key(uuid7())
    with as_accounts(), transaction.atomic():
        # Two at once would each leave the other's as the last one.
        CitizenAccount.objects.select_for_update().get(id=account_id)
        rows = {row.id: row for row in LinkedIdentity.objects.filter(account_id=account_id, provider=SUBJECT_HOME)}
        row = rows.pop(identity_id, None)
        if row is None:
            raise NotFound(_("Diese Verknüpfung gibt es nicht mehr. Laden Sie die Seite neu."))
        contents = read_identity(key, row)
        source = str(contents.get("source", ""))
        _require_another(rows_left=len(rows), source=source, signed_in_with=signed_in_with, has_other_way=has_other_way)
        row.delete()
        _forget_state_id(key, list(rows.values()))
        AccountSession.objects.filter(account_id=account_id, provider=source or SUBJECT_HOME, ended_at=None).update(
            ended_at=timezone.now()
        )
        details = {"source": source}
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="identity.unlinked", details=details)
        subjects = [str(contents["subject"])] if contents.get("subject") else []
        deletion.begin(job_key, account_id=identity_id, reason=DeletionReason.UNLINKED, subjects=subjects)
    return source


def _require_another(*, rows_left: int, source: str, signed_in_with: str, has_other_way: bool) -> None:
    if not rows_left and not has_other_way:
        raise InvalidInput(
            _("Das ist Ihr einziger Weg in Ihr Konto. Verknüpfen Sie zuerst einen anderen oder löschen Sie es."),
            code="last_way_in",
        )
    if (source or SUBJECT_HOME) == signed_in_with:
        raise InvalidInput(
            _("Damit sind Sie gerade angemeldet. Melden Sie sich auf einem anderen Weg an, um diesen zu trennen."),
            code="signed_in_with_it",
        )


def _forget_state_id(key: DataKey, left: list[LinkedIdentity]) -> None:
    """Without a provider that tells the state's id nobody may come back by it."""
    if not any(read_identity(key, row).get("tells_bpk2") for row in left):
        LinkedIdentity.objects.filter(account_id=key.owner, provider=STATE_ID).delete()
