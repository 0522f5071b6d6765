"""What the editor of own services shows: each field with its text, or that there is none yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.decisions.presentation import NEUTRAL, render_value
from catalog.local.models import ContributionState, LocalState
from catalog.local.selectors import LocalRecord
from catalog.resolution.values import FIELDS, NO_LANGUAGE, SOURCE_LANGUAGE, FieldKey
from catalog.services.fields import FIELD_LABELS

LOCAL_STATE_KINDS: Final[Mapping[str, str]] = {
    LocalState.DRAFT: "warning",
    LocalState.PUBLISHED: "success",
    LocalState.ARCHIVED: "neutral",
}
CONTRIBUTION_STATE_KINDS: Final[Mapping[str, str]] = {
    ContributionState.OFFERED: "info",
    ContributionState.IN_REVIEW: "info",
    ContributionState.WITHDRAWN: "neutral",
    ContributionState.DECLINED: "warning",
    ContributionState.PUBLISHED: "success",
}


@dataclass(frozen=True, slots=True)
class LocalRow:
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
    version: int
    can_clear: bool


def list_local_rows(record: LocalRecord, *, language: str) -> list[LocalRow]:
    """Return the lines of a service in one language; fields without language stand among the German ones."""
    wanted = {language, NO_LANGUAGE} if language == SOURCE_LANGUAGE else {language}
    specs = [spec for spec in FIELDS.values() if wanted & set(spec.languages)]
    keys = [FieldKey(spec.name, language if spec.has_languages else NO_LANGUAGE) for spec in specs]
    return [get_local_row(record, key) for key in keys]


def get_local_row(record: LocalRecord, key: FieldKey) -> LocalRow:
    """Return the line of one field in one language."""
    row = record.values.get(key)
    return LocalRow(
        id=f"feld-{key.field}-{key.language or NEUTRAL}",
        name=key.field,
        language=key.language or NEUTRAL,
        label=str(FIELD_LABELS[key.field]),
        value=render_value(FIELDS[key.field], row.value, key.language) if row else Markup(""),
        missing=row is None,
        own=row is not None,
        source=_("eigener Text") if row else _("noch leer"),
        author=row.provenance.author if row else "",
        changed_at=row.provenance.changed_at if row else None,
        version=row.provenance.version if row else 0,
        can_clear=row is not None and key != FieldKey("title", SOURCE_LANGUAGE),
    )
