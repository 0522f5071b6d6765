"""What a new municipality gets of identity: the invitation of its first administrator."""

from __future__ import annotations

from collections.abc import Mapping

from tenants.provisioning.seeds import SeedContext
from tenants.staff.invitations import INVITATION_PATH
from tenants.staff.services import create_first_invitation

__all__ = ("INVITATION_PATH", "seed_first_invitation")


def seed_first_invitation(context: SeedContext) -> Mapping[str, str] | None:
    """Invite the first administrator; the path with its token is told once, and only when it was made now."""
    invitation = create_first_invitation(
        actor=context.actor, email=context.options.get("admin_email", ""), is_empty=context.is_empty
    )
    if invitation is None:
        return None
    told = {"invitation_path": INVITATION_PATH.format(token=invitation.token)}
    return {**told, "invitation_mailed_to": invitation.email} if invitation.is_mailed else told
