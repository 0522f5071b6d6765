"""Make a draft true: values, locks and facts of the shared catalogue, in the transaction of whoever publishes."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions.validation import locked_conflict
from catalog.editing.approval import note_approval
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import (
    moved_base,
    moved_facts,
    not_at_home,
    nothing_to_publish,
    outside_scope,
    slug_taken,
)
from catalog.editing.heads import HEAD_LABELS, apply_head, current_head, home_of, is_taken
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope, is_within, rows_above
from catalog.resolution.resolve import resolve
from catalog.resolution.values import FieldKey, ServiceHead
from catalog.services.events import tell_services_changed
from catalog.services.models import LayerValue, Service, State
from catalog.services.numbering import list_last_numbers
from catalog.services.selectors import list_layer_rows
from catalog.services.versions import keep_versions
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput
from tenants.registry.generations import touch_catalogue

_Rows = dict[FieldKey, LayerValue]


def make_true(draft: Draft, *, actor: Actor, note: str, author: str = "") -> int:
    """Write what a locked draft says, keep it as a version, and close the draft; return the version's number.

    `author`: whom the version names, the actor unless somebody else gave the text. Where the draft was approved by
    somebody else than who wrote it, and the service began on its layer, the service counts as approved.

    Effects: search documents in the same transaction; pages of every town are new once it commits.
    Raises: InvalidInput when it changes nothing or a new service lacks what every service needs; Conflict when what it
    was written against has changed, or a layer above has locked a field.
    """
    # Publications of one service wait here for each other, whichever layer they are for.
    service = Service.objects.select_for_update().get(id=draft.service_id)
    if service.state == State.ARCHIVED:
        raise Conflict(_("Die Leistung ist archiviert. Holen Sie sie zuerst zurück."), code="archived")
    info = draft_info(draft)
    if info.is_empty:
        raise nothing_to_publish()
    own = _own_rows(service, info.scope)
    _require_same_base(info, own)
    _require_unlocked(info)
    _write_values(service, info, own)
    _write_locks(info, own)
    _write_head(service, info)
    if service.state != State.PUBLISHED:
        _begin(service, info.scope)
    if draft.approved_on is not None and home_of(service) == info.scope:
        note_approval(service, actor=actor, day=draft.approved_on)
        service.save(update_fields=["approved_at", "approved_by"])
    keep_versions([service.id], author=author or actor.name, note=note)
    number = Service.objects.values_list("version", flat=True).get(id=service.id)
    _close(draft, actor=actor, number=number)
    data = {
        "layer": draft.layer,
        "area": draft.area,
        "version": number,
        "fields": sorted({key.field for key in info.changes}),
        "locks": sorted(info.locks),
        "head": sorted(info.head),
    }
    record(actor=actor, action="catalog.draft.published", subject=f"service:{service.id}", data=data)
    tell_services_changed([service.id])
    touch_catalogue()
    return number


def _own_rows(service: Service, scope: Scope) -> _Rows:
    rows = LayerValue.objects.filter(service=service, layer=scope.layer.value, area=scope.area)
    return {FieldKey(row.field, row.language): row for row in rows}


def _require_same_base(info: DraftInfo, own: _Rows) -> None:
    moved = [
        key.field
        for key, change in info.changes.items()
        if change.base_version != (own[key].version if key in own else 0)
    ]
    if moved:
        raise moved_base(moved)


def _require_unlocked(info: DraftInfo) -> None:
    head = ServiceHead(info.service_id, "", info.scope.layer)
    above = resolve(head, rows_above(list_layer_rows(info.service_id), info.scope))
    locks = {key.field: value.locked_by for key, value in above.values.items() if value.locked_by is not None}
    for field in sorted({key.field for key in info.changes} | info.locks.keys()):
        lock = locks.get(field)
        if lock is not None:
            raise locked_conflict(field, lock)


def _write_values(service: Service, info: DraftInfo, own: _Rows) -> None:
    locked = {key.field for key, row in own.items() if row.is_locked}
    gone = [own.pop(key) for key, change in info.changes.items() if change.is_removed and key in own]
    LayerValue.objects.filter(id__in=[row.id for row in gone]).delete()
    place = (info.scope.layer.value, info.scope.area)
    fresh = [key for key, change in info.changes.items() if not change.is_removed and key not in own]
    last = list_last_numbers(service.id, [(*place, key.field, key.language) for key in fresh])
    for key, change in info.changes.items():
        if change.is_removed:
            continue
        row = own.get(key) or LayerValue(
            service=service,
            layer=info.scope.layer.value,
            area=info.scope.area,
            field=key.field,
            language=key.language,
            is_locked=key.field in locked,
            version=last[*place, key.field, key.language],
        )
        row.value, row.author, row.changed_at = change.value, change.edited_by, timezone.now()
        row.version += 1
        row.save()
        own[key] = row


def _write_locks(info: DraftInfo, own: _Rows) -> None:
    """A lock is no new text: the value's version stays, so nobody is asked about words that are the same."""
    wanted = {name: bool(change.value) for name, change in info.locks.items()}
    for key, row in own.items():
        if key.field in wanted and row.is_locked != wanted[key.field]:
            row.is_locked = wanted[key.field]
            row.save(update_fields=["is_locked"])


def _write_head(service: Service, info: DraftInfo) -> None:
    """Write the facts; they were checked when they were written, but towns move and names get taken meanwhile."""
    head = {name: change.value for name, change in info.head.items()}
    if head and home_of(service) != info.scope:
        raise not_at_home()
    now = current_head(service)
    overtaken = [name for name, change in info.head.items() if change.is_overtaken(now[name])]
    if overtaken:
        raise moved_facts([str(HEAD_LABELS[name]) for name in overtaken])
    if "area" in head and not is_within(info.scope, str(head["area"])):
        raise outside_scope(info.scope)
    if "slug" in head and is_taken(str(head["slug"]), service):
        raise slug_taken()
    try:
        with transaction.atomic():
            apply_head(service, head)
    except IntegrityError as taken:
        # Somebody published the same name in the same moment: the unique key let them in.
        raise slug_taken() from taken


def _begin(service: Service, scope: Scope) -> None:
    """Publish a service for the first time: only the catalogue that it began in does."""
    if home_of(service) != scope:
        raise not_at_home()
    titles = LayerValue.objects.filter(service=service, field="title", language="de").values_list("value", flat=True)
    if not any(titles):
        raise InvalidInput(_("Die Leistung hat noch keinen deutschen Titel. Schreiben Sie ihn zuerst."))
    if not service.category_codes or not service.target_groups:
        raise InvalidInput(_("Wählen Sie bei den Eckdaten zuerst ein Thema und für wen die Leistung ist."))
    service.state, service.published_at = State.PUBLISHED, timezone.now()
    service.save(update_fields=["state", "published_at"])


def _close(draft: Draft, *, actor: Actor, number: int) -> None:
    draft.state, draft.published_number = DraftState.PUBLISHED, number
    draft.closed_by, draft.closed_at = actor.name, timezone.now()
    draft.save()
