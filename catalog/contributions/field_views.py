"""Edit one text of a contribution before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.contributions.selectors import ContributionInfo, get_contribution
from catalog.contributions.services import edit_contribution
from catalog.contributions.views import back_to
from catalog.decisions.forms import ValueForm
from catalog.decisions.presentation import NEUTRAL, render_value
from catalog.decisions.value_forms import value_form
from catalog.editing.guards import actor_of, region_editors_only
from catalog.resolution.values import FIELDS, FieldKey
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is being edited."""

    request: HttpRequest
    info: ContributionInfo
    key: FieldKey

    @property
    def anchor(self) -> str:
        return f"feld-{self.key.field}-{self.key.language or NEUTRAL}"

    def form(self, **options: Any) -> ValueForm:
        """Return the field's form, without "empty on purpose": a text is edited or left out."""
        form = value_form(FIELDS[self.key.field], label=str(FIELD_LABELS[self.key.field]), **options)
        form.fields.pop("is_blank", None)
        return form

    def save(self, value: object, *, expected_version: int | None = None) -> None:
        edit_contribution(
            actor=actor_of(self.request),
            contribution_id=self.info.id,
            field=self.key.field,
            language=self.key.language,
            value=value,
            expected_version=expected_version,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@region_editors_only
def field(request: HttpRequest, contribution_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Edit a text; what the town gave stays beside it."""
    edit = _edit(request, contribution_id, key=(name, language))
    if request.method != "POST":
        return _page(edit, edit.form(value=edit.info.values[edit.key], version=edit.info.version))
    form = edit.form(data=request.POST)
    if not form.is_valid():
        return _page(edit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(edit, form)
    try:
        edit.save(form.value(), expected_version=form.cleaned_data["version"])
    except InvalidInput as wrong:
        for message in (one for messages in wrong.fields.values() for one in messages):
            form.add_error("text" if "text" in form.fields else None, message)
        return _page(edit, form, status=wrong.http_status)
    except Conflict as stale:
        return _stale(edit, stale)
    return back_to(contribution_id, saved="text", anchor=edit.anchor)


@require_POST
@region_editors_only
def leave_out(request: HttpRequest, contribution_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Publish the contribution without this text."""
    _edit(request, contribution_id, key=(name, language)).save(None)
    return back_to(contribution_id, saved="text")


def _edit(request: HttpRequest, contribution_id: UUID, *, key: tuple[str, str]) -> _Edit:
    info = get_contribution(contribution_id, actor=actor_of(request))
    name, language = key
    wanted = FieldKey(name, "" if language == NEUTRAL else language)
    if wanted not in info.values:
        raise NotFound(_("Dieser Beitrag hat keinen Text für dieses Feld."))
    return _Edit(request, info, wanted)


def _stale(edit: _Edit, stale: Conflict) -> HttpResponse:
    """Show what somebody else has written; sending once more is then a decision for one's own."""
    fresh = _edit(edit.request, edit.info.id, key=(edit.key.field, edit.key.language or NEUTRAL))
    resent = edit.request.POST.copy()
    resent["version"] = str(fresh.info.version)
    again = edit.form(data=resent)
    again.is_valid()
    again.add_error(None, stale.user_message)
    return _page(fresh, again, status=stale.http_status)


def _page(edit: _Edit, form: ValueForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    spec = FIELDS[edit.key.field]
    context = {
        "info": edit.info,
        "form": form,
        "shape": spec.shape,
        "label": FIELD_LABELS[edit.key.field],
        "language_label": LANGUAGE_LABELS[edit.key.language],
        "given": render_value(spec, edit.info.given.get(edit.key), edit.key.language),
        "saved_text": render_value(spec, edit.info.values[edit.key], edit.key.language),
    }
    return render(edit.request, "contributions/field.html", context, status=status)
