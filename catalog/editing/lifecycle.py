"""Begin, archive and bring back services, and begin again from an earlier version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.editing.changes import Change, text_key, write_change
from catalog.editing.draft_rows import locked_draft, require_writable
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.errors import open_changes, refused, slug_taken
from catalog.editing.heads import apply_head, clean_head, home_of
from catalog.editing.models import Draft
from catalog.editing.places import Scope, rows_of
from catalog.editing.policies import can_archive, can_create_service, can_lock
from catalog.resolution.values import Json, LayerRow
from catalog.services.events import tell_services_changed
from catalog.services.models import Service, State
from catalog.services.selectors import list_layer_rows
from catalog.services.validation import clean_value
from catalog.services.versions import get_version
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.registry.generations import touch_catalogue
from tenants.sorting import slug_of


def create_service(
    *,
    actor: Actor,
    scope: Scope,
    title: str,
    facts: Mapping[str, object],
    values: Mapping[str, Json] | None = None,
    writer: Actor | None = None,
) -> DraftInfo:
    """Begin a new service in a layer's catalogue: nobody outside sees it before its draft is published.

    `facts`: layer (who carries it out) and whatever else `heads.clean_head` knows; without a slug the title makes it,
    without an area it exists where the scope does. `values`: "field|language" → value, to begin with more than a title.
    `writer`: whose texts these are, the actor's unless somebody else gave them.

    Raises: NotAllowed; InvalidInput with the messages under `data["fields"]`; Conflict for a name taken just now.
    """
    if not can_create_service(actor, scope):
        raise refused()
    by, texts = writer or actor, {text_key("title", "de"): title, **(values or {})}
    cleaned = {name: clean_value(*_parts(name), value) for name, value in texts.items()}
    named = {"slug": slug_of(title)[:80], "area": scope.area, **facts}
    with as_editor(), transaction.atomic():
        head = clean_head(named, service=None, scope=scope)
        if "layer" not in head:
            message = _("Wählen Sie, wer die Leistung ausführt.")
            raise InvalidInput(message, data={"fields": {"layer": [message]}})
        home = {"home_layer": scope.layer.value, "home_area": scope.area}
        service = Service(slug=str(head["slug"]), layer=str(head["layer"]), state=State.DRAFT, **home)
        try:
            with transaction.atomic():
                apply_head(service, head)
        except IntegrityError as taken:
            raise slug_taken() from taken
        draft = Draft(
            service=service,
            layer=scope.layer.value,
            area=scope.area,
            version=1,
            created_by=actor.name,
            edited_by=by.name,
            edited_by_id=by.id,
            edited_at=timezone.now(),
        )
        draft.changes = {name: write_change(_change(by, value, version=1)) for name, value in cleaned.items()}
        draft.save()
        data = {"slug": service.slug, "layer": scope.layer.value, "area": scope.area}
        record(actor=actor, action="catalog.service.created", subject=f"service:{service.id}", data=data)
        return draft_info(draft)


def archive_service(*, actor: Actor, service_id: UUID, reason: str = "") -> None:
    """Take a service off every page and out of every search at once. Nothing is deleted, towns keep what they wrote.

    Raises: NotAllowed; NotFound; Conflict when it is not published.
    """
    _set_state(actor, service_id, (State.PUBLISHED, State.ARCHIVED), reason=reason)


def restore_service(*, actor: Actor, service_id: UUID) -> None:
    """Bring an archived service back as it was. Raises: NotAllowed; NotFound; Conflict when it is not archived."""
    _set_state(actor, service_id, (State.ARCHIVED, State.PUBLISHED))


def restore_version(
    *, actor: Actor, service_id: UUID, scope: Scope, number: int, expected_version: int | None = None
) -> DraftInfo:
    """Put what a layer said in an earlier version into its draft; published it is later.

    Locks come back only for who may lock. `expected_version`: of the draft whose open changes may go for it; without
    one only an empty draft is written to.

    Raises: NotAllowed; NotFound; Conflict, `open_changes` where the draft holds some that nobody has said may go.
    """
    with as_editor(), transaction.atomic():
        draft = locked_draft(actor, service_id, scope)
        require_writable(actor, draft)
        dropped = {**draft.changes, **(draft.locks if can_lock(actor, scope) else {})}
        if dropped and expected_version != draft.version:
            raise open_changes(draft)
        wanted = {row.key: row for row in rows_of(get_version(service_id, number).rows, scope)}
        now = {row.key: row for row in rows_of(list_layer_rows(service_id), scope)}
        version = draft.version + 1
        changes = {}
        for key in wanted.keys() | now.keys():
            before, after = now.get(key), wanted.get(key)
            if before is None or after is None or before.value != after.value:
                base = before.provenance.version if before else 0
                change = _change(
                    actor, after.value if after else None, version=version, base=base, is_removed=after is None
                )
                changes[text_key(key.field, key.language)] = write_change(change)
        draft.changes = changes
        if can_lock(actor, scope):
            draft.locks = _restored_locks(actor, now=now.values(), wanted=wanted.values(), version=version)
        draft.version, draft.edited_at = version, timezone.now()
        draft.edited_by, draft.edited_by_id = actor.name, actor.id
        draft.save()
        data = {"layer": draft.layer, "area": draft.area, "number": number, "dropped": dropped}
        record(actor=actor, action="catalog.draft.restored", subject=f"service:{service_id}", data=data)
        return draft_info(draft)


def _set_state(actor: Actor, service_id: UUID, step: tuple[State, State], *, reason: str = "") -> None:
    before, after = step
    with as_editor(), transaction.atomic():
        service = Service.objects.select_for_update().filter(id=service_id).first()
        if service is None:
            raise NotFound(_("Diese Leistung gibt es nicht."))
        if not can_archive(actor, home_of(service)):
            raise refused()
        if service.state != before:
            raise Conflict(
                _("Die Leistung ist inzwischen „{state}“. Laden Sie die Seite neu.").format(
                    state=service.get_state_display()
                ),
                code="service_state",
            )
        service.state = after
        service.save(update_fields=["state"])
        data = {"before": before.value, "after": after.value, "reason": reason.strip()[:500]}
        record(actor=actor, action="catalog.service.state", subject=f"service:{service_id}", data=data)
        tell_services_changed([service_id])
        touch_catalogue()


def _restored_locks(
    actor: Actor, *, now: Iterable[LayerRow], wanted: Iterable[LayerRow], version: int
) -> dict[str, dict[str, Any]]:
    before = {row.field for row in now if row.is_locked}
    after = {row.field for row in wanted if row.is_locked}
    return {name: write_change(_change(actor, name in after, version=version)) for name in before ^ after}


def _parts(name: str) -> tuple[str, str]:
    field, _bar, language = name.partition("|")
    return field, language


def _change(actor: Actor, value: Json, *, version: int, base: int = 0, is_removed: bool = False) -> Change:
    return Change(
        value=value,
        version=version,
        edited_by=actor.name,
        edited_by_id=actor.id,
        edited_at=timezone.now(),
        base_version=base,
        is_removed=is_removed,
    )
