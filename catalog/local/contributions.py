"""Offer own texts to a catalogue above, withdraw an offer, and draw the consequences of the editors' decision.

Each function is one transaction in the tenant's context, and all that leaves it is an outbox event of that transaction:
killed at any point, a repetition goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.contributions.handlers import OFFERED, SETTLED, WITHDRAWN
from catalog.contributions.models import DECIDED, InboxState, Kind
from catalog.contributions.selectors import Answer, get_answer, values_of
from catalog.decisions.above import resolve_above
from catalog.decisions.models import Cause
from catalog.decisions.selectors import list_town_services
from catalog.decisions.services import clear_override, lock_adoption, set_decision
from catalog.decisions.town import TownService, current_town
from catalog.local.facts import missing_names
from catalog.local.models import OPEN_STATES, Contribution, ContributionState, LocalState, Outcome
from catalog.local.policies import can_contribute
from catalog.local.selectors import LocalRecord, get_local_record
from catalog.local.services import archive_local_service
from catalog.local.targets import get_target
from catalog.resolution.decide import Decision
from catalog.resolution.values import FieldKey, Json
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from catalog.services.selectors import get_service_by_id
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.outbox.services import publish
from tenants.staff.policies import require

MAX_NOTE: Final = 1000


def offer_value(*, actor: Actor, service_id: UUID, field: str, language: str, target: str, note: str = "") -> UUID:
    """Offer the tenant's own value of a field to a catalogue above, and return the contribution's id.

    Raises: NotAllowed; NotFound for a value that is not the tenant's own or rests; InvalidInput; Conflict while the
    same value is offered already.
    """
    require(can_contribute, actor)
    service = _town_service(service_id, field)
    own = service.own_rows.get(FieldKey(field, language)) if service and service.decided.uses_overrides else None
    if service is None or own is None or own.value is None:
        raise NotFound(_("Anbieten können Sie nur einen eigenen Text, der zurzeit gilt."))
    label = f"{FIELD_LABELS[field]} ({LANGUAGE_LABELS[language]})" if language else str(FIELD_LABELS[field])
    values = [{"field": field, "language": language, "value": own.value}]
    return _offer(
        actor,
        Contribution(
            kind=Kind.VALUE,
            service_id=service_id,
            field=field,
            language=language,
            title=f"{service.title('de')}: {label}"[:200],
            payload={"facts": {"slug": service.slug}, "values": values},
        ),
        target=target,
        note=note,
    )


def offer_service(*, actor: Actor, service_id: UUID, target: str, note: str = "") -> UUID:
    """Offer a local service to a catalogue above, and return the contribution's id.

    Raises: NotAllowed; NotFound; InvalidInput when something that citizens need is missing; Conflict for an archived
    one, and while it is offered already.
    """
    require(can_contribute, actor)
    local = get_local_record(service_id)
    if local.state is LocalState.ARCHIVED:
        raise Conflict(_("Diese Leistung ist archiviert. Veröffentlichen Sie sie wieder, bevor Sie sie anbieten."))
    missing = missing_names({key.field for key in local.values if key.language == "de"}, local.category_codes)
    if missing:
        raise InvalidInput(_("Vor dem Anbieten fehlt noch: {fields}.").format(fields=", ".join(missing)))
    facts = {
        "slug": local.slug,
        "category_codes": list(local.category_codes),
        "target_groups": list(local.target_groups),
    }
    return _offer(
        actor,
        Contribution(
            kind=Kind.SERVICE,
            service_id=service_id,
            title=local.title[:200],
            payload={"facts": facts, "values": _plain(local)},
        ),
        target=target,
        note=note,
    )


def withdraw(*, actor: Actor, contribution_id: UUID) -> None:
    """Take an offer back while nobody has decided on it.

    Raises: NotAllowed; NotFound; Conflict once it is decided. A decision that comes at the same moment wins, and the
    tenant's own text stays as it is then.
    """
    require(can_contribute, actor)
    answer = get_answer(contribution_id)
    with transaction.atomic():
        row = Contribution.objects.select_for_update().filter(id=contribution_id).first()
        if row is None:
            raise NotFound(_("Diesen Beitrag gibt es nicht. Gehen Sie zur Liste Ihrer Beiträge."))
        if row.state == ContributionState.WITHDRAWN:
            return
        if row.state not in OPEN_STATES or (answer is not None and answer.state in DECIDED):
            raise Conflict(_("Über diesen Beitrag ist schon entschieden. Laden Sie die Seite neu."), code="decided")
        row.state = ContributionState.WITHDRAWN
        row.save(update_fields=["state"])
        _record(actor, row, "catalog.contribution.withdrawn")
        publish(kind=WITHDRAWN, data={"id": str(row.id)})


def settle(*, actor: Actor, contribution_id: UUID) -> None:
    """Take note of the editors' decision; after a publication the tenant's own copy becomes an adoption.

    Only where the copy is still what was given, and what was published holds then: else it stays, and so does one whose
    offer was withdrawn.
    Run twice, or before there is a decision, it changes nothing.

    Raises: NotAllowed.
    """
    require(can_contribute, actor)
    answer = get_answer(contribution_id)
    if answer is None or answer.state not in DECIDED:
        return
    with transaction.atomic():
        row = Contribution.objects.select_for_update().filter(id=contribution_id).first()
        if row is not None and row.decided_at is not None:
            return
        if row is not None:
            _apply(actor, row, answer)
        # Without a row (restored from an archive, say) there is nothing to change, and nothing to wait for either.
        publish(kind=SETTLED, data={"id": str(contribution_id)})


def retell_offers(actor: Actor) -> int:
    """Put what waits for the editors into their inbox once more, as after an import, and return how many offers.

    One that is there already stays as the editors have it. A copy for practice has offered nothing: its rows say so.
    Raises: NotAllowed.
    """
    require(can_contribute, actor)
    with transaction.atomic():
        waiting = Contribution.objects.select_for_update().filter(state__in=OPEN_STATES)
        if current_town().is_training:
            waiting.update(state=ContributionState.WITHDRAWN)
            return 0
        rows = list(waiting.order_by("id"))
        for row in rows:
            publish(kind=OFFERED, data=_describe(row))
    return len(rows)


def _apply(actor: Actor, row: Contribution, answer: Answer) -> None:
    was_withdrawn = row.state == ContributionState.WITHDRAWN
    row.state, row.reason, row.decided_at = answer.state.value, answer.reason, answer.decided_at
    row.result_service_id = answer.result_service_id
    if answer.state is InboxState.PUBLISHED:
        adopt = _adopt_value if row.kind == Kind.VALUE else _adopt_service
        row.outcome = Outcome.LATE if was_withdrawn else adopt(actor, row, answer)
    row.save()
    _record(actor, row, "catalog.contribution.settled", state=row.state, outcome=row.outcome)


def _adopt_value(actor: Actor, row: Contribution, answer: Answer) -> Outcome:
    """Take the tenant's own value away if it is still the one that was given and what was published then holds here.

    It stays in the history. It does not hold where the tenant stays with a version, or a layer between says otherwise.
    """
    service, key = _town_service(row.service_id, row.field), FieldKey(row.field, row.language)
    own = service.own_rows.get(key) if service else None
    if service is None or own is None or own.value != row.payload["values"][0]["value"]:
        return Outcome.KEPT if own is not None else Outcome.ADOPTED
    above = resolve_above(service.record, key, town=current_town(), pinned_version=service.pinned_version)
    if above.value != answer.values.get(key):
        return Outcome.KEPT
    try:
        clear_override(
            actor=actor,
            service_id=row.service_id,
            field=row.field,
            language=row.language,
            expected_version=own.provenance.version,
            cause=Cause.CONTRIBUTED,
        )
    except (Conflict, NotFound):
        # Somebody was faster, or the service is gone again: nothing is taken from what stands there now.
        return Outcome.KEPT
    return Outcome.ADOPTED


def _adopt_service(actor: Actor, row: Contribution, _answer: Answer) -> Outcome:
    """Archive the local service if it still says what was given; its address leads to the shared one, adopted here."""
    result_id = row.result_service_id
    if result_id is None or not list_town_services(fields=(), ids=[result_id]):
        return Outcome.KEPT
    try:
        local = get_local_record(row.service_id)
    except NotFound:
        return Outcome.KEPT
    if values_of(_plain(local)) != values_of(row.payload["values"]):
        return Outcome.KEPT
    # Locked first: archiving holds the tenant's generation, for which whoever decides on this service waits.
    lock_adoption(get_service_by_id(result_id))
    archive_local_service(actor=actor, service_id=row.service_id, successor_id=result_id)
    set_decision(actor=actor, service_id=result_id, decision=Decision.ADOPT)
    return Outcome.ADOPTED


def _offer(actor: Actor, row: Contribution, *, target: str, note: str) -> UUID:
    wanted = get_target(target)
    note = note.replace("\r\n", "\n").strip()
    if len(note) > MAX_NOTE:
        message = _("Dieser Text ist länger als {limit} Zeichen. Kürzen Sie ihn.").format(limit=MAX_NOTE)
        raise InvalidInput(message, data={"fields": {"note": [message]}})
    if current_town().is_training:
        raise NotAllowed(_("Aus einer Übungskopie wird nichts angeboten: die Redaktion würde es für echt halten."))
    row.target_layer, row.target_area, row.note = wanted.layer.value, wanted.area, note
    row.offered_by, row.offered_at = actor.name, timezone.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as taken:
            # The unique key lets one in, also of two who offer the same at once.
            raise Conflict(
                _("Das haben Sie schon angeboten. Ziehen Sie den Beitrag zurück, um ihn anders anzubieten."),
                code="offered_already",
            ) from taken
        _record(actor, row, "catalog.contribution.offered")
        publish(kind=OFFERED, data=_describe(row))
    return row.id


def _describe(row: Contribution) -> dict[str, object]:
    names = ("kind", "field", "language", "title", "target_layer", "target_area", "payload", "note")
    told: dict[str, object] = {name: getattr(row, name) for name in names}
    return {
        **told,
        "kind": str(row.kind),
        "id": str(row.id),
        "service_id": str(row.service_id),
        "offered_at": row.offered_at.isoformat(),
    }


def _town_service(service_id: UUID, field: str) -> TownService | None:
    found = list_town_services(fields=dict.fromkeys(("title", field)), ids=[service_id])
    return found[0] if found else None


def _plain(local: LocalRecord) -> list[Mapping[str, Json]]:
    return [
        {"field": key.field, "language": key.language, "value": row.value} for key, row in sorted(local.values.items())
    ]


def _record(actor: Actor, row: Contribution, action: str, **data: Any) -> None:
    where = {"title": row.title, "layer": row.target_layer, "area": row.target_area}
    record(actor=actor, action=action, subject=f"contribution:{row.id}", data={**where, **data})
