"""What the editor shows: each field with its value, where it comes from and what lies beneath."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup, escape

from catalog.decisions.town import TownService, profile_of
from catalog.resolution.decide import Decision
from catalog.resolution.values import (
    FIELDS,
    NO_LANGUAGE,
    SOURCE_LANGUAGE,
    EffectiveValue,
    FieldSpec,
    Json,
    LayerRow,
    Provenance,
)
from catalog.services.fields import FIELD_LABELS, LAYER_LABELS
from catalog.services.formatting import format_deadline, format_fee, format_processing_time, local_text
from catalog.services.richtext import as_markup
from tenants.registry.sites import TenantInfo, directory

DECISION_LABELS: Final[Mapping[Decision, Promise]] = {
    Decision.ADOPT: gettext_lazy("übernommen"),
    Decision.OVERRIDE: gettext_lazy("angepasst"),
    Decision.LINK: gettext_lazy("verlinkt"),
    Decision.NOT_OFFERED: gettext_lazy("nicht angeboten"),
    Decision.NOBODY: gettext_lazy("nicht zuständig"),
}
NEUTRAL: Final = "alle"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A line of the editor, in the shape that the macro `value_row` takes."""

    id: str
    name: str
    language: str
    label: str
    value: Markup
    missing: bool
    own: bool
    source: str
    author: str
    changed_at: dt.datetime | None
    locked: bool
    beneath: Markup
    resting: Markup
    own_version: int
    can_edit: bool


def list_field_rows(service: TownService, *, town: TenantInfo, language: str) -> list[FieldRow]:
    """Return the lines of a service in one language; fields without language stand among the German ones."""
    wanted = {language, NO_LANGUAGE} if language == SOURCE_LANGUAGE else {language}
    specs = [spec for spec in FIELDS.values() if wanted & set(spec.languages)]
    return [get_field_row(service, spec, language if spec.has_languages else "", town=town) for spec in specs]


def get_field_row(service: TownService, spec: FieldSpec, language: str, *, town: TenantInfo) -> FieldRow:
    """Return the line of one field in one language."""
    effective = service.effective.get(spec.name, language)
    own_row = service.own_rows.get(effective.key)
    origin = effective.provenance
    is_own = origin is not None and bool(origin.owner)
    locked = effective.is_locked_for(profile_of(town).layer)
    return FieldRow(
        id=f"feld-{spec.name}-{language or NEUTRAL}",
        name=spec.name,
        language=language or NEUTRAL,
        label=str(FIELD_LABELS[spec.name]),
        value=Markup("<p>{}</p>").format(_("Bewusst leer gelassen.")) if effective.is_tombstone else _shown(effective),
        missing=origin is None,
        own=is_own,
        source=source_name(origin, town) if origin else str(_("noch von niemandem")),
        author=origin.author if origin else "",
        changed_at=origin.changed_at if origin else None,
        locked=locked,
        beneath=_beneath(effective, town),
        resting=Markup("") if is_own or own_row is None else _resting(own_row, locked=locked),
        own_version=own_row.provenance.version if own_row else 0,
        can_edit=service.decided.is_own and not locked,
    )


def source_name(origin: Provenance, town: TenantInfo) -> str:
    """Return in words where a value comes from."""
    if origin.owner:
        return str(_("eigene Abweichung"))
    region = directory.snapshot().regions.get(town.region_slug)
    if origin.layer == "region" and region is not None:
        return str(_("Katalog der Region {region}").format(region=region.name))
    return str(LAYER_LABELS[origin.layer])


def render_value(spec: FieldSpec, value: Json, language: str) -> Markup:
    """Return a value as citizens see it. Nothing for an empty one."""
    if value is None:
        return Markup("")
    language = language or "de"
    if spec.shape == "rich":
        return Markup('<div class="vb-prose">{}</div>').format(as_markup(value))
    if isinstance(value, list):
        return Markup("<p>{}</p>").format(", ".join(map(str, value)))
    if isinstance(value, dict):
        return _structured(spec, value, language)
    return Markup("<p>{}</p>").format(str(value))


def _structured(spec: FieldSpec, value: Mapping[str, Any], language: str) -> Markup:
    if spec.shape == "online_service":
        label = local_text(value, "label", language) or value["url"]
        return Markup('<p><a class="kern-link" href="{}" rel="noopener">{}</a></p>').format(value["url"], label)
    if spec.shape == "fee":
        fee = format_fee(value, language)
        rows = Markup("").join(Markup("<li>{}: {}</li>").format(row.label, row.amount) for row in fee.rows)
        head = Markup("<p>{}</p>").format(fee.summary)
        lines = [fee.basis, fee.note]
        body = head + (Markup("<ul>{}</ul>").format(rows) if rows else Markup(""))
        is_sample = fee.is_sample
    else:
        time = format_deadline(value, language) if spec.shape == "deadline" else format_processing_time(value, language)
        body, lines, is_sample = (
            Markup("<p>{}</p>").format(time.summary) if time.summary else Markup(""),
            [time.note],
            time.is_sample,
        )
    if is_sample:
        lines.append(str(_("Beispielangabe")))
    return body + Markup("").join(Markup("<p>{}</p>").format(line) for line in lines if line)


def _shown(effective: EffectiveValue) -> Markup:
    return render_value(FIELDS[effective.key.field], effective.value, effective.key.language)


def _beneath(effective: EffectiveValue, town: TenantInfo) -> Markup:
    """Return every value below the one that holds, the next one first."""
    live = [entry.row for entry in effective.stack if not entry.is_shadowed]
    return Markup("").join(_stack_line(row, town) for row in reversed(live[:-1]))


def _stack_line(row: LayerRow, town: TenantInfo) -> Markup:
    spec = FIELDS[row.field]
    value = render_value(spec, row.value, row.language) or Markup("<p>{}</p>").format(_("Bewusst leer gelassen."))
    return Markup('<p class="kern-body kern-body--bold">{}</p>{}').format(source_name(row.provenance, town), value)


def _resting(row: LayerRow, *, locked: bool) -> Markup:
    why = (
        _("Ihre Abweichung ruht, weil das Feld von oben gesperrt ist:")
        if locked
        else _("Ihre Abweichung ruht, solange Sie die Leistung nicht anpassen:")
    )
    return Markup("<p>{}</p>").format(escape(why)) + render_value(FIELDS[row.field], row.value, row.language)
