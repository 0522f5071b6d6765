"""What each town of the demo decided about the shared services."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from catalog.decisions.labels import set_category_labels
from catalog.decisions.services import set_decision, set_override
from federation.demo.files import Record, read
from tenants.actors import Actor


def load_decisions(actor: Actor, slug: str, service_ids: Mapping[str, UUID]) -> None:
    """Apply one town's file, inside the town's context. `service_ids`: slug of a service -> its id."""
    data = read(f"decisions/{slug}.yaml")
    named = data.get("categories", {})
    labels = {(code, language): label for code, by in named.items() for language, label in by.items()}
    set_category_labels(actor=actor, labels=labels)
    for service_slug, decision in data.get("decisions", {}).items():
        _decide(actor, service_ids[service_slug], decision)


def _decide(actor: Actor, service_id: UUID, decision: Record) -> None:
    set_decision(
        actor=actor,
        service_id=service_id,
        decision=decision["decision"],
        link_url=decision.get("link_url", ""),
        link_authority=decision.get("link_authority", ""),
        reason=decision.get("reason", ""),
        alternative=decision.get("alternative", ""),
    )
    for language, values in decision.get("values", {}).items():
        for field, value in values.items():
            set_override(actor=actor, service_id=service_id, field=field, language=language, value=value)
