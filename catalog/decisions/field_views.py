"""Edit one field in one language, and go back to the value from above."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from catalog.decisions.above import digest_of, without_own
from catalog.decisions.forms import ValueForm
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.presentation import NEUTRAL, get_field_row, render_value
from catalog.decisions.reviews import list_reviews_of
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.services import clear_override, set_override
from catalog.decisions.town import TownService, current_town, profile_of
from catalog.decisions.validation import locked_conflict
from catalog.decisions.value_forms import value_form
from catalog.decisions.views import back_to_service
from catalog.resolution.values import FIELDS, FieldKey, FieldSpec
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from catalog.services.validation import clean_value
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.numbers import read_number


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is being edited."""

    request: HttpRequest
    service: TownService
    spec: FieldSpec
    language: str

    @property
    def key(self) -> FieldKey:
        return FieldKey(self.spec.name, self.language)

    @property
    def anchor(self) -> str:
        return f"feld-{self.spec.name}-{self.language or NEUTRAL}"

    def form(self, **options: Any) -> ValueForm:
        return value_form(self.spec, label=str(FIELD_LABELS[self.spec.name]), **options)


@require_http_methods(["GET", "POST"])
@editors_only
def field(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Edit the town's own value of a field; a preview comes on request, without storing."""
    edit = _edit(request, slug, key=(name, language))
    effective = edit.service.effective.values[edit.key]
    if effective.locked_by and effective.is_locked_for(profile_of(current_town()).layer):
        raise locked_conflict(name, effective.locked_by)
    if request.method == "GET":
        return _page(edit, _filled_form(edit))
    form = edit.form(data=request.POST)
    if not form.is_valid():
        return _page(edit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(edit, form)
    return _preview(edit, form) if "preview" in request.POST else _save(edit, form)


@require_POST
@editors_only
def reset_field(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Use the value from above again."""
    edit = _edit(request, slug, key=(name, language))
    sent = request.POST.get("version", "")
    clear_override(
        actor=actor_of(request),
        service_id=edit.service.id,
        field=edit.spec.name,
        language=edit.language,
        expected_version=read_number(sent),
    )
    return back_to_service(slug, saved="zurueck", language=edit.language, anchor=edit.anchor)


def field_of(name: str, language: str) -> tuple[FieldSpec, str]:
    """Return the field and the language that an address names. Raises: NotFound."""
    spec = FIELDS.get(name)
    stored = "" if language == NEUTRAL else language
    if spec is None or stored not in spec.languages:
        raise NotFound(_("Dieses Feld gibt es nicht."))
    return spec, stored


def _edit(request: HttpRequest, slug: str, *, key: tuple[str, str]) -> _Edit:
    spec, stored = field_of(*key)
    return _Edit(request, get_shared_town_service(slug), spec, stored)


def _filled_form(edit: _Edit) -> ValueForm:
    """Start from the own value, else from the one that holds, else from the German text."""
    own = edit.service.own_rows.get(edit.key)
    value = own.value if own else edit.service.effective.shown(edit.spec.name, edit.language or "de").value
    form = edit.form(value=value, version=own.provenance.version if own else 0)
    if own is not None and own.value is None and "is_blank" in form.fields:
        form.initial["is_blank"] = True
    return form


def _preview(edit: _Edit, form: ValueForm) -> HttpResponse:
    try:
        value = clean_value(edit.spec.name, edit.language, form.chosen())
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    shown = render_value(edit.spec, value, edit.language) or Markup("<p>{}</p>").format(_("Hier steht dann nichts."))
    if getattr(edit.request, "htmx", False):
        return render(edit.request, "decisions/_preview.html", {"preview": shown})
    return _page(edit, form, preview=shown)


def _save(edit: _Edit, form: ValueForm) -> HttpResponse:
    try:
        set_override(
            actor=actor_of(edit.request),
            service_id=edit.service.id,
            field=edit.spec.name,
            language=edit.language,
            value=form.chosen(),
            expected_version=form.cleaned_data["version"],
            seen_above=edit.request.POST.get("oben"),
        )
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    except Conflict as stale:
        if stale.code == "above_moved":
            form.add_error(None, stale.user_message)
            fresh = replace(edit, service=get_shared_town_service(edit.service.slug))
            return _page(fresh, form, status=stale.http_status)
        if stale.code != "stale_value":
            raise
        return _stale(edit, form, stale)
    return back_to_service(edit.service.slug, saved="abweichung", language=edit.language, anchor=edit.anchor)


def _refused(edit: _Edit, form: ValueForm, wrong: InvalidInput) -> HttpResponse:
    for message in (one for messages in wrong.fields.values() for one in messages):
        form.add_error("text" if "text" in form.fields else None, message)
    return _page(edit, form, status=wrong.http_status)


def _stale(edit: _Edit, form: ValueForm, stale: Conflict) -> HttpResponse:
    """Show both versions; sending once more is then a decision for one's own."""
    resent = edit.request.POST.copy()
    resent["version"] = str(stale.data["theirs_version"])
    again = edit.form(data=resent)
    again.is_valid()
    again.add_error(None, stale.user_message)
    fresh = replace(edit, service=get_shared_town_service(edit.service.slug))
    own = fresh.service.own_rows.get(edit.key)
    nothing = Markup("<p>{}</p>").format(_("Hier steht dann nichts."))
    gone = Markup("<p>{}</p>").format(_("Die Abweichung wurde entfernt."))
    theirs = (render_value(edit.spec, own.value, edit.language) or nothing) if own else gone
    value = clean_value(edit.spec.name, edit.language, form.chosen())
    mine = render_value(edit.spec, value, edit.language) or nothing
    both = {"theirs": theirs, "mine": mine, "author": stale.data["author"]}
    return _page(fresh, again, both=both, status=stale.http_status)


def _page(edit: _Edit, form: ValueForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    if getattr(edit.request, "htmx", False):
        # Only the preview comes by htmx, which shows answers of status 200 only: here it has to say what is wrong.
        return render(edit.request, "decisions/_preview.html", {"preview": None, "form": form})
    context = {
        "service": edit.service,
        "title": edit.service.title("de"),
        "form": form,
        "row": get_field_row(edit.service, edit.spec, edit.language, town=current_town()),
        "language_label": LANGUAGE_LABELS[edit.language],
        "shape": edit.spec.shape,
        "above": digest_of(without_own(edit.service.effective.values[edit.key])),
        "has_review": edit.key in list_reviews_of(edit.service.id),
        "preview": None,
        "both": None,
        **more,
    }
    return render(edit.request, "decisions/field.html", context, status=status)
