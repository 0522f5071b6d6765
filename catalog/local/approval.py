"""The approval of a service of the town's own before its first publication, where four eyes are wanted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.decisions.rules import has_four_eyes
from catalog.decisions.writers import require_second_person
from catalog.local.models import LocalService
from tenants.actors import Actor
from tenants.errors import Conflict


def require_approval(actor: Actor, service: LocalService) -> None:
    """Let a service be published by whoever has not written it, once it is handed in, where four eyes are wanted.

    Raises: NotAllowed; Conflict.
    """
    require_second_person(actor, service.editors or ())
    if actor.kind != "system" and service.submitted_at is None and has_four_eyes():
        raise Conflict(
            _("An dieser Leistung wird noch geschrieben. Freigeben können Sie sie, wenn sie eingereicht ist."),
            code="not_handed_in",
        )
