"""What a new municipality gets of identity: the invitation of its first administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tenants.provisioning.seeds import SeedContext
from tenants.staff.services import create_first_invitation

# The route `identity:invitation` of a town's host in German; a test holds the two together.
INVITATION_PATH: Final = "/verwaltung/einladung/{token}/"


def seed_first_invitation(context: SeedContext) -> Mapping[str, str] | None:
    """Invite the first administrator; the path with its token is told once, and only when it was made now."""
    invitation = create_first_invitation(actor=context.actor, email=context.options.get("admin_email", ""))
    if invitation is None:
        return None
    return {"invitation_path": INVITATION_PATH.format(token=invitation.token)}
