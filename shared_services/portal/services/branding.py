"""Claim, colours and logo."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.portal.contrast import parse_theme, require_readable
from shared_services.portal.drafts import branding_draft
from shared_services.portal.images import CleanImage, clean_logo
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import locked_profile, recorded_change, refuse, require_unchanged
from shared_services.portal.texts import clean_texts
from tenants.actors import Actor
from tenants.context import TenantRef, current_tenant, in_tenant
from tenants.staff.policies import require

CLAIM_LENGTH: Final = 120
# Files under this folder are served to everybody; other apps keep theirs elsewhere.
PUBLIC_FOLDER: Final = "public"


def update_branding(
    *, actor: Actor, claim: Mapping[str, str], theme: Mapping[str, Mapping[str, str]], seen: str = ""
) -> None:
    """Set the claim by language and the colours (mode → colour name → `#rrggbb`).

    Raises: NotAllowed; InvalidInput (fields `claim_de`, `light_primary` ...), also for a pair of colours below
    WCAG 2.2 AA, with the measured ratio; Conflict.
    """
    require(can_edit_portal, actor)
    claims = clean_texts(claim)
    too_long = _("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=CLAIM_LENGTH)
    refuse({f"claim_{language}": [too_long] for language, text in claims.items() if len(text) > CLAIM_LENGTH})
    parsed = parse_theme(theme)
    require_readable(parsed)
    with recorded_change(actor=actor, action="portal.branding.updated") as data:
        profile = locked_profile()
        require_unchanged(branding_draft(profile), seen, updated_by=profile.updated_by)
        before = branding_draft(profile)
        profile.claim, profile.theme, profile.updated_by = claims, parsed.as_dict(), actor.name
        profile.save(update_fields=["claim", "theme", "updated_by", "updated_at"])
        data["fields"] = [name for name, value in branding_draft(profile).items() if value != before[name]]


def set_logo(*, actor: Actor, upload: BinaryIO, size_bytes: int) -> None:
    """Store a logo, decoded and encoded anew. The one before is removed after commit, the new one if the commit fails.

    Raises: NotAllowed; InvalidInput (field `logo`), see `images.clean_logo`.
    """
    require(can_edit_portal, actor)
    image = clean_logo(upload, size_bytes=size_bytes)
    stored = _store(image)
    try:
        _change_logo(actor=actor, name=stored)
    except BaseException:
        default_storage.delete(stored)
        raise


def remove_logo(*, actor: Actor) -> None:
    """Go back to the town's initials instead of a logo. Raises: NotAllowed."""
    require(can_edit_portal, actor)
    _change_logo(actor=actor, name="")


def _store(image: CleanImage) -> str:
    """Write the file and return its name within the tenant's own folder, under which the storage finds it again."""
    name = default_storage.save(f"{PUBLIC_FOLDER}/portal/logo.{image.suffix}", ContentFile(image.data))
    return name.removeprefix(f"{current_tenant().schema}/")


def _change_logo(*, actor: Actor, name: str) -> None:
    action = "portal.logo.set" if name else "portal.logo.removed"
    with recorded_change(actor=actor, action=action):
        profile = locked_profile()
        before = profile.logo
        profile.logo, profile.updated_by = name, actor.name
        profile.save(update_fields=["logo", "updated_by", "updated_at"])
        if before:
            transaction.on_commit(partial(_delete_file, current_tenant(), before))


def _delete_file(tenant: TenantRef, name: str) -> None:
    with in_tenant(tenant):
        default_storage.delete(name)
