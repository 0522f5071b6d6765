"""Stay with a published version of a service, for towns that move slower; and see what that misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.decisions.history import note_decisions
from catalog.decisions.models import Adoption, DecisionCause
from catalog.decisions.policies import can_pin_version
from catalog.decisions.services import lock_adoption, tell_change
from catalog.decisions.states import DecisionState, put_state, state_of
from catalog.decisions.town import TownService, current_town
from catalog.decisions.validation import stale_decision
from catalog.resolution.decide import AdoptionRow, Decision
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import FieldKey, Layer
from catalog.services import selectors as shared
from catalog.services.fields import HELD_FACT_LABELS
from catalog.services.versions import VersionInfo, list_versions
from tenants.actors import Actor
from tenants.errors import Conflict, NotFound
from tenants.staff.policies import require


@dataclass(frozen=True, slots=True)
class Pinning:
    """The version that a town stays with, and what it misses: newer versions, and the fields that they changed for it.

    Fields that are locked above are not missed: they follow the newest version. `facts`: what they changed beside the
    fields, see `catalog.services.fields.HELD_FACT_LABELS`.
    """

    number: int
    kept: VersionInfo | None
    missed: tuple[VersionInfo, ...]
    fields: tuple[FieldKey, ...]
    facts: tuple[str, ...] = ()


def pin_service(
    *,
    actor: Actor,
    service_id: UUID,
    version: int | None = None,
    expected_version: int | None = None,
    expected_newest: int | None = None,
) -> None:
    """Stay with a published version, the newest if none is named. Locked fields follow the newest even so.

    `expected_version` is `TownService.decision_version` as the editor saw it, `expected_newest` the newest version that
    the editor saw; None skips the check.

    Raises: NotAllowed; NotFound for a service or a version that does not exist; Conflict when the town does not carry
    the service out itself, when someone else has decided meanwhile, or when a newer version than the editor saw was
    published (`newer_version`).
    """
    require(can_pin_version, actor)
    with transaction.atomic():
        service = shared.get_service_by_id(service_id)
        if expected_newest is not None and service.version != expected_newest:
            raise _newer_version(service.version)
        number = service.version if version is None else version
        if number not in {one.number for one in list_versions(service_id)}:
            raise NotFound(_("Diese Fassung gibt es nicht."))
        adoption = _expected(lock_adoption(service), expected_version)
        if adoption.decision not in {Decision.ADOPT, Decision.OVERRIDE}:
            message = _("Diese Leistung führen Sie nicht selbst aus. Es gibt keine Fassung zum Festhalten.")
            raise Conflict(message, code="not_adaptable")
        _store(
            adoption, lambda row: DecisionState(row or AdoptionRow(Decision(adoption.decision)), number), actor=actor
        )


def unpin_service(*, actor: Actor, service_id: UUID, expected_version: int | None = None) -> None:
    """Follow the newest version again. Does nothing where no version is held.

    Raises: NotAllowed; NotFound; Conflict when someone else has decided meanwhile.
    """
    require(can_pin_version, actor)
    with transaction.atomic():
        service = shared.get_service_by_id(service_id)
        if not Adoption.objects.filter(service_id=service_id, pinned_version__isnull=False).exists():
            return
        adoption = _expected(lock_adoption(service), expected_version)
        if adoption.pinned_version is not None:
            _store(adoption, lambda row: DecisionState(row, None), actor=actor)


def get_pinning(service: TownService) -> Pinning | None:
    """Return what a town that stays with a version misses, in one query; None where it follows the newest."""
    number = service.pinned_version
    if number is None:
        return None
    town, versions = current_town(), list_versions(service.id)
    missed = tuple(one for one in versions if one.number > number)
    changed = {
        FieldKey(field, language)
        for one in missed
        for layer, area, field, language in one.changed
        if area_covers(Layer(layer), area, ars=town.ars, region=town.region_slug)
    }
    values = service.effective.values
    fields = sorted(key for key in changed if key in values and values[key].locked_by is None)
    kept = next((one for one in versions if one.number == number), None)
    facts = tuple(name for name in HELD_FACT_LABELS if any(name in one.facts for one in missed))
    return Pinning(number, kept, missed, tuple(fields), facts)


def _newer_version(number: int) -> Conflict:
    message = _(
        "Inzwischen ist Fassung {number} veröffentlicht. Sehen Sie sie sich an und halten Sie sie fest, wenn Sie bei "
        "ihr bleiben wollen."
    )
    return Conflict(message.format(number=number), code="newer_version", data={"version": number})


def _expected(adoption: Adoption, version: int | None) -> Adoption:
    if version is not None and version != adoption.version:
        raise stale_decision(adoption)
    return adoption


def _store(adoption: Adoption, change: Callable[[AdoptionRow | None], DecisionState], *, actor: Actor) -> None:
    before = state_of(adoption)
    after = change(before.row)
    put_state(adoption, after, preset=Decision(adoption.decision), actor=actor)
    adoption.save()
    note_decisions([(before, adoption)], cause=DecisionCause.PINNED)
    data = {"before": before.pinned_version, "after": after.pinned_version}
    tell_change(adoption.service_id, actor=actor, action="catalog.version.pinned", data=data)
