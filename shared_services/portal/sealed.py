"""What of a visitor's message is sealed, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from shared_services.portal.models import Feedback
from tenants.context import current_tenant
from tenants.keystore.messages import Box, Message, unreadable

PURPOSE: Final = "portal.feedback"


def box() -> Box:
    """Return where the messages to this town are sealed."""
    return Box(scope=str(current_tenant().id), purpose=PURPOSE)


def read_all(rows: Iterable[Feedback]) -> dict[UUID, Message]:
    """Return what the rows say, with one query for all keys; what cannot be read says so. Raises: ExternalTemporary.

    A row of the release before is not sealed yet, see `retention`.
    """
    rows = list(rows)
    opened = box().unseal({row.id: row.sealed for row in rows if row.sealed is not None})
    return {row.id: opened.get(row.id) or _unsealed(row) for row in rows}


def _unsealed(row: Feedback) -> Message:
    if row.sealed is None:
        return Message(text=row.message, page=row.page, contact=row.contact)
    return Message(text=unreadable(), page="", contact="")
