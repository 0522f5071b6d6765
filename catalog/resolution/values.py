"""The values that resolution reads and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

LANGUAGES: Final = ("de", "en")
SOURCE_LANGUAGE: Final = "de"
NO_LANGUAGE: Final = ""
# Leichte Sprache: German after the rules of the Netzwerk Leichte Sprache, for some fields only. A variety of its own to
# readers, so a language of its own here. Source: IANA language subtag registry, variant "simple".
EASY_LANGUAGE: Final = "de-simple"
TEXT_LANGUAGES: Final = (*LANGUAGES, EASY_LANGUAGE)


class Layer(StrEnum):
    """The levels of public administration, in the order in which they may set a value."""

    FEDERATION = "federation"
    STATE = "state"
    REGION = "region"
    DISTRICT = "district"
    MUNICIPALITY = "municipality"

    @property
    def rank(self) -> int:
        """0 for the federation, growing downwards."""
        return _RANKS[self]


_RANKS: Final[Mapping[Layer, int]] = {layer: rank for rank, layer in enumerate(Layer)}

Shape = Literal["line", "text", "rich", "words", "fee", "deadline", "processing_time", "online_service"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a service: which shape its value has, and whether each language has a value of its own.

    `is_easy`: there may be a text in Leichte Sprache, too.
    """

    name: str
    shape: Shape
    has_languages: bool = True
    is_easy: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of which the field has a value each; one empty text for a field without language."""
        if not self.has_languages:
            return (NO_LANGUAGE,)
        return TEXT_LANGUAGES if self.is_easy else LANGUAGES


# What citizens read of a service. Source: XZuFi, text modules 02 (official title), 03 (title), 05 to 09, 11, 14 to 16,
# 18 (author), 22 to 25, and the structured modules.
_SPECS: Final = (
    FieldSpec("title", "line", is_easy=True),
    FieldSpec("official_title", "line"),
    FieldSpec("teaser", "text", is_easy=True),
    FieldSpec("short_text", "rich", is_easy=True),
    FieldSpec("full_text", "rich"),
    FieldSpec("prerequisites", "rich"),
    FieldSpec("required_documents", "rich", is_easy=True),
    FieldSpec("procedure", "rich", is_easy=True),
    FieldSpec("forms", "rich"),
    FieldSpec("fee", "fee", has_languages=False),
    FieldSpec("deadline", "deadline", has_languages=False),
    FieldSpec("processing_time", "processing_time", has_languages=False),
    FieldSpec("online_service", "online_service", has_languages=False),
    FieldSpec("competent_office", "rich"),
    FieldSpec("contact_point", "rich"),
    FieldSpec("legal_basis", "rich"),
    FieldSpec("legal_remedy", "rich"),
    FieldSpec("notes", "rich"),
    FieldSpec("further_information", "rich"),
    FieldSpec("text_author", "line"),
    FieldSpec("synonyms", "words"),
)
# What towns are compared by. Structured, and without language.
FIGURES: Final = ("fee", "deadline", "processing_time")
FIELDS: Final[Mapping[str, FieldSpec]] = {spec.name: spec for spec in _SPECS}


@dataclass(frozen=True, slots=True, order=True)
class FieldKey:
    """A field in a language."""

    field: str
    language: str


FIELD_KEYS: Final = tuple(FieldKey(spec.name, language) for spec in _SPECS for language in spec.languages)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose value it is.

    `area` is a prefix of the ARS, on the region's layer the region's short name, "" for everywhere.
    `owner` is the name of the tenant, empty for the shared layers.
    """

    layer: Layer
    area: str = ""
    owner: str = ""
    author: str = ""
    changed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class LayerRow:
    """What one layer says about one field in one language. The value None is a tombstone: "left empty on purpose"."""

    field: str
    language: str
    value: Json
    provenance: Provenance
    is_locked: bool = False

    @property
    def key(self) -> FieldKey:
        """Which field in which language."""
        return FieldKey(self.field, self.language)


@dataclass(frozen=True, slots=True)
class StackEntry:
    """One row of the stack of a field. `is_shadowed`: stored below a lock and without effect while the lock stands."""

    row: LayerRow
    is_shadowed: bool


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """What holds for a field in a language, and why.

    `stack` holds every row from the federation downwards, shadowed ones too. `provenance` is None when no layer
    says anything.
    """

    key: FieldKey
    value: Json = None
    provenance: Provenance | None = None
    locked_by: Provenance | None = None
    stack: tuple[StackEntry, ...] = ()

    @property
    def is_tombstone(self) -> bool:
        """Some layer left the field empty on purpose."""
        return self.value is None and self.provenance is not None

    @property
    def is_empty(self) -> bool:
        """There is nothing to show."""
        return self.value is None or self.value in ("", [], {})

    @property
    def beneath(self) -> LayerRow | None:
        """The row that would hold if the one that holds were taken away."""
        live = [entry.row for entry in self.stack if not entry.is_shadowed]
        return live[-2] if len(live) > 1 else None

    @property
    def shadowed(self) -> tuple[LayerRow, ...]:
        """Rows that a lock from above keeps from holding."""
        return tuple(entry.row for entry in self.stack if entry.is_shadowed)

    def is_locked_for(self, layer: Layer) -> bool:
        """Whether a layer finds this field locked from above."""
        return self.locked_by is not None and self.locked_by.layer.rank < layer.rank


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as a page in `language` shows it. `is_fallback`: the German text stands in for a missing one."""

    value: Json
    language: str
    is_fallback: bool
    source: EffectiveValue


@dataclass(frozen=True, slots=True)
class PresetRow:
    """What a region lets its towns begin with on a service or on a topic; see `catalog.resolution.decide`.

    `tenant_kinds`: only these kinds of towns; empty means all. `category_code` is the topic it was made for.
    """

    region: str
    decision: str
    tenant_kinds: frozenset[str] = frozenset()
    category_code: str = ""
    link_url: str = ""
    link_authority: str = ""
    reason: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class ServiceHead:
    """What is the same for a service everywhere. `layer` carries it out, `area` says where (an ARS prefix).

    `presets`: those of all regions, the one that counts most first.
    """

    id: UUID
    slug: str
    layer: Layer
    area: str = ""
    presets: tuple[PresetRow, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectiveService:
    """A service as it holds in one place: an entry for every field in every language."""

    head: ServiceHead
    values: Mapping[FieldKey, EffectiveValue] = field(hash=False)

    def get(self, name: str, language: str = NO_LANGUAGE) -> EffectiveValue:
        """Return exactly this field in exactly this language.

        Raises: KeyError for a field or language that does not exist.
        """
        return self.values[FieldKey(name, language)]

    def shown(self, name: str, language: str) -> ShownValue:
        """Return the value for a page in `language`; German stands in where nobody has translated.

        A tombstone is not replaced: that language was left empty on purpose.
        """
        if not FIELDS[name].has_languages:
            return ShownValue(self.get(name).value, NO_LANGUAGE, is_fallback=False, source=self.get(name))
        wanted = self.get(name, language)
        source = self.get(name, SOURCE_LANGUAGE)
        if language == SOURCE_LANGUAGE or not wanted.is_empty or wanted.is_tombstone or source.is_empty:
            return ShownValue(wanted.value, language, is_fallback=False, source=wanted)
        return ShownValue(source.value, SOURCE_LANGUAGE, is_fallback=True, source=source)
