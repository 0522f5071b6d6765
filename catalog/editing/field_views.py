"""Write one field in one language into the draft, by itself while typing or by button; lock it, empty it, drop it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.decisions.forms import ValueForm
from catalog.decisions.validation import locked_conflict
from catalog.decisions.value_forms import value_form
from catalog.editing.desk import NEUTRAL, Desk, back_to, key_from, open_service
from catalog.editing.guards import region_editors_only
from catalog.editing.locks import set_lock
from catalog.editing.policies import can_write_draft_info
from catalog.editing.presentation import get_line, marked, shown_value
from catalog.editing.selectors import EditedService, get_edited_service
from catalog.editing.service_views import show_service
from catalog.editing.services import discard_draft_value, remove_draft_value, save_draft_value
from catalog.resolution.diff import three_way
from catalog.resolution.values import FIELDS, FieldKey, FieldSpec, Json
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from catalog.services.validation import clean_value
from tenants.errors import Conflict, DomainError, InvalidInput

# What an editor saw when the form was made; it only helps to join two texts, so an unreadable one is no error.
_SEEN = "seen"
_MAX_SEEN = 100_000


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is being written, by whom."""

    request: HttpRequest
    desk: Desk
    service: EditedService
    key: FieldKey

    @property
    def spec(self) -> FieldSpec:
        return FIELDS[self.key.field]

    @property
    def shown(self) -> Json:
        """What the editor sees as this layer's text: its draft, else what it says, else what holds, else German."""
        change, own = self.service.change(self.key), self.service.own.get(self.key)
        if change is not None and not change.is_removed:
            return change.value
        if own is not None and change is None:
            return own.value
        return self.service.drafted.shown(self.key.field, self.key.language or "de").value

    @property
    def version(self) -> int:
        change = self.service.change(self.key)
        return change.version if change else 0

    @property
    def draft_id(self) -> str:
        """The draft on which the editor writes; "" while there is none."""
        return str(self.service.draft.id) if self.service.draft else ""

    @property
    def base(self) -> int:
        """The version of what this layer has published."""
        own = self.service.own.get(self.key)
        return own.provenance.version if own and own.provenance.version else 0

    def form(self, **options: Any) -> ValueForm:
        return value_form(self.spec, label=str(FIELD_LABELS[self.key.field]), **options)

    def filled_form(self) -> ValueForm:
        form = self.form(value=self.shown, version=self.version)
        change, own = self.service.change(self.key), self.service.own.get(self.key)
        is_blank = change.value is None and not change.is_removed if change else own is not None and own.value is None
        if is_blank and "is_blank" in form.fields:
            form.initial["is_blank"] = True
        return form


@require_http_methods(["GET", "POST"])
@region_editors_only
def field(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Show the form of a field; save it into the draft by button."""
    edit = _edit(request, slug, key_from(name, language))
    lock = edit.service.published.values[edit.key].locked_by
    if lock is not None and not edit.service.scope.owns(lock):
        raise locked_conflict(name, lock)
    if request.method == "GET":
        return _page(edit, edit.filled_form())
    form = edit.form(data=request.POST)
    if not form.is_valid():
        return _page(edit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(edit, form)
    try:
        _save(edit, form)
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    except Conflict as stale:
        if stale.code != "stale_value":
            raise
        return _stale(edit, form, stale)
    return back_to("service", edit.service, saved="entwurf", key=edit.key)


@require_POST
@region_editors_only
def field_autosave(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Save what has been typed so far and say when; htmx calls this, and shows answers of status 200 only."""
    edit = _edit(request, slug, key_from(name, language))
    form = edit.form(data=request.POST)
    context: dict[str, Any] = {"edit": edit, "problem": "", "version": "", "seen": "", "saved_at": None}
    try:
        if form.is_valid():
            _save(edit, form)
            fresh = replace(edit, service=get_edited_service(slug, edit.service.scope, actor=edit.desk.actor))
            context |= {"version": str(fresh.version), "seen": _seen(fresh.shown), "saved_at": timezone.now()}
            context |= {"draft": fresh.draft_id, "base": fresh.base}
        else:
            context["problem"] = "; ".join(str(one) for errors in form.errors.values() for one in errors)
    except Conflict as stale:
        context["problem"] = _in_the_way(stale)
    except DomainError as problem:
        context["problem"] = problem.user_message
    return render(request, "editing/_saved.html", context)


@require_POST
@region_editors_only
def field_discard(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Drop the change of a field from the draft."""
    edit = _edit(request, slug, key_from(name, language))
    seen = {name: value for name, value in _seen_numbers(request).items() if name != "expected_base"}
    discard_draft_value(**_named(edit), **seen)
    return back_to("service", edit.service, saved="verworfen", key=edit.key)


@require_POST
@region_editors_only
def field_remove(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Let this layer say nothing on a field any more."""
    edit = _edit(request, slug, key_from(name, language))
    remove_draft_value(**_named(edit), **_seen_numbers(request))
    return back_to("service", edit.service, saved="entwurf", key=edit.key)


@require_POST
@region_editors_only
def field_lock(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Lock a field for the layers below, or open it."""
    key = key_from(name, FIELDS[name].languages[0] or NEUTRAL) if name in FIELDS else key_from(name, NEUTRAL)
    edit = _edit(request, slug, key)
    named = {part: value for part, value in _named(edit).items() if part != "language"}
    seen = {part: value for part, value in _seen_numbers(request).items() if part != "expected_base"}
    try:
        set_lock(**named, **seen, is_locked=request.POST.get("locked") == "1")
    except Conflict as stale:
        if stale.code != "stale_lock":
            raise
        desk, found = open_service(request, slug)
        return show_service(request, desk, found, problem=stale.user_message, status=stale.http_status)
    return back_to("service", edit.service, saved="sperre", key=edit.key)


def _edit(request: HttpRequest, slug: str, key: FieldKey) -> _Edit:
    desk, service = open_service(request, slug)
    return _Edit(request, desk, service, key)


def _named(edit: _Edit) -> dict[str, Any]:
    return {
        "actor": edit.desk.actor,
        "service_id": edit.service.id,
        "scope": edit.service.scope,
        "field": edit.key.field,
        "language": edit.key.language,
    }


def _save(edit: _Edit, form: ValueForm) -> None:
    save_draft_value(**_named(edit), value=form.chosen(), **_seen_numbers(edit.request))


def _in_the_way(stale: Conflict) -> str:
    if stale.code != "stale_value":
        return stale.user_message
    message = _("{author} hat dieses Feld gerade auch geändert. Speichern Sie, um beides zusammenzuführen.")
    return message.format(author=stale.data.get("author") or _("Jemand"))


def _refused(edit: _Edit, form: ValueForm, wrong: InvalidInput) -> HttpResponse:
    for message in (one for messages in wrong.fields.values() for one in messages):
        form.add_error("text" if "text" in form.fields else None, message)
    return _page(edit, form, status=wrong.http_status)


def _stale(edit: _Edit, form: ValueForm, stale: Conflict) -> HttpResponse:
    """Show both texts and start the form from both joined; saving once more is then a decision."""
    now = get_edited_service(edit.service.slug, edit.service.scope, actor=edit.desk.actor)
    fresh = replace(edit, service=now)
    mine = clean_value(edit.key.field, edit.key.language, form.chosen())
    theirs = fresh.shown
    base = _read_seen(edit.request.POST.get(_SEEN, ""))
    joined = three_way(base, theirs, mine)
    again = fresh.form(value=joined.draft, version=fresh.version)
    both = {
        "theirs": marked(edit.key, base, theirs),
        "mine": marked(edit.key, base, mine),
        "author": stale.data["author"],
        "is_clean": joined.is_clean,
    }
    return _page(fresh, again, both=both, problem=stale.user_message, status=stale.http_status)


def _page(edit: _Edit, form: ValueForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    can_write = can_write_draft_info(edit.desk.actor, edit.service.scope, edit.service.draft)
    context = {
        "desk": edit.desk,
        "service": edit.service,
        "form": form,
        "line": get_line(edit.service, edit.key),
        "language_label": LANGUAGE_LABELS[edit.key.language],
        "shape": edit.spec.shape,
        **_carried(edit, form),
        "shown": shown_value(edit.key, edit.shown),
        "can_write": can_write,
        "both": None,
        "problem": "",
        **more,
    }
    return render(edit.request, "editing/field.html", context, status=status)


def _carried(edit: _Edit, form: ValueForm) -> dict[str, object]:
    """Return what the form carries of what the editor saw; a form that was sent keeps what it came with."""
    if form.is_bound:
        return {name: edit.request.POST.get(name, "") for name in (_SEEN, "draft", "base")}
    return {_SEEN: _seen(edit.shown), "draft": edit.draft_id, "base": edit.base}


def _seen_numbers(request: HttpRequest) -> dict[str, Any]:
    """Return what the form says its editor saw, for the services."""
    try:
        draft = UUID(request.POST.get("draft", ""))
    except ValueError:
        draft = None
    return {
        "expected_version": _number(request, "version"),
        "expected_draft": draft,
        "expected_base": _number(request, "base"),
    }


def _seen(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read_seen(text: str) -> Json:
    if len(text) > _MAX_SEEN:
        return None
    try:
        value: Json = json.loads(text)
    except ValueError:
        return None
    return value


def _number(request: HttpRequest, name: str) -> int | None:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None
