"""The facts of the accessibility statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.portal.drafts import accessibility_draft
from shared_services.portal.kinds import Conformance
from shared_services.portal.models import AccessibilityFacts
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import recorded_change, refuse, require_unchanged
from shared_services.portal.texts import SOURCE_LANGUAGE, clean_texts
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.staff.policies import require

GAP_LENGTH: Final = 500
METHOD_LENGTH: Final = 300


def update_accessibility(
    *,
    actor: Actor,
    conformance: str,
    method: Mapping[str, str],
    gaps: Sequence[Mapping[str, str]],
    evaluated_on: date,
    seen: str = "",
) -> None:
    """Set how far the portal meets the requirements, how that was found out, and the known barriers by language.

    The day of this change counts as the statement's last review.
    Raises: NotAllowed; InvalidInput (fields `conformance`, `evaluated_on`, `method_de`, `gaps_de`); NotFound; Conflict.
    """
    require(can_edit_portal, actor)
    methods, found = clean_texts(method), [texts for gap in gaps if (texts := clean_texts(gap))]
    refuse(_errors(conformance=conformance, methods=methods, gaps=found, evaluated_on=evaluated_on))
    with recorded_change(actor=actor, action="portal.accessibility.updated"):
        facts = AccessibilityFacts.objects.select_for_update().first()
        if facts is None:
            raise NotFound(_("Diese Seite gibt es noch nicht."))
        require_unchanged(accessibility_draft(facts), seen, updated_by=facts.updated_by)
        facts.conformance, facts.method, facts.gaps = conformance, methods, found
        facts.evaluated_on, facts.reviewed_on, facts.updated_by = evaluated_on, timezone.localdate(), actor.name
        facts.save()


def _errors(
    *, conformance: str, methods: Mapping[str, str], gaps: Sequence[Mapping[str, str]], evaluated_on: date
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if conformance not in Conformance.values:
        errors["conformance"] = [_("Wählen Sie eine der drei Stufen.")]
    elif conformance == Conformance.FULL and gaps:
        errors["conformance"] = [
            _("„Vollständig vereinbar“ passt nicht zu bekannten Barrieren. Wählen Sie „teilweise vereinbar“.")
        ]
    if SOURCE_LANGUAGE not in methods:
        errors["method_de"] = [_("Beschreiben Sie, wie Sie das Portal bewertet haben.")]
    if any(len(text) > METHOD_LENGTH for text in methods.values()):
        errors["method_de"] = [_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=METHOD_LENGTH)]
    if any(SOURCE_LANGUAGE not in gap for gap in gaps):
        errors["gaps_de"] = [_("Zu jeder Barriere gehört eine deutsche Zeile.")]
    elif any(len(text) > GAP_LENGTH for gap in gaps for text in gap.values()):
        errors["gaps_de"] = [_("Kürzen Sie jede Zeile auf höchstens {limit} Zeichen.").format(limit=GAP_LENGTH)]
    if evaluated_on > timezone.localdate():
        errors["evaluated_on"] = [_("Dieser Tag liegt in der Zukunft. Wählen Sie den Tag der Bewertung.")]
    return errors
