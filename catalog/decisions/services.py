"""Write this tenant's decisions, deviations and labels. Each function is one transaction in the tenant's context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalog.decisions.above import digest_of, note_base, resolve_above
from catalog.decisions.history import Former, count_history, former_of, note, note_decisions
from catalog.decisions.models import Adoption, Cause, DecisionCause, Override
from catalog.decisions.policies import can_adapt_service, can_decide_on_service, can_retell_decisions
from catalog.decisions.projection import describe_for_projection, list_decided_ids
from catalog.decisions.states import DecisionState, put_state, state_of, stored_preset
from catalog.decisions.town import current_town, profile_of
from catalog.decisions.validation import (
    check_decision,
    locked_conflict,
    moved_above,
    require_adaptable,
    require_possible,
    stale_decision,
    stale_override,
)
from catalog.decisions.writers import Written, require_second_person, written_by
from catalog.resolution.decide import AdoptionRow, Decision, decide
from catalog.resolution.values import EffectiveValue, FieldKey, Json
from catalog.services import selectors as shared
from catalog.services.selectors import ServiceRecord
from catalog.services.validation import clean_value, get_spec
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.outbox.services import publish
from tenants.registry.generations import touch_tenant
from tenants.staff.policies import require

EVENT: Final = "catalog.decision"


def set_override(
    *,
    actor: Actor,
    service_id: UUID,
    field: str,
    language: str,
    value: object,
    expected_version: int | None = None,
    seen_above: str | None = None,
    cause: Cause = Cause.SET,
    written: Written | None = None,
) -> None:
    """Set this tenant's own value of a field; None leaves it empty on purpose.

    An adopted service becomes an adapted one. The value joins the history of its field, with its cause.

    `expected_version` is the version that the editor saw, 0 for none; None skips the check. `seen_above` is the sign
    (`above.digest_of`) of the value from above that the editor saw; None takes it that it is the one there now.
    `written`: whose words they are, where the actor publishes what others have written.

    Raises: NotAllowed, also for one's own words where the town wants four eyes; NotFound for an unknown service;
    InvalidInput for a wrong field or value; Conflict when the field is locked from above, when the service is not
    carried out here, or when someone else has changed the field meanwhile, or it changed above (`above_moved`).
    """
    require(can_adapt_service, actor)
    get_spec(field, language)
    cleaned = clean_value(field, language, value)
    written = written or written_by(actor)
    require_second_person(actor, written.editors)
    with transaction.atomic():
        service = shared.get_service_by_id(service_id)
        adoption = lock_adoption(service)
        require_adaptable(adoption.decision)
        above = _adaptable_above(service, field, language, adoption=adoption)
        if seen_above is not None and seen_above != digest_of(above):
            raise moved_above()
        existing = Override.objects.filter(service_id=service_id, field=field, language=language).first()
        if expected_version is not None and expected_version != (existing.version if existing else 0):
            raise stale_override(existing, cleaned)
        if existing and existing.value == cleaned and adoption.decision == Decision.OVERRIDE:
            return
        former = former_of(existing)
        row = existing or Override(
            service_id=service_id, field=field, language=language, version=count_history(service_id, field, language)
        )
        _write_override(row, cleaned, actor=actor, above=above, cause=cause, written=written, former=former)
        if adoption.decision != Decision.OVERRIDE:
            store_decision(adoption, AdoptionRow(Decision.OVERRIDE), actor=actor, cause=DecisionCause.ADAPTED)
        data = {"field": field, "language": language, "version": row.version, "cause": cause.value}
        if written.author != actor.name:
            data["author"] = written.author
        tell_change(service_id, actor=actor, action="catalog.override.set", data=data)


def clear_override(
    *,
    actor: Actor,
    service_id: UUID,
    field: str,
    language: str,
    expected_version: int | None = None,
    cause: Cause = Cause.CLEARED,
) -> None:
    """Take this tenant's own value away: the one from above holds again. Without any own value the service is adopted.

    The value taken away stays in the history of its field. Does nothing when there is no own value.

    Raises: NotAllowed; NotFound; InvalidInput for a wrong field; Conflict when it was changed meanwhile.
    """
    require(can_adapt_service, actor)
    get_spec(field, language)
    own = Override.objects.filter(service_id=service_id, field=field, language=language)
    if not own.exists():
        return
    with transaction.atomic():
        adoption = lock_adoption(shared.get_service_by_id(service_id))
        row = own.first()
        if row is None:
            return
        if expected_version is not None and expected_version != row.version:
            raise stale_override(row, None)
        taken = {"field": field, "language": language, "value": row.value, "version": row.version}
        former = former_of(row)
        row.delete()
        note(
            actor=actor,
            service_id=service_id,
            field=field,
            language=language,
            value=None,
            is_set=False,
            cause=cause,
            former=former,
        )
        if adoption.decision == Decision.OVERRIDE and not Override.objects.filter(service_id=service_id).exists():
            store_decision(adoption, AdoptionRow(Decision.ADOPT), actor=actor, cause=DecisionCause.FOLLOWS)
        tell_change(service_id, actor=actor, action="catalog.override.cleared", data=taken)


def set_decision(
    *,
    actor: Actor,
    service_id: UUID,
    decision: Decision | str,
    link_url: str = "",
    link_authority: str = "",
    reason: str = "",
    alternative: str = "",
    expected_version: int | None = None,
) -> None:
    """Decide what this tenant does with a service.

    Own values are kept whatever is decided; they hold with "override" only.
    Fields that do not belong to the decision are dropped. `expected_version` is `TownService.decision_version` as the
    editor saw it; None skips the check.

    Raises: NotAllowed; NotFound; InvalidInput (a link needs an address, "not offered" a reason, a service of another
    place can't be adopted); Conflict when someone else has decided meanwhile.
    """
    require(can_decide_on_service, actor)
    wanted = check_decision(
        decision=str(decision), link_url=link_url, link_authority=link_authority, reason=reason, alternative=alternative
    )
    with transaction.atomic():
        service = shared.get_service_by_id(service_id)
        require_possible(service, wanted, current_town())
        adoption = lock_adoption(service)
        if expected_version is not None and expected_version != adoption.version:
            raise stale_decision(adoption)
        before = adoption.decision
        store_decision(adoption, wanted, actor=actor)
        data = {"before": before, "after": wanted.decision.value}
        tell_change(service_id, actor=actor, action="catalog.decision.set", data=data)


def follow_preset(*, actor: Actor, service_id: UUID, expected_version: int | None = None) -> None:
    """Give the decision on a service back: what the region or the tenant's level presets holds again.

    Own values are kept and rest. Does nothing where nobody has decided.

    Raises: NotAllowed; NotFound; Conflict when someone else has decided meanwhile.
    """
    require(can_decide_on_service, actor)
    with transaction.atomic():
        service = shared.get_service_by_id(service_id)
        adoption = Adoption.objects.select_for_update().filter(service_id=service_id).first()
        if adoption is None or adoption.is_preset:
            return
        if expected_version is not None and expected_version != adoption.version:
            raise stale_decision(adoption)
        before = state_of(adoption)
        preset = decide(service.head, profile_of(current_town()), None).kind
        put_state(adoption, DecisionState(), preset=preset, actor=actor)
        adoption.save()
        note_decisions([(before, adoption)], cause=DecisionCause.DECIDED)
        data = {"before": before.row.decision.value if before.row else "", "after": ""}
        tell_change(service_id, actor=actor, action="catalog.decision.set", data=data)


def republish_decisions(*, actor: Actor) -> int:
    """Tell the projections everything this tenant has decided once more, and return on how many services.

    Raises: NotAllowed.
    """
    require(can_retell_decisions, actor)
    with transaction.atomic():
        # Nobody decides between reading and telling: a newer event with an older state would stay.
        list(Adoption.objects.select_for_update().order_by("service_id").values_list("id"))
        ids = list_decided_ids()
        for service_id in ids:
            publish(kind=EVENT, data=describe_for_projection(service_id))
    return len(ids)


def lock_adoption(service: ServiceRecord) -> Adoption:
    """Return the row of the decision, locked: writers of one service wait here for each other, so events come in order.

    Where nobody has decided the row is made with the preset and version 0.
    """
    decision = stored_preset(decide(service.head, profile_of(current_town()), None).kind)
    Adoption.objects.get_or_create(
        service_id=service.id, defaults={"decision": decision, "decided_at": timezone.now(), "version": 0}
    )
    adoption = Adoption.objects.select_for_update().get(service_id=service.id)
    if adoption.is_preset:
        adoption.decision = decision
    return adoption


def store_decision(
    adoption: Adoption, wanted: AdoptionRow, *, actor: Actor, cause: DecisionCause = DecisionCause.DECIDED
) -> None:
    """Write a decision into its locked row, within the running transaction; the version that it is pinned to stays."""
    before = state_of(adoption)
    put_state(adoption, DecisionState(wanted, before.pinned_version), preset=wanted.decision, actor=actor)
    adoption.save()
    note_decisions([(before, adoption)], cause=cause)


def _write_override(
    row: Override,
    value: Json,
    *,
    actor: Actor,
    above: EffectiveValue,
    cause: Cause,
    written: Written,
    former: Former | None,
) -> None:
    row.value, row.author, row.changed_at, row.version = value, written.author, timezone.now(), row.version + 1
    note_base(row, above)
    row.save()
    note(
        actor=actor,
        service_id=row.service_id,
        field=row.field,
        language=row.language,
        value=value,
        cause=cause,
        former=former,
        written=written,
    )


def _adaptable_above(service: ServiceRecord, field: str, language: str, *, adoption: Adoption) -> EffectiveValue:
    """Return the value from above. Raises: Conflict when the field is locked."""
    town, key = current_town(), FieldKey(field, language)
    above = resolve_above(service, key, town=town, pinned_version=adoption.pinned_version)
    if above.locked_by is not None:
        raise locked_conflict(field, above.locked_by)
    return above


def tell_change(service_id: UUID, *, actor: Actor, action: str, data: Mapping[str, object]) -> None:
    """Audit a change, tell it to the projections and renew the town's pages, within the running transaction."""
    record(actor=actor, action=action, subject=f"service:{service_id}", data=data)
    publish(kind=EVENT, data=describe_for_projection(service_id))
    touch_tenant()
