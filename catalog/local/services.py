"""Write this tenant's own services. Each function is one transaction in the tenant's context."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.decisions import history
from catalog.decisions.models import Cause
from catalog.decisions.writers import Written, mark_of, require_second_person, written_by
from catalog.local.approval import require_approval
from catalog.local.facts import Facts, check_facts, free_slug, missing_for_publication
from catalog.local.models import LocalService, LocalState, LocalValue
from catalog.local.policies import can_edit_local_service, can_publish_local_service
from catalog.local.selectors import describe_local, list_told_ids
from catalog.resolution.values import Json
from catalog.services.validation import clean_value, get_spec, wrong_field
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.outbox.services import publish
from tenants.registry.generations import touch_tenant
from tenants.staff.policies import require

EVENT: Final = "catalog.local_service"


def create_local_service(
    *,
    actor: Actor,
    title: str,
    category_codes: Collection[str],
    target_groups: Collection[str] = (),
    values: Mapping[tuple[str, str], Json] | None = None,
    copied_from: UUID | None = None,
) -> UUID:
    """Start a service of the tenant's own as a draft and return its id. Its slug is made from the title.

    `values` by field and language: what it starts with beside the title, cleaned again here.

    Raises: NotAllowed; InvalidInput; Conflict when another service got the same name in the same moment.
    """
    require(can_edit_local_service, actor)
    cleaned = {("title", "de"): clean_value("title", "de", title)}
    for (field, language), value in (values or {}).items():
        if value is not None and (field, language) not in cleaned:
            cleaned[field, language] = clean_value(field, language, value)
    facts = check_facts(Facts(category_codes=tuple(category_codes), target_groups=tuple(target_groups)))
    now = timezone.now()
    with transaction.atomic():
        service = LocalService(
            slug=free_slug(str(cleaned["title", "de"])),
            category_codes=list(facts.category_codes),
            target_groups=list(facts.target_groups),
            copied_from=copied_from,
            editors=[mark_of(actor)],
            created_by=actor.name,
            created_at=now,
            changed_by=actor.name,
            changed_at=now,
        )
        _name(service)
        LocalValue.objects.bulk_create(
            LocalValue(service=service, field=field, language=language, value=value, author=actor.name, changed_at=now)
            for (field, language), value in cleaned.items()
        )
        for (field, language), value in cleaned.items():
            history.note(
                actor=actor, service_id=service.id, field=field, language=language, value=value, cause=Cause.SET
            )
        tell_local(actor, service, "catalog.local.created", slug=service.slug)
    return service.id


def _name(service: LocalService) -> None:
    """Store a service under its name. Raises: Conflict when another one got it in the same moment."""
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as taken:
        raise Conflict(
            _("Eine andere Leistung bekam gerade denselben Namen in der Adresse. Speichern Sie noch einmal."),
            code="slug_taken",
        ) from taken


def set_local_facts(*, actor: Actor, service_id: UUID, facts: Facts, expected_version: int | None = None) -> None:
    """Set topics, target groups, validity, prominence and, until the first publication, the address.

    Raises: NotAllowed; NotFound; InvalidInput; Conflict when someone else has changed the facts meanwhile.
    """
    require(can_edit_local_service, actor)
    with transaction.atomic():
        service = lock_service(service_id)
        if expected_version is not None and expected_version != service.version:
            raise _stale(service)
        checked = check_facts(facts, service_id=service_id, slug_is_fixed=service.published_at is not None)
        wanted = {
            "category_codes": list(checked.category_codes),
            "target_groups": list(checked.target_groups),
            "valid_from": checked.valid_from,
            "valid_to": checked.valid_to,
            "prominence": checked.prominence,
            **({"slug": checked.slug} if checked.slug else {}),
        }
        changed = {name: value for name, value in wanted.items() if getattr(service, name) != value}
        if changed:
            save_service(actor, service, **changed)
            tell_local(actor, service, "catalog.local.facts", changed=sorted(changed))


def set_local_value(
    *,
    actor: Actor,
    service_id: UUID,
    field: str,
    language: str,
    value: object,
    expected_version: int | None = None,
    cause: Cause = Cause.SET,
    written: Written | None = None,
) -> None:
    """Set what a local service says in a field; None takes it away. The title stays. Either joins the history.

    `expected_version` is the version of the value that the editor saw, 0 for none; None skips the check.
    `written`: whose words they are, where the actor publishes what others have written.

    Raises: NotAllowed, also for one's own words on a published service where the town wants four eyes; NotFound;
    InvalidInput; Conflict when someone else has changed the field meanwhile; its data carries both texts.
    """
    require(can_edit_local_service, actor)
    cleaned = clean_local_value(field, language, value)
    written = written or written_by(actor)
    with transaction.atomic():
        service = lock_service(service_id)
        if service.state == LocalState.PUBLISHED:
            require_second_person(actor, written.editors)
        row = LocalValue.objects.filter(service=service, field=field, language=language).first()
        if expected_version is not None and expected_version != (row.version if row else 0):
            raise _stale_value(row, cleaned)
        if (row.value if row else None) == cleaned:
            return
        version = _write_value(written, service, row=row, key=(field, language), value=cleaned)
        is_set = cleaned is not None
        history.note(
            actor=actor,
            service_id=service_id,
            field=field,
            language=language,
            value=cleaned,
            cause=cause if is_set else Cause.CLEARED,
            is_set=is_set,
            written=written,
        )
        tell_local(actor, service, "catalog.local.value", field=field, language=language, version=version)


def clean_local_value(field: str, language: str, value: object) -> Json:
    """Return a text of a local service as it is stored; None for none. Raises: InvalidInput."""
    get_spec(field, language)
    if value is None and (field, language) == ("title", "de"):
        raise wrong_field(field, _("Der Titel kann nicht leer bleiben."))
    return None if value is None else clean_value(field, language, value)


def publish_local_service(*, actor: Actor, service_id: UUID) -> None:
    """Show a local service to citizens. An archived one comes back.

    Raises: NotAllowed, also where the town wants four eyes and the actor has written any of it; NotFound; InvalidInput
    when something that citizens need is missing; Conflict when its address has become a shared service's, when it has
    become a shared service itself, or when four eyes are wanted and nobody has handed it in.
    """
    require(can_publish_local_service, actor)
    with transaction.atomic():
        service = lock_service(service_id)
        if service.state == LocalState.PUBLISHED:
            return
        if service.successor_id is not None:
            raise Conflict(
                _("Diese Leistung steht jetzt im gemeinsamen Katalog. Ändern Sie dort, was Ihre Kommune anders macht."),
                code="has_successor",
            )
        require_approval(actor, service)
        missing = missing_for_publication(service)
        if missing:
            raise InvalidInput(
                _("Vor dem Veröffentlichen fehlt noch: {fields}.").format(fields=", ".join(missing)),
                data={"missing": missing},
            )
        if service.published_at is None:
            # A draft moves out of the way of a shared service that came meanwhile; who has links to it keeps them.
            service.slug = free_slug(service.slug, except_for=service.id)
        before = service.state
        save_service(
            actor,
            service,
            state=LocalState.PUBLISHED,
            slug=service.slug,
            published_at=service.published_at or timezone.now(),
            editors=None,
            submitted_at=None,
            submitted_by="",
            comment="",
        )
        tell_local(actor, service, "catalog.local.published", before=before, slug=service.slug)


def archive_local_service(*, actor: Actor, service_id: UUID, successor_id: UUID | None = None) -> None:
    """Take a local service off the pages. Its texts stay, and `successor_id` says where its address leads.

    Raises: NotAllowed; NotFound; Conflict for a draft, which citizens have never seen.
    """
    require(can_publish_local_service, actor)
    with transaction.atomic():
        service = lock_service(service_id)
        if service.state == LocalState.ARCHIVED and service.successor_id == successor_id:
            return
        if service.published_at is None and successor_id is None:
            raise Conflict(
                _("Diese Leistung wurde noch nie veröffentlicht. Löschen Sie den Entwurf."), code="never_published"
            )
        save_service(actor, service, state=LocalState.ARCHIVED, successor_id=successor_id)
        tell_local(actor, service, "catalog.local.archived", successor_id=str(successor_id) if successor_id else None)


def delete_local_draft(*, actor: Actor, service_id: UUID) -> None:
    """Delete a draft that was never published. What was written stays in the history.

    Raises: NotAllowed; NotFound; Conflict for anything else.
    """
    require(can_edit_local_service, actor)
    with transaction.atomic():
        service = lock_service(service_id)
        if service.published_at is not None or service.state != LocalState.DRAFT:
            raise Conflict(
                _("Nur Entwürfe lassen sich löschen. Nehmen Sie die Leistung von der Seite: sie bleibt im Archiv."),
                code="not_a_draft",
            )
        title = LocalValue.objects.filter(service=service, field="title", language="de").values_list("value").first()
        data = {"slug": service.slug, "title": title[0] if title else ""}
        record(actor=actor, action="catalog.local.deleted", subject=f"local:{service_id}", data=data)
        service.delete()


def retell_local_services(*, actor: Actor) -> int:
    """Tell search every local service that was published once more, and return their number. Raises: NotAllowed."""
    require(can_edit_local_service, actor)
    with transaction.atomic():
        # Nobody writes between reading and telling: a newer event with an older state would stay.
        list(LocalService.objects.select_for_update().order_by("id").values_list("id"))
        ids = list_told_ids()
        for service_id in ids:
            publish(kind=EVENT, data=describe_local(service_id))
    return len(ids)


def lock_service(service_id: UUID) -> LocalService:
    """Return a local service, locked for the running transaction. Raises: NotFound."""
    service = LocalService.objects.select_for_update().filter(id=service_id).first()
    if service is None:
        raise NotFound(_("Diese Leistung gibt es nicht mehr. Gehen Sie zur Liste der eigenen Leistungen."))
    return service


def save_service(actor: Actor, service: LocalService, **changes: object) -> None:
    """Write a locked service as its next version. Raises: Conflict when another one has got its name."""
    for name, value in changes.items():
        setattr(service, name, value)
    service.version += 1
    service.changed_by, service.changed_at = actor.name, timezone.now()
    _name(service)


def _write_value(
    written: Written, service: LocalService, *, row: LocalValue | None, key: tuple[str, str], value: Json
) -> int:
    """Write or delete the row of a value and return its version, 0 for none."""
    now: dt.datetime = timezone.now()
    service.changed_by, service.changed_at = written.author, now
    if service.state != LocalState.PUBLISHED:
        # What was handed in is not what it was any more.
        service.editors = list(dict.fromkeys([*(service.editors or ()), *written.editors]))
        service.submitted_at, service.submitted_by = None, ""
    service.save(update_fields=["changed_by", "changed_at", "editors", "submitted_at", "submitted_by"])
    if value is None:
        if row is not None:
            row.delete()
        return 0
    if row is None:
        before = history.count_history(service.id, *key)
        row = LocalValue(service=service, field=key[0], language=key[1], version=before)
    row.value, row.author, row.changed_at, row.version = value, written.author, now, row.version + 1
    row.save()
    return row.version


def tell_local(actor: Actor, service: LocalService, action: str, **data: object) -> None:
    """Write the trail; tell search and the pages of what citizens have seen or see."""
    record(actor=actor, action=action, subject=f"local:{service.id}", data=data)
    if service.published_at is not None:
        publish(kind=EVENT, data=describe_local(service.id))
        touch_tenant()


def _stale(service: LocalService) -> Conflict:
    message = _("{author} hat diese Angaben inzwischen geändert. Prüfen Sie sie und speichern Sie noch einmal.")
    return Conflict(
        message.format(author=service.changed_by or _("Jemand")),
        code="stale_facts",
        data={"version": service.version},
    )


def _stale_value(row: LocalValue | None, yours: Json) -> Conflict:
    message = _(
        "{author} hat dieses Feld inzwischen geändert. Vergleichen Sie beide Fassungen und speichern Sie noch einmal."
    )
    data = {
        "theirs": row.value if row else None,
        "theirs_version": row.version if row else 0,
        "author": row.author if row else "",
        "yours": yours,
    }
    return Conflict(message.format(author=(row.author if row else "") or _("Jemand")), code="stale_value", data=data)
