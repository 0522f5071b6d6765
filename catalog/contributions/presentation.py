"""A contribution beside what stands in the catalogue now, with the words marked that it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.contributions.models import InboxState, Kind
from catalog.contributions.naming import name_target
from catalog.contributions.selectors import ContributionInfo
from catalog.decisions.presentation import NEUTRAL, render_value
from catalog.editing.places import Scope, rows_above, rows_of, scope_from
from catalog.resolution.diff import mark_words
from catalog.resolution.resolve import resolve
from catalog.resolution.values import FIELDS, NO_LANGUAGE, EffectiveService, FieldKey, Json, ServiceHead
from catalog.search.selectors import Hit, search_region
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS, LAYER_LABELS
from catalog.services.selectors import list_layer_rows, list_services
from tenants.context import as_editor

STATE_KINDS: Final[Mapping[str, str]] = {
    InboxState.OFFERED: "info",
    InboxState.IN_REVIEW: "info",
    InboxState.WITHDRAWN: "neutral",
    InboxState.DECLINED: "warning",
    InboxState.PUBLISHED: "success",
}
MAX_SIMILAR: Final = 3


@dataclass(frozen=True, slots=True)
class GivenText:
    """One text of a contribution. `now` holds on the layer today, `given` is what the town gave where it differs."""

    name: str
    language: str
    label: str
    language_label: str
    now: Markup
    now_source: str
    offered: Markup
    marked: Markup
    given: Markup

    @property
    def anchor(self) -> str:
        """The id of its section."""
        return f"feld-{self.name}-{self.language}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a contribution page shows beside the facts. `slug` names the shared service that it is about."""

    target: str
    texts: tuple[GivenText, ...]
    left_out: tuple[str, ...]
    slug: str
    similar: tuple[Hit, ...]


def compare(info: ContributionInfo, *, region: str) -> Comparison:
    """Return a contribution text by text beside what holds on its layer now: three queries, more for a new service."""
    scope = scope_from(info.target_layer, info.target_area)
    with as_editor():
        effective = _holding(info.service_id, scope) if info.kind is Kind.VALUE else None
        shared_id = info.result_service_id or (info.service_id if info.kind is Kind.VALUE else None)
        found = list_services(fields=(), ids=[shared_id]) if shared_id else []
        is_new = info.kind is Kind.SERVICE and info.is_waiting
        similar = search_region(info.title, language="de", region=region) if is_new else []
    order = {name: place for place, name in enumerate(FIELDS)}
    keys = sorted(
        info.values, key=lambda key: (key.language not in {"de", NO_LANGUAGE}, order[key.field], key.language)
    )
    return Comparison(
        target=name_target(info.target_layer, info.target_area),
        texts=tuple(_text(info, key, effective) for key in keys),
        left_out=tuple(_label(key) for key in sorted(info.given.keys() - info.values.keys())),
        slug=found[0].slug if found else "",
        similar=tuple(hit for hit in similar if not hit.is_local)[:MAX_SIMILAR],
    )


def _holding(service_id: UUID, scope: Scope) -> EffectiveService:
    rows = list_layer_rows(service_id)
    return resolve(ServiceHead(service_id, "", scope.layer), [*rows_above(rows, scope), *rows_of(rows, scope)])


def _text(info: ContributionInfo, key: FieldKey, effective: EffectiveService | None) -> GivenText:
    holding = effective.values[key] if effective else None
    now = _shown(key, holding.value if holding else None)
    offered, given = _shown(key, info.values[key]), _shown(key, info.given.get(key))
    origin = holding.provenance if holding else None
    return GivenText(
        name=key.field,
        language=key.language or NEUTRAL,
        label=str(FIELD_LABELS[key.field]),
        language_label=str(LANGUAGE_LABELS[key.language]),
        now=now,
        now_source=str(LAYER_LABELS[origin.layer]) if origin else str(_("noch von niemandem")),
        offered=offered,
        marked=_marked(key, holding.value if holding else None, info.values[key]),
        given=given if given != offered else Markup(""),
    )


def _shown(key: FieldKey, value: Json) -> Markup:
    return render_value(FIELDS[key.field], value, key.language)


def _marked(key: FieldKey, before: Json, after: Json) -> Markup:
    """Texts are compared as they are stored, structured values as citizens see them."""
    if FIELDS[key.field].shape in {"line", "text", "rich", "words"}:
        return mark_words(before, after)
    return mark_words(str(_shown(key, before)), str(_shown(key, after)))


def _label(key: FieldKey) -> str:
    label = str(FIELD_LABELS[key.field])
    return f"{label} ({LANGUAGE_LABELS[key.language]})" if key.language else label
