"""What all writes of this app share: the transaction with its audit entry, and noticing that another one was faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.portal.models import PortalProfile
from shared_services.portal.texts import fingerprint
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput
from tenants.registry.generations import touch_tenant

STALE: Final = "stale"


@contextmanager
def recorded_change(*, actor: Actor, action: str, subject: str = "") -> Iterator[dict[str, object]]:
    """Run a write in a transaction that also holds its audit entry and refreshes the town's cached pages.

    Yields the data of the audit entry, to be filled by the write: names of fields and no personal data.
    """
    data: dict[str, object] = {}
    with transaction.atomic():
        yield data
        record(actor=actor, action=action, subject=subject, data=data)
        touch_tenant()


def locked_profile() -> PortalProfile:
    """Return the one profile, locked until the transaction ends; make it where onboarding never ran."""
    profile = PortalProfile.objects.select_for_update().first()
    if profile is None:
        PortalProfile.objects.get_or_create(only=True)
        profile = PortalProfile.objects.select_for_update().get()
    return profile


def require_unchanged(stored: Mapping[str, Any], seen: str, *, updated_by: str = "") -> None:
    """Refuse a form that was filled with older values than those stored now.

    Raises: Conflict (code `stale`) with `data["updated_by"]`.
    """
    if seen and seen != fingerprint(stored):
        raise Conflict(
            _("Inzwischen hat jemand anderes etwas geändert. Vergleichen Sie die Fassungen und speichern Sie erneut."),
            code=STALE,
            data={"updated_by": updated_by},
        )


def refuse(errors: Mapping[str, list[str]]) -> None:
    """Raises: InvalidInput when there are errors, with the first one as its message."""
    if errors:
        first = next(iter(errors.values()))[0]
        raise InvalidInput(first, data={"fields": dict(errors)})
