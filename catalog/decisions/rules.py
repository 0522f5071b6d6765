"""How this town publishes its own texts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from catalog.decisions.models import PublishingRules
from catalog.decisions.policies import can_set_publishing_rules
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import current_tenant
from tenants.staff.policies import require


def has_four_eyes() -> bool:
    """Return whether somebody else than the author has to publish a text. One query."""
    return PublishingRules.objects.filter(four_eyes=True).exists()


def set_four_eyes(*, actor: Actor, is_on: bool) -> None:
    """Say whether somebody else than the author has to publish a text. Raises: NotAllowed."""
    require(can_set_publishing_rules, actor)
    if has_four_eyes() == is_on:
        return
    with transaction.atomic():
        wanted = {"four_eyes": is_on, "changed_by": actor.name, "changed_at": timezone.now()}
        PublishingRules.objects.update_or_create(only=True, defaults=wanted)
        subject = f"tenant:{current_tenant().id}"
        record(actor=actor, action="catalog.rules.set", subject=subject, data={"four_eyes": is_on})
