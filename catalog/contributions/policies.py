"""What editors may do with contributions: each only with those offered to a layer of theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.contributions.models import InboxEntry
from tenants.actors import Actor
from tenants.editors.policies import can_edit_layer, can_publish_layer
from tenants.errors import NotAllowed, NotFound


def can_see_contribution(actor: Actor, entry: InboxEntry) -> bool:
    """Whether the actor may read a contribution: who writes on the layer that it was offered to."""
    return can_edit_layer(actor, layer=entry.target_layer, area=entry.target_area)


def can_decide_contribution(actor: Actor, entry: InboxEntry) -> bool:
    """Whether the actor may publish or decline a contribution."""
    return can_publish_layer(actor, layer=entry.target_layer, area=entry.target_area)


def require_see(actor: Actor, entry: InboxEntry | None) -> InboxEntry:
    """Return the contribution. Raises: NotFound; one of another layer looks the same as none."""
    if entry is None or not can_see_contribution(actor, entry):
        raise NotFound(_("Diesen Beitrag gibt es nicht. Gehen Sie zur Liste der Beiträge."))
    return entry


def require_decide(actor: Actor, entry: InboxEntry) -> None:
    """Raises: NotAllowed for who may see a contribution and not decide on it."""
    if not can_decide_contribution(actor, entry):
        raise NotAllowed(
            _("Über Beiträge entscheidet, wer auf dieser Ebene veröffentlichen darf. Bitten Sie die Freigabe darum."),
            data={"policy": "can_decide_contribution"},
        )
