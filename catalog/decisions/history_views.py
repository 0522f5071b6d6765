"""What stood in a field before, and how it is brought back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from markupsafe import Markup

from catalog.decisions.field_views import anchor_of, field_of
from catalog.decisions.guards import actor_of, editors_only, translators_too
from catalog.decisions.history import HistoryEntry, get_history_entry, list_history
from catalog.decisions.homes import Place
from catalog.decisions.models import Cause
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.presentation import get_field_row, render_value
from catalog.decisions.restoring import list_discarded_lines, restore_as_draft
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.services import set_override
from catalog.decisions.town import TownService, current_town
from catalog.decisions.views import back_to_service
from catalog.resolution.diff import mark_words
from catalog.resolution.values import FieldKey, FieldSpec, Json
from catalog.services.fields import LANGUAGE_LABELS
from tenants.errors import Conflict, NotFound
from tenants.numbers import read_number
from tenants.staff.policies import can_edit_catalogue


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the history, as the page shows it. `marked`: the value with what changed against the one before."""

    id: UUID
    cause: str
    author: str
    approved_by: str
    changed_at: dt.datetime
    shown: Markup
    marked: Markup
    is_current: bool
    can_restore: bool


@require_GET
@translators_too
def field_history(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Show every own value that a field had."""
    found = get_shared_town_service(slug)
    return _page(request, found, field_of(name, language))


@require_POST
@editors_only
def restore_field(  # noqa: PLR0917 -- parts of the path
    request: HttpRequest, slug: str, name: str, language: str, entry_id: UUID
) -> HttpResponse:
    """Bring an earlier value back: it becomes the newest one."""
    spec, stored = field_of(name, language)
    found = get_shared_town_service(slug)
    entry = get_history_entry(entry_id, service_id=found.id, field=spec.name, language=stored)
    if not entry.is_set:
        raise NotFound(_("Zu dieser Zeit gab es keinen eigenen Text. Nehmen Sie stattdessen den heutigen zurück."))
    sent, place = request.POST.get("version", ""), Place(found.id, FieldKey(spec.name, stored))
    anchor = anchor_of(spec.name, stored)
    try:
        if has_four_eyes():
            saved = restore_as_draft(request, OVERRIDES, place, value=entry.value, version=read_number(sent))
            return back_to_service(slug, saved=saved, language=stored, anchor=anchor)
        set_override(
            actor=actor_of(request),
            service_id=found.id,
            field=spec.name,
            language=stored,
            value=entry.value,
            expected_version=read_number(sent),
            cause=Cause.RESTORED,
        )
    except Conflict as wrong:
        return _page(request, get_shared_town_service(slug), (spec, stored), wrong=wrong)
    return back_to_service(slug, saved="wiederhergestellt", language=stored, anchor=anchor)


def _page(
    request: HttpRequest, found: TownService, place: tuple[FieldSpec, str], *, wrong: Conflict | None = None
) -> HttpResponse:
    spec, language = place
    row = get_field_row(found, spec, language, town=current_town())
    own = found.own_rows.get(FieldKey(spec.name, language))
    entries = list_history(found.id, spec.name, language)
    context = {
        "service": found,
        "title": found.title("de"),
        "row": row,
        "language_label": LANGUAGE_LABELS[language],
        "version": own.provenance.version if own else 0,
        "discarded": list_discarded_lines(Place(found.id, FieldKey(spec.name, language))),
        "lines": list(_lines(entries, spec, language, can_edit=row.can_edit and can_edit_catalogue(actor_of(request)))),
        "wrong": wrong.user_message if wrong else "",
    }
    status = wrong.http_status if wrong else HTTPStatus.OK
    return render(request, "decisions/field_history.html", context, status=status)


def _lines(entries: list[HistoryEntry], spec: FieldSpec, language: str, *, can_edit: bool) -> Iterator[HistoryLine]:
    for number, (entry, before) in enumerate(pairwise([*entries, None])):
        if entry is None:
            return
        shown = _shown(entry, spec, language)
        marked = shown
        if before is not None and before.value is not None and entry.value is not None:
            marked = mark_words(_comparable(spec, before.value, language), _comparable(spec, entry.value, language))
        yield HistoryLine(
            id=entry.id,
            cause=entry.cause_label,
            author=entry.author,
            approved_by=entry.approved_by,
            changed_at=entry.changed_at,
            shown=shown,
            marked=marked,
            is_current=number == 0,
            can_restore=can_edit and number > 0 and entry.is_set,
        )


def _comparable(spec: FieldSpec, value: Json, language: str) -> Json:
    """Return what words are compared in: texts as they are, structured values as citizens read them."""
    return render_value(spec, value, language) if isinstance(value, dict) else value


def _shown(entry: HistoryEntry, spec: FieldSpec, language: str) -> Markup:
    if not entry.is_set:
        return Markup("<p>{}</p>").format(_("Keine eigene Angabe: der Wert von oben gilt."))
    if entry.value is None:
        return Markup("<p>{}</p>").format(_("Bewusst leer gelassen."))
    return render_value(spec, entry.value, language)
