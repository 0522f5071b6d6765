"""Read this tenant's contributions, with what the editors above say on each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from catalog.contributions.models import Kind
from catalog.contributions.selectors import Answer, list_answers
from catalog.local.models import OPEN_STATES, Contribution, ContributionState, Outcome
from catalog.local.targets import Target
from catalog.resolution.values import Layer
from catalog.services.selectors import list_services


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A contribution as the town sees it. `slug`: the shared service that it is about or became, if there is one."""

    id: UUID
    kind: Kind
    title: str
    service_id: UUID
    field: str
    language: str
    target: Target
    state: ContributionState
    reason: str
    outcome: Outcome
    note: str
    offered_by: str
    offered_at: dt.datetime
    decided_at: dt.datetime | None
    slug: str

    @property
    def is_open(self) -> bool:
        """The editors have not decided yet: it may be withdrawn."""
        return self.state in OPEN_STATES


def list_offered_texts() -> list[OfferedText]:
    """Return all contributions of this tenant, the newest first, in three queries.

    What the editors have decided holds from that moment, whether or not the tenant has drawn its consequences yet.
    """
    rows = list(Contribution.objects.order_by("-offered_at", "-id"))
    answers = list_answers() if rows else {}
    ids = {_shared_id(row, answers.get(row.id)) for row in rows} - {None}
    slugs = {one.id: one.slug for one in list_services(fields=(), ids=[one for one in ids if one])} if ids else {}
    return [_offered(row, answers.get(row.id), slugs) for row in rows]


def list_open_offers(service_id: UUID) -> dict[tuple[str, str], UUID]:
    """Return what of a service is offered at the moment: field and language → contribution; two empty ones for all."""
    rows = Contribution.objects.filter(service_id=service_id, state__in=OPEN_STATES)
    return {(row.field, row.language): row.id for row in rows}


def _shared_id(row: Contribution, answer: Answer | None) -> UUID | None:
    result = (answer.result_service_id if answer else None) or row.result_service_id
    return result or (row.service_id if row.kind == Kind.VALUE else None)


def _offered(row: Contribution, answer: Answer | None, slugs: dict[UUID, str]) -> OfferedText:
    is_newer = answer is not None and row.decided_at is None and row.state != ContributionState.WITHDRAWN
    state = answer.state.value if answer and is_newer else row.state
    shared_id = _shared_id(row, answer)
    return OfferedText(
        id=row.id,
        kind=Kind(row.kind),
        title=row.title,
        service_id=row.service_id,
        field=row.field,
        language=row.language,
        target=Target(Layer(row.target_layer), row.target_area),
        state=ContributionState(state),
        reason=answer.reason if answer and is_newer else row.reason,
        outcome=Outcome(row.outcome),
        note=row.note,
        offered_by=row.offered_by,
        offered_at=row.offered_at,
        decided_at=answer.decided_at if answer and is_newer else row.decided_at,
        slug=slugs.get(shared_id, "") if shared_id else "",
    )
