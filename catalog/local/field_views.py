"""Write one text of an own service, with the same forms as deviations, and take it away."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from catalog.decisions.field_views import field_of
from catalog.decisions.forms import ValueForm
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.presentation import NEUTRAL, render_value
from catalog.decisions.value_forms import value_form
from catalog.local.selectors import LocalRecord, get_local_record
from catalog.local.services import set_local_value
from catalog.local.views import back_to
from catalog.resolution.values import SOURCE_LANGUAGE, FieldKey, FieldSpec, Json
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from catalog.services.validation import clean_value
from tenants.errors import Conflict, InvalidInput
from tenants.numbers import read_number


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is being written."""

    request: HttpRequest
    record: LocalRecord
    spec: FieldSpec
    language: str

    @property
    def key(self) -> FieldKey:
        return FieldKey(self.spec.name, self.language)

    @property
    def anchor(self) -> str:
        return f"feld-{self.spec.name}-{self.language or NEUTRAL}"

    def form(self, **options: Any) -> ValueForm:
        """Return the form of the field, without "empty on purpose": there is nothing above that would hold instead."""
        form = value_form(self.spec, label=str(FIELD_LABELS[self.spec.name]), **options)
        form.fields.pop("is_blank", None)
        return form

    def clean(self, form: ValueForm) -> Json:
        return clean_value(self.spec.name, self.language, form.value())


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def field(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Write a text; a preview comes on request, without storing."""
    edit = _Edit(request, get_local_record(service_id), *field_of(name, language))
    if request.method != "POST":
        return _page(edit, _filled_form(edit))
    form = edit.form(data=request.POST)
    if not form.is_valid():
        return _page(edit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(edit, form)
    return _preview(edit, form) if "preview" in request.POST else _save(edit, form)


@require_POST
@editors_only
def clear_field(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Take a text away; it stays in the history."""
    edit = _Edit(request, get_local_record(service_id), *field_of(name, language))
    sent = request.POST.get("version", "")
    set_local_value(
        actor=actor_of(request),
        service_id=service_id,
        field=edit.spec.name,
        language=edit.language,
        value=None,
        expected_version=read_number(sent),
    )
    return _back(edit)


def _filled_form(edit: _Edit) -> ValueForm:
    """Start from the stored text, else from the German one."""
    own = edit.record.values.get(edit.key)
    german = edit.record.values.get(FieldKey(edit.spec.name, SOURCE_LANGUAGE)) if edit.language == "en" else None
    shown = own or german
    return edit.form(value=shown.value if shown else None, version=own.provenance.version if own else 0)


def _preview(edit: _Edit, form: ValueForm) -> HttpResponse:
    try:
        shown = render_value(edit.spec, edit.clean(form), edit.language)
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    if getattr(edit.request, "htmx", False):
        return render(edit.request, "decisions/_preview.html", {"preview": shown})
    return _page(edit, form, preview=shown)


def _save(edit: _Edit, form: ValueForm) -> HttpResponse:
    try:
        set_local_value(
            actor=actor_of(edit.request),
            service_id=edit.record.id,
            field=edit.spec.name,
            language=edit.language,
            value=form.value(),
            expected_version=form.cleaned_data["version"],
        )
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    except Conflict as stale:
        return _stale(edit, form, stale)
    return _back(edit)


def _back(edit: _Edit) -> HttpResponseRedirect:
    return back_to("service", saved="text", anchor=edit.anchor, service_id=edit.record.id)


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
    theirs: Any = stale.data["theirs"]
    gone = Markup("<p>{}</p>").format(_("Der Text wurde entfernt."))
    both = {
        "theirs": gone if theirs is None else render_value(edit.spec, theirs, edit.language),
        "mine": render_value(edit.spec, edit.clean(form), edit.language),
        "author": stale.data["author"],
    }
    return _page(edit, again, both=both, status=stale.http_status)


def _page(edit: _Edit, form: ValueForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    if getattr(edit.request, "htmx", False):
        # Only the preview comes by htmx, which shows answers of status 200 only: here it has to say what is wrong.
        return render(edit.request, "decisions/_preview.html", {"preview": None, "form": form})
    context = {
        "form": form,
        "record": edit.record,
        "name": edit.spec.name,
        "language": edit.language or NEUTRAL,
        "label": FIELD_LABELS[edit.spec.name],
        "language_label": LANGUAGE_LABELS[edit.language],
        "anchor": edit.anchor,
        "shape": edit.spec.shape,
        "preview": None,
        "both": None,
        **more,
    }
    return render(edit.request, "local/field.html", context, status=status)
