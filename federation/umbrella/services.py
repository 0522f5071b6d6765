"""Write what the umbrella keeps: the first texts of a region's pages, and visitors' feedback."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from federation.umbrella.legal import list_drafts, state_of
from federation.umbrella.models import RegionPage, UmbrellaFeedback
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration
from tenants.errors import InvalidInput
from tenants.ids import uuid7
from tenants.keystore.messages import Box, Message
from tenants.limits import check_limit
from tenants.registry.sites import RegionInfo

FEEDBACK_LIMIT = 5
FEEDBACK_WINDOW_SECONDS = 3600
MAX_MESSAGE_LENGTH = 4000
FEEDBACK_BOX = Box(scope="umbrella", purpose="umbrella.feedback")


class NewRegion(Protocol):
    """What is needed of a region that may not be in the directory of sites yet."""

    @property
    def id(self) -> UUID:
        """The region's id."""

    @property
    def area_prefixes(self) -> list[str]:
        """Prefixes of the ARS of its members; they tell the state."""


def ensure_region_pages(region: NewRegion) -> int:
    """Make the pages that a region lacks from the templates of its state; pages that exist stay as they are.

    Effects: rows of the shared schema, written by its owner: for commands and the demo, not for pages.
    Returns the number of pages made.
    """
    with as_migration(), transaction.atomic():
        existing = set(RegionPage.objects.filter(region_id=region.id).values_list("kind", "language"))
        missing = [
            RegionPage(
                region_id=region.id, kind=draft.kind, language=draft.language, title=draft.title, body=draft.body
            )
            for draft in list_drafts(state_of(region.area_prefixes))
            if (draft.kind.value, draft.language) not in existing
        ]
        RegionPage.objects.bulk_create(missing)
    return len(missing)


def submit_feedback(
    *,
    actor: Actor,
    region: RegionInfo,
    message: str,
    caller: str,
    email: str = "",
    page: str = "",
    language: str = "de",
) -> UUID:
    """Keep what a visitor reported about the umbrella portal; everybody may.

    `caller` is the key of the visitor's address (`tenants.addresses.address_key`); it is counted and not stored.
    Raises: InvalidInput for an empty or endless message, TooManyRequests, ExternalTemporary when the key store is away.
    """
    text = message.strip()
    if not text or len(text) > MAX_MESSAGE_LENGTH:
        told = _("Beschreiben Sie, was nicht klappt, mit höchstens {count} Zeichen.").format(count=MAX_MESSAGE_LENGTH)
        raise InvalidInput(told, data={"fields": {"message": [told]}})
    check_limit("umbrella.feedback", caller, limit=FEEDBACK_LIMIT, window_seconds=FEEDBACK_WINDOW_SECONDS)
    feedback_id = uuid7()
    sealed = FEEDBACK_BOX.seal(feedback_id, Message(text=text, page=page[:300], contact=email))
    with transaction.atomic():
        feedback = UmbrellaFeedback(id=feedback_id, region_id=region.id, sealed=sealed, language=language)
        feedback.save(force_insert=True)
        record(actor=actor, action="umbrella.feedback.sent", subject=f"feedback:{feedback.id}")
    return feedback.id
