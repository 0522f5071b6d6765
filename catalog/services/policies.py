"""Who may change the shared catalogue."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.errors import NotAllowed


def can_load_catalogue(actor: Actor) -> bool:
    """Whether the actor may load content files into the shared catalogue: commands of the deployment only."""
    return actor.kind == "system"


def refuse() -> NotAllowed:
    """Return the error for a missing right on the shared catalogue."""
    return NotAllowed(_("Den gemeinsamen Katalog ändert die Katalogredaktion. Wenden Sie sich an Ihre Portalregion."))
