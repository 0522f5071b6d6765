"""What stood in a field of an own service before, and how it is brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from catalog.decisions.field_views import anchor_of, field_of
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.history import HistoryEntry, get_history_entry, list_history
from catalog.decisions.homes import Place
from catalog.decisions.models import Cause
from catalog.decisions.presentation import render_value
from catalog.decisions.restoring import list_discarded_lines, restore_as_draft
from catalog.decisions.rules import has_four_eyes
from catalog.local.local_home import LOCAL_TEXTS
from catalog.local.models import LocalState
from catalog.local.presentation import get_local_row
from catalog.local.selectors import get_local_record
from catalog.local.services import set_local_value
from catalog.local.views import back_to
from catalog.resolution.diff import mark_words
from catalog.resolution.values import FieldKey, FieldSpec, Json
from catalog.services.fields import LANGUAGE_LABELS
from tenants.errors import Conflict
from tenants.numbers import read_number


@dataclass(frozen=True, slots=True)
class LocalHistoryLine:
    """An entry with its text, and with what changed against the one before."""

    entry: HistoryEntry
    shown: Markup
    marked: Markup
    is_current: bool
    can_restore: bool


@require_safe
@editors_only
def field_history(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Show every text that a field had."""
    return _page(request, service_id, field_of(name, language))


@require_POST
@editors_only
def restore_field(  # noqa: PLR0917 -- parts of the path
    request: HttpRequest, service_id: UUID, name: str, language: str, entry_id: UUID
) -> HttpResponse:
    """Bring an earlier text back: it becomes the newest one."""
    spec, stored = field_of(name, language)
    entry = get_history_entry(entry_id, service_id=service_id, field=spec.name, language=stored)
    sent, place = request.POST.get("version", ""), Place(service_id, FieldKey(spec.name, stored))
    anchor = anchor_of(spec.name, stored)
    try:
        if LOCAL_TEXTS.asks_second_person(service_id) and has_four_eyes():
            saved = restore_as_draft(request, LOCAL_TEXTS, place, value=entry.value, version=read_number(sent))
            return back_to("service", saved=saved, anchor=anchor, service_id=service_id)
        set_local_value(
            actor=actor_of(request),
            service_id=service_id,
            field=spec.name,
            language=stored,
            value=entry.value,
            expected_version=read_number(sent),
            cause=Cause.RESTORED,
        )
    except Conflict as wrong:
        return _page(request, service_id, (spec, stored), wrong=wrong)
    return back_to("service", saved="text", anchor=anchor, service_id=service_id)


def _page(
    request: HttpRequest, service_id: UUID, place: tuple[FieldSpec, str], *, wrong: Conflict | None = None
) -> HttpResponse:
    spec, language = place
    record = get_local_record(service_id)
    entries = list_history(service_id, spec.name, language)
    context = {
        "record": record,
        "row": get_local_row(record, FieldKey(spec.name, language)),
        "language_label": LANGUAGE_LABELS[language],
        "discarded": list_discarded_lines(Place(service_id, FieldKey(spec.name, language))),
        "lines": list(_lines(entries, place, can_edit=record.state is not LocalState.ARCHIVED)),
        "wrong": wrong.user_message if wrong else "",
    }
    status = wrong.http_status if wrong else HTTPStatus.OK
    return render(request, "local/field_history.html", context, status=status)


def _lines(entries: list[HistoryEntry], place: tuple[FieldSpec, str], *, can_edit: bool) -> Iterator[LocalHistoryLine]:
    spec, language = place
    for number, (entry, before) in enumerate(pairwise([*entries, None])):
        if entry is None:
            return
        shown = render_value(spec, entry.value, language) or Markup("<p>{}</p>").format(_("Entfernt."))
        marked = shown
        if before is not None and before.value is not None and entry.value is not None:
            marked = mark_words(_comparable(place, before.value), _comparable(place, entry.value))
        is_current = number == 0
        can_restore = can_edit and not is_current and entry.value is not None
        yield LocalHistoryLine(entry, shown, marked, is_current, can_restore)


def _comparable(place: tuple[FieldSpec, str], value: Json) -> Json:
    """Return what words are compared in: texts as they are, structured values as citizens read them."""
    return render_value(place[0], value, place[1]) if isinstance(value, dict) else value
