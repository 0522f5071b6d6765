"""Situations in life: read from a file, kept beside the services they lead to, and shown by portals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from catalog.services.files import ContentError, load_yaml, require_mapping
from catalog.services.models import Service, Situation, SituationStep
from tenants.errors import NotFound
from tenants.registry.memory import remembered_catalogue
from tenants.sorting import slug_of

FILE: Final = "situations.yaml"
LANGUAGES: Final = ("de", "en")
_KEYS: Final = frozenset({"slug", "icon", "de", "en", "steps", "checklist"})
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepInfo:
    """A service of a situation. `note`: language → why, or when."""

    service_id: UUID
    note: Texts = field(hash=False)


@dataclass(frozen=True, slots=True)
class SituationInfo:
    """A situation in life, its services in the order in which people come to them."""

    slug: str
    order: int
    icon: str
    labels: Mapping[str, Mapping[str, Any]] = field(hash=False)
    checklist: tuple[Texts, ...] = field(hash=False)
    steps: tuple[StepInfo, ...]

    def label(self, language: str) -> str:
        """Return the name; German stands in."""
        return str((self.labels.get(language) or self.labels["de"])["label"])

    def teaser(self, language: str) -> str:
        """Return the sentence below the name; German stands in."""
        return str((self.labels.get(language) or self.labels["de"]).get("teaser", ""))

    def words(self, language: str) -> str:
        """Return what search looks at: name, teaser and synonyms."""
        labels = self.labels.get(language) or self.labels["de"]
        return " ".join([self.label(language), self.teaser(language), *labels.get("synonyms", ())])


@dataclass(frozen=True, slots=True)
class SituationEntry:
    """A situation as the file has it; steps are (slug of a service, note by language)."""

    slug: str
    order: int
    icon: str
    labels: Mapping[str, Mapping[str, Any]]
    checklist: tuple[Texts, ...]
    steps: tuple[tuple[str, Texts], ...]


@remembered_catalogue
def list_situations() -> tuple[SituationInfo, ...]:
    """Return all situations in their order, in one query."""
    return _stored()


def _stored() -> tuple[SituationInfo, ...]:
    steps = SituationStep.objects.filter(situation=OuterRef("pk")).order_by("position")
    data = steps.values(data=JSONObject(service="service_id", note="note"))
    return tuple(
        SituationInfo(
            row.slug,
            row.order,
            row.icon,
            row.labels,
            tuple(row.checklist),
            tuple(StepInfo(UUID(str(step["service"])), step["note"]) for step in row.step_data),
        )
        for row in Situation.objects.annotate(step_data=ArraySubquery(data)).order_by("order", "slug")
    )


def get_situation(slug: str) -> SituationInfo:
    """Return one situation. Raises: NotFound."""
    found = next((one for one in list_situations() if one.slug == slug), None)
    if found is None:
        raise NotFound(_("Diese Lebenslage gibt es nicht. Wählen Sie eine aus der Übersicht."))
    return found


def text_of(texts: Texts, language: str) -> str:
    """Return a note in a language; German stands in."""
    return texts.get(language) or texts.get("de", "")


def read_situations(path: Path, *, service_slugs: frozenset[str]) -> list[SituationEntry]:
    """Read `situations.yaml`. Raises: ContentError, also for a service that has no file."""
    found = require_mapping(load_yaml(path), path.name, "situations")
    entries = [
        _entry(path.name, number, require_mapping(one, path.name, f"situations[{number}]"), service_slugs=service_slugs)
        for number, one in enumerate(found.get("situations") or [], start=1)
    ]
    slugs = [entry.slug for entry in entries]
    if doubles := [slug for slug in slugs if slugs.count(slug) > 1]:
        raise ContentError(path.name, "situations", f"{doubles[0]!r} stands twice")
    return entries


def save_situations(entries: Sequence[SituationEntry]) -> int:
    """Bring the stored situations to what the file says, those that it has no more included; return how many changed.

    In the running transaction, as a role that may edit; the services must be stored.
    """
    ids = dict(Service.objects.values_list("slug", "id"))
    stored = {one.slug: one for one in _stored()}
    gone = stored.keys() - {entry.slug for entry in entries}
    Situation.objects.filter(slug__in=gone).delete()
    changed = [entry for entry in entries if _info(entry, ids) != stored.get(entry.slug)]
    for entry in changed:
        wanted = {"order": entry.order, "icon": entry.icon, "labels": entry.labels, "checklist": list(entry.checklist)}
        row, _is_new = Situation.objects.update_or_create(slug=entry.slug, defaults=wanted)
        row.steps.all().delete()
        SituationStep.objects.bulk_create(
            SituationStep(situation=row, service_id=ids[slug], position=number, note=note)
            for number, (slug, note) in enumerate(entry.steps, start=1)
        )
    return len(changed) + len(gone)


def _info(entry: SituationEntry, ids: Mapping[str, UUID]) -> SituationInfo:
    steps = tuple(StepInfo(ids[slug], note) for slug, note in entry.steps)
    return SituationInfo(entry.slug, entry.order, entry.icon, entry.labels, entry.checklist, steps)


def _entry(file: str, number: int, data: Mapping[str, Any], *, service_slugs: frozenset[str]) -> SituationEntry:
    slug = str(data.get("slug") or "")
    where = slug or f"situations[{number}]"
    if unknown := sorted(map(str, data.keys() - _KEYS)):
        raise ContentError(file, f"{where}.{unknown[0]}", "is not known here")
    labels = {language: dict(data[language]) for language in LANGUAGES if isinstance(data.get(language), Mapping)}
    if not slug or slug_of(slug) != slug or not all(labels.get(language, {}).get("label") for language in LANGUAGES):
        raise ContentError(file, where, "needs a slug and a label in German and English")
    if any(not isinstance(word, str) for texts in labels.values() for word in texts.get("synonyms", ())):
        raise ContentError(file, where, "synonyms are words, in quotes where they look like numbers")
    steps = tuple(_step(file, f"{where}.steps[{place}]", one) for place, one in enumerate(data.get("steps") or [], 1))
    slugs = [service for service, _note in steps]
    if missing := [service for service in slugs if service not in service_slugs]:
        raise ContentError(file, f"{where}.steps", f"no service is called {missing[0]!r}")
    if not steps or len(set(slugs)) < len(slugs):
        raise ContentError(file, f"{where}.steps", "needs services, each once")
    checklist = tuple(_texts(file, f"{where}.checklist", one) for one in data.get("checklist") or [])
    return SituationEntry(slug, number, str(data.get("icon") or "info"), labels, checklist, steps)


def _step(file: str, where: str, given: object) -> tuple[str, Texts]:
    if isinstance(given, str):
        return given, {}
    data = require_mapping(given, file, where)
    return str(data.get("service") or ""), _texts(file, where, {key: data[key] for key in LANGUAGES if key in data})


def _texts(file: str, where: str, given: object) -> Texts:
    texts = {str(key): str(value) for key, value in require_mapping(given, file, where).items()}
    if texts and set(texts) != set(LANGUAGES):
        raise ContentError(file, where, "needs a German and an English text")
    return texts
