"""A service as it would be once a draft is published: its values and what is the same everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from catalog.editing.drafts import DraftInfo
from catalog.presets.selectors import list_presets_of
from catalog.resolution.values import Layer
from catalog.services.responsibilities import authority_row
from catalog.services.selectors import ServiceRecord


def with_draft(record: ServiceRecord, draft: DraftInfo | None) -> ServiceRecord:
    """Return a service with a draft, as the editors' role. One query if other topics bring other presets."""
    if draft is None:
        return record
    facts: dict[str, Any] = {name: change.value for name, change in draft.head.items()}
    head = replace(
        record.head,
        slug=facts.get("slug", record.head.slug),
        layer=Layer(facts.get("layer", record.head.layer)),
        area=facts.get("area", record.head.area),
    )
    if "category_codes" in facts:
        head = replace(head, presets=list_presets_of(record.id, category_codes=facts["category_codes"]))
    plain = {name: facts[name] for name in ("prominence",) if name in facts}
    plain |= {name: tuple(facts[name]) for name in ("category_codes", "target_groups") if name in facts}
    plain |= {name: _day(facts[name]) for name in ("valid_from", "valid_to") if name in facts}
    if "leika" in facts:
        plain["leika_key"] = facts["leika"]["key"] or None
    if "responsibilities" in facts:
        plain["authorities"] = tuple(map(authority_row, facts["responsibilities"]))
    return replace(record, head=head, rows=draft.apply(record.rows), **plain)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
