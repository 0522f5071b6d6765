"""Address, phone, e-mail and links."""

from __future__ import annotations

from collections.abc import Mapping

from shared_services.portal.contactdata import CONTACT_FIELDS, check_contact
from shared_services.portal.drafts import contact_draft
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import locked_profile, recorded_change, refuse, require_unchanged
from tenants.actors import Actor
from tenants.staff.policies import require


def update_contact(*, actor: Actor, values: Mapping[str, str], seen: str = "") -> None:
    """Set all contact data; a field of `contactdata.CONTACT_FIELDS` that is not named becomes empty.

    Raises: NotAllowed; InvalidInput with messages by field; Conflict.
    """
    require(can_edit_portal, actor)
    clean, errors = check_contact(values)
    refuse(errors)
    with recorded_change(actor=actor, action="portal.contact.updated") as data:
        profile = locked_profile()
        before = contact_draft(profile)
        require_unchanged(before, seen, updated_by=profile.updated_by)
        for name in CONTACT_FIELDS:
            setattr(profile, name, clean[name])
        profile.updated_by = actor.name
        profile.save(update_fields=[*CONTACT_FIELDS, "updated_by", "updated_at"])
        data["fields"] = [name for name in CONTACT_FIELDS if clean[name] != before[name]]
