"""Decide on contributions. Each function is one transaction as the editors' role; the inbox's row is locked first."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.contributions.events import tell_decided
from catalog.contributions.models import WAITING, InboxEntry, InboxState, Kind
from catalog.contributions.policies import require_decide, require_see
from catalog.contributions.publishing import publish_service, publish_value
from catalog.contributions.selectors import values_of
from catalog.editing.errors import four_eyes_needed
from catalog.editing.places import scope_from
from catalog.editing.rules import wants_four_eyes
from catalog.resolution.values import FieldKey, Json
from catalog.services.validation import clean_value, wrong_field
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import Conflict, InvalidInput
from tenants.registry.sites import directory

MAX_REASON: Final = 1000
MAX_NOTE: Final = 500


def start_review(*, actor: Actor, contribution_id: UUID) -> None:
    """Say that somebody looks at a contribution: the town sees it. Raises: NotFound; Conflict once it is decided."""
    with as_editor(), transaction.atomic():
        entry = _locked(actor, contribution_id)
        if entry.state == InboxState.OFFERED:
            _save(entry, state=InboxState.IN_REVIEW)
            _record(actor, entry, "catalog.contribution.in_review")


def edit_contribution(
    *,
    actor: Actor,
    contribution_id: UUID,
    field: str,
    language: str,
    value: object,
    expected_version: int | None = None,
) -> None:
    """Change a text before it is published; None leaves the field out. What the town gave stays readable beside it.

    `expected_version` is the contribution's version that the editor saw; None skips the check.

    Raises: NotFound; InvalidInput; Conflict once it is decided, or when somebody else has changed it meanwhile.
    """
    with as_editor(), transaction.atomic():
        entry = _locked(actor, contribution_id)
        if expected_version is not None and expected_version != entry.version:
            raise _stale(entry)
        key = FieldKey(field, language)
        is_only_one = entry.kind == Kind.VALUE
        if is_only_one and key != FieldKey(entry.field, entry.language):
            raise InvalidInput(_("Dieser Beitrag betrifft ein anderes Feld."))
        if value is None and (is_only_one or key == FieldKey("title", "de")):
            raise wrong_field(field, _("Dieses Feld kann nicht leer bleiben."))
        values = _values(entry)
        before = dict(values)
        if value is None:
            values.pop(key, None)
        else:
            values[key] = clean_value(field, language, value)
        if values == before:
            return
        editors = list(dict.fromkeys([*entry.editors, str(actor.id)])) if actor.id else entry.editors
        written = {"edited": _rows(values), "edited_by": actor.name, "edited_by_id": actor.id, "editors": editors}
        _save(entry, state=InboxState.IN_REVIEW, **written)
        _record(actor, entry, "catalog.contribution.edited", field=field, language=language)


def publish_contribution(
    *, actor: Actor, contribution_id: UUID, note: str = "", expected_version: int | None = None
) -> UUID:
    """Put a contribution into the catalogue of the layer it was offered to and return the id of the shared service.

    A text becomes that layer's value, a local service a new shared service of it. The version names the giver.

    Effects: pages of every town are new; after commit the town's own copy becomes an adoption (`catalog.local`).
    Raises: NotFound; NotAllowed without the right to publish, or where four eyes are asked for and the actor has edited
    the text; Conflict once it is decided, when it was changed meanwhile, or when the field is locked from above.
    """
    with as_editor(), transaction.atomic():
        entry = _locked(actor, contribution_id)
        require_decide(actor, entry)
        if expected_version is not None and expected_version != entry.version:
            raise _stale(entry)
        _require_four_eyes(actor, entry)
        giver = _giver(entry)
        word = " ".join(note.split())[:MAX_NOTE]
        publish = publish_value if entry.kind == Kind.VALUE else publish_service
        result = publish(
            entry, _values(entry), actor=actor, giver=giver, note=word or _("Beitrag: {giver}").format(giver=giver)
        )
        _decide(actor, entry, InboxState.PUBLISHED, result_service_id=result)
        _record(actor, entry, "catalog.contribution.published", service_id=str(result), giver=giver)
    return result


def decline_contribution(*, actor: Actor, contribution_id: UUID, reason: str) -> None:
    """Decline a contribution; the town reads the reason.

    Raises: NotFound; NotAllowed; InvalidInput without a reason; Conflict once it is decided.
    """
    reason = reason.replace("\r\n", "\n").strip()
    if not reason or len(reason) > MAX_REASON:
        message = (
            _("Dieser Text ist länger als {limit} Zeichen. Kürzen Sie ihn.").format(limit=MAX_REASON)
            if reason
            else _("Nennen Sie den Grund: die Kommune liest ihn.")
        )
        raise InvalidInput(message, data={"fields": {"reason": [message]}})
    with as_editor(), transaction.atomic():
        entry = _locked(actor, contribution_id)
        require_decide(actor, entry)
        _decide(actor, entry, InboxState.DECLINED, reason=reason)
        _record(actor, entry, "catalog.contribution.declined", reason=reason)


def _locked(actor: Actor, contribution_id: UUID) -> InboxEntry:
    """Return the row, locked and still to be decided. Raises: NotFound; Conflict."""
    entry = require_see(actor, InboxEntry.objects.select_for_update().filter(id=contribution_id).first())
    if entry.state not in WAITING:
        raise Conflict(
            _("Über diesen Beitrag ist schon entschieden: {state}. Laden Sie die Seite neu.").format(
                state=entry.get_state_display()
            ),
            code="already_decided",
            data={"state": entry.state},
        )
    return entry


def _require_four_eyes(actor: Actor, entry: InboxEntry) -> None:
    if actor.id is None or str(actor.id) not in {*entry.editors, str(entry.edited_by_id)}:
        return
    if wants_four_eyes(scope_from(entry.target_layer, entry.target_area)):
        raise four_eyes_needed()


def _giver(entry: InboxEntry) -> str:
    towns = directory.snapshot().tenants.values()
    return next((one.official_name for one in towns if one.id == entry.tenant_id), "")


def _values(entry: InboxEntry) -> dict[FieldKey, Json]:
    return values_of(entry.edited if entry.edited is not None else entry.payload["values"])


def _rows(values: dict[FieldKey, Json]) -> list[dict[str, Json]]:
    return [{"field": key.field, "language": key.language, "value": value} for key, value in sorted(values.items())]


def _save(entry: InboxEntry, **changes: object) -> None:
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.version += 1
    entry.save()


def _decide(actor: Actor, entry: InboxEntry, state: InboxState, **changes: object) -> None:
    _save(entry, state=state, decided_by=actor.name, decided_at=timezone.now(), **changes)
    tenant_id, entry_id = entry.tenant_id, entry.id
    transaction.on_commit(lambda: tell_decided(tenant_id, entry_id), robust=True)


def _record(actor: Actor, entry: InboxEntry, action: str, **data: object) -> None:
    where = {"layer": entry.target_layer, "area": entry.target_area, "title": entry.title}
    record(actor=actor, action=action, subject=f"contribution:{entry.id}", data={**where, **data})


def _stale(entry: InboxEntry) -> Conflict:
    message = _("{author} hat den Beitrag inzwischen bearbeitet. Lesen Sie ihn noch einmal.")
    return Conflict(
        message.format(author=entry.edited_by or _("Jemand")), code="stale_value", data={"version": entry.version}
    )
