"""Work for later: deletions that are decided, what has been kept long enough, and wrong passwords."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from celery import shared_task

from shared_services.accounts import deletion, retention, wrongpasswords
from tenants.actors import system_actor

_ACTOR: Final = "Aufbewahrungsfristen"


@shared_task(name="shared_services.accounts.finish_deletion", acks_late=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def finish_deletion(deletion_id: str) -> bool:
    """Carry out one deletion. A second time changes nothing."""
    return deletion.finish_deletion(UUID(deletion_id))


@shared_task(name="shared_services.accounts.finish_deletions")  # type: ignore[untyped-decorator]  # as above
def finish_deletions() -> int:
    """Go on with what a lost message, a killed worker or an outage has left."""
    return deletion.finish_waiting()


@shared_task(name="shared_services.accounts.keep_periods")  # type: ignore[untyped-decorator]  # as above
def keep_periods() -> None:
    """Announce, delete and forget what is due today."""
    retention.keep_periods(actor=system_actor(_ACTOR))


@shared_task(name="shared_services.accounts.note_wrong_password")  # type: ignore[untyped-decorator]  # as above
def note_wrong_password(fingerprints: list[str]) -> None:
    """Count a wrong password for the owner of an address, if there is one."""
    wrongpasswords.note_wrong_password(fingerprints)
