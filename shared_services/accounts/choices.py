"""What a person has chosen: the language of mails."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.accounts.attributes import stale
from shared_services.accounts.events import note_event
from shared_services.accounts.models import CitizenAccount
from tenants.actors import Actor
from tenants.context import as_accounts
from tenants.errors import InvalidInput
from tenants.keystore.sealing import get_data_key


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one person. Mails about the account's safety always come."""

    language: str

    @property
    def version(self) -> str:
        """What a form brings back, so that a change from elsewhere is noticed."""
        return self.language


def get_choices(account_id: UUID) -> Choices:
    """Return what a person has chosen."""
    with as_accounts():
        return _of(CitizenAccount.objects.get(id=account_id))


def set_choices(*, account_id: UUID, choices: Choices, version: str) -> bool:
    """Keep what a person chooses; return whether it is something new.

    Effects: an entry "choices.changed" for the owner.
    Raises: InvalidInput (field `language`); Conflict (code "stale").
    """
    if choices.language not in dict(settings.LANGUAGES):
        sentence = _("Wählen Sie eine Sprache aus der Liste.")
        raise InvalidInput(sentence, code="language", data={"fields": {"language": [sentence]}})
    key = get_data_key(account_id)
    with as_accounts(), transaction.atomic():
        account = CitizenAccount.objects.select_for_update().get(id=account_id)
        now = _of(account)
        if now.version != version:
            raise stale()
        if now == choices:
            return False
        account.language = choices.language
        account.save(update_fields=["language"])
        note_event(key, actor=Actor(kind="citizen", id=account_id), action="choices.changed")
    return True


def _of(account: CitizenAccount) -> Choices:
    return Choices(language=account.language)
