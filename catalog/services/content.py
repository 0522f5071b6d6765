"""Load content files into the shared catalogue: all of them or nothing, and again without effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from catalog.services.events import tell_services_changed
from catalog.services.files import CategoryEntry, ServiceEntry, ValueEntry, read_categories, read_services
from catalog.services.models import Category, LayerValue, Responsibility, Service
from catalog.services.numbering import list_last_numbers
from catalog.services.policies import can_load_catalogue, refuse
from catalog.services.responsibilities import COLUMNS
from catalog.services.situations import FILE as SITUATIONS
from catalog.services.situations import SituationEntry, read_situations, save_situations
from catalog.services.versions import Changed, hold_services, keep_versions, list_edited_places
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_operator
from tenants.registry.generations import touch_catalogue

AUTHOR = "Katalogredaktion"


@dataclass
class LoadReport:
    """What loading did, by the slugs of services; topics count together."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    categories_changed: int = 0
    situations_changed: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Everything was as the files have it already."""
        return not (self.created or self.changed or self.categories_changed or self.situations_changed)

    def __str__(self) -> str:
        """Return one line for a command's output."""
        counts = f"{len(self.created)} created, {len(self.changed)} changed, {len(self.unchanged)} unchanged"
        return f"services: {counts}; topics changed: {self.categories_changed}; situations: {self.situations_changed}"


def load_catalogue(path: Path, *, actor: Actor, note: str = "") -> LoadReport:
    """Bring the shared catalogue to what the content files say: all of them or, if one is wrong, nothing.

    What changed becomes a new version of its service. Services without a file are left alone, and so are values that
    others than the files wrote.

    Effects: search documents of changed services are written in the same transaction; pages of every town are new.
    Raises: ContentError with file and field; NotAllowed.
    """
    if not can_load_catalogue(actor):
        raise refuse()
    categories = read_categories(path / "categories.yaml")
    entries = read_services(path / "services", category_codes=frozenset(one.code for one in categories))
    situations = _read_situations(path, entries)
    report = LoadReport()
    with as_operator(), transaction.atomic():
        report.categories_changed = sum(_save_category(one) for one in categories)
        hold_services([entry.id for entry in entries])
        edited = list_edited_places([entry.id for entry in entries], loader=AUTHOR)
        changed_ids = [entry.id for entry in entries if _save_entry(entry, report, edited=edited.get(entry.id))]
        if situations is not None:
            report.situations_changed = save_situations(situations)
        if not report.is_unchanged:
            data = {"created": report.created, "changed": report.changed, "categories": report.categories_changed}
            record(actor=actor, action="catalog.loaded", data=data)
            keep_versions(changed_ids, author=AUTHOR, note=note)
            tell_services_changed(changed_ids)
            touch_catalogue()
    return report


def _read_situations(path: Path, entries: Sequence[ServiceEntry]) -> list[SituationEntry] | None:
    """Return the situations in life of a folder; None where it has no file of them: then the stored ones stay."""
    file = path / SITUATIONS
    return read_situations(file, service_slugs=frozenset(one.slug for one in entries)) if file.exists() else None


def _save_category(entry: CategoryEntry) -> bool:
    wanted = {"order": entry.order, "icon": entry.icon, "labels": entry.labels}
    row = Category.objects.filter(code=entry.code).first()
    if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    Category.objects.update_or_create(code=entry.code, defaults=wanted)
    return True


def _save_entry(entry: ServiceEntry, report: LoadReport, *, edited: frozenset[Changed] | None) -> bool:
    """Save one service; put its slug into the report; say whether anything changed.

    `edited`: every place that a version of the service ever had, if an editor has published one; then the facts, the
    locks and whatever an editor wrote or took away are the editors'. State and date are the files' at first only.
    """
    service = Service.objects.filter(id=entry.id).first()
    if service is None:
        facts = {**entry.facts, **_approval(entry, None)}
        service = Service.objects.create(id=entry.id, slug=entry.slug, version=entry.first_version, **facts)
        _save_values(service, entry, edited=None)
        _save_responsibilities(service, entry)
        report.created.append(entry.slug)
        return True
    facts = {name: value for name, value in entry.facts.items() if name not in {"state", "published_at"}}
    facts |= _approval(entry, service.approved_at)
    if edited is None:
        facts["slug"] = entry.slug
    differing = [name for name, value in facts.items() if getattr(service, name) != value] if edited is None else []
    for name in differing:
        setattr(service, name, facts[name])
    if differing:
        service.save(update_fields=differing)
    is_changed = any(
        [
            differing,
            _save_values(service, entry, edited=edited),
            edited is None and _save_responsibilities(service, entry),
        ]
    )
    (report.changed if is_changed else report.unchanged).append(entry.slug)
    return is_changed


def _approval(entry: ServiceEntry, stored: dt.date | None) -> dict[str, object]:
    """Return the approval of a file where it is the later one: editors approve by hand, too."""
    if entry.approved_at is None or (stored is not None and stored >= entry.approved_at):
        return {}
    return {"approved_at": entry.approved_at, "approved_by": AUTHOR}


def _save_values(service: Service, entry: ServiceEntry, *, edited: frozenset[Changed] | None) -> bool:
    stored = {(row.layer, row.area, row.field, row.language): row for row in service.values.all()}
    wanted = {value.key: value for value in entry.values}
    fresh = [value for key, value in wanted.items() if key not in stored and key not in (edited or ())]
    last = list_last_numbers(service.id, [value.key for value in fresh])
    LayerValue.objects.bulk_create([_new_value(service, value, entry, last=last[value.key]) for value in fresh])
    changed = [
        (stored[key], value)
        for key, value in wanted.items()
        if key in stored and stored[key].author == AUTHOR and _differs(stored[key], value, is_edited=edited is not None)
    ]
    for row, value in changed:
        row.value, row.version = value.value, row.version + 1
        row.is_locked = value.is_locked if edited is None else row.is_locked
        row.author, row.changed_at = AUTHOR, timezone.now()
    LayerValue.objects.bulk_update(
        [row for row, _value in changed], ["value", "is_locked", "version", "author", "changed_at"]
    )
    gone = [row.id for key, row in stored.items() if key not in wanted and row.author == AUTHOR]
    LayerValue.objects.filter(id__in=gone).delete()
    return bool(fresh or changed or gone)


def _differs(row: LayerValue, value: ValueEntry, *, is_edited: bool) -> bool:
    return row.value != value.value or (not is_edited and row.is_locked != value.is_locked)


def _new_value(service: Service, value: ValueEntry, entry: ServiceEntry, *, last: int) -> LayerValue:
    return LayerValue(
        service=service,
        layer=value.layer.value,
        area=value.area,
        field=value.field,
        language=value.language,
        value=value.value,
        is_locked=value.is_locked,
        author=AUTHOR,
        # What comes back after it was taken out is of today; its number goes on counting.
        changed_at=timezone.now() if last else entry.published_at,
        version=last + 1,
    )


def _save_responsibilities(service: Service, entry: ServiceEntry) -> bool:
    stored = list(service.responsibilities.order_by("area_prefix", "role").values(*COLUMNS))
    wanted = sorted(entry.responsibilities, key=lambda row: (row["area_prefix"], row["role"]))
    if stored == wanted:
        return False
    service.responsibilities.all().delete()
    Responsibility.objects.bulk_create([Responsibility(service=service, **row) for row in entry.responsibilities])
    return True
