"""Offices and people in the workspace."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_services.directory import services
from shared_services.directory.forms import PersonForm, UnitForm
from shared_services.directory.policies import can_edit_directory
from shared_services.directory.presentation import list_branches
from shared_services.directory.selectors import find_person, find_unit, list_units, person_state, unit_state
from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from shared_services.portal.staff_forms.base import EditForm
from shared_services.portal.views.staff.editor import Outcome, submit
from tenants.errors import InvalidInput
from tenants.staff.policies import require

EDITS = ["GET", "HEAD", "POST"]


@require_safe
@staff_required
def staff_units(request: HttpRequest) -> HttpResponse:
    """List all offices with their people."""
    require(can_edit_directory, actor_of(request))
    return render(request, "directory/staff_units.html", {"branches": list_branches(list_units())})


@require_http_methods(EDITS)
@staff_required
def staff_unit_new(request: HttpRequest) -> HttpResponse:
    """Enter an office."""
    require(can_edit_directory, actor_of(request))
    form = UnitForm(request.POST) if request.method == "POST" else UnitForm()
    if request.method == "POST" and _is_created(form, partial(_save_unit, request, form)):
        return _done(request, _("Die Stelle ist gespeichert."))
    return _page(request, "directory/staff_unit_new.html", Outcome(form, _status(request)))


@require_http_methods(EDITS)
@staff_required
def staff_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Change an office; its people are listed beside it."""
    state = partial(unit_state, actor=actor_of(request), unit_id=unit_id)
    outcome: Outcome | None = Outcome(UnitForm.filled(state()))
    if request.method == "POST":
        form = UnitForm(request.POST)
        outcome = submit(form, save=partial(_save_unit, request, form, unit_id=unit_id), state=state)
    if outcome is None:
        return _done(request, _("Die Stelle ist gespeichert."))
    unit = find_unit(actor=actor_of(request), unit_id=unit_id)
    return _page(request, "directory/staff_unit.html", outcome, unit=unit)


@require_http_methods(EDITS)
@staff_required
def staff_unit_delete(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Ask once more, then delete an office with its people."""
    unit = find_unit(actor=actor_of(request), unit_id=unit_id)
    if request.method == "POST":
        services.delete_unit(actor=actor_of(request), unit_id=unit_id)
        return _done(request, _("Die Stelle ist gelöscht."))
    return render(request, "directory/staff_unit_delete.html", {"unit": unit})


@require_http_methods(EDITS)
@staff_required
def staff_person_new(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Enter a person of an office."""
    unit = find_unit(actor=actor_of(request), unit_id=unit_id)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm(initial={"unit": str(unit_id)})
    if request.method == "POST" and _is_created(form, partial(_save_person, request, form)):
        return _done(request, _("Die Ansprechperson ist gespeichert."), unit_id)
    return _page(request, "directory/staff_person_new.html", Outcome(form, _status(request)), unit=unit)


@require_http_methods(EDITS)
@staff_required
def staff_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change a person."""
    state = partial(person_state, actor=actor_of(request), person_id=person_id)
    outcome: Outcome | None = Outcome(PersonForm.filled(state()))
    if request.method == "POST":
        form = PersonForm(request.POST)
        outcome = submit(form, save=partial(_save_person, request, form, person_id=person_id), state=state)
    person, unit = find_person(actor=actor_of(request), person_id=person_id)
    if outcome is None:
        return _done(request, _("Die Ansprechperson ist gespeichert."), unit.id)
    return _page(request, "directory/staff_person.html", outcome, person=person, unit=unit)


@require_http_methods(EDITS)
@staff_required
def staff_person_delete(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask once more, then delete a person."""
    person, unit = find_person(actor=actor_of(request), person_id=person_id)
    if request.method == "POST":
        services.delete_person(actor=actor_of(request), person_id=person_id)
        return _done(request, _("Die Ansprechperson ist gelöscht."), unit.id)
    return render(request, "directory/staff_person_delete.html", {"person": person, "unit": unit})


def _save_unit(request: HttpRequest, form: UnitForm, *, unit_id: UUID | None = None) -> None:
    services.save_unit(actor=actor_of(request), unit_id=unit_id, seen=form.cleaned_data["seen"], **form.values)


def _save_person(request: HttpRequest, form: PersonForm, *, person_id: UUID | None = None) -> None:
    services.save_person(actor=actor_of(request), person_id=person_id, seen=form.cleaned_data["seen"], **form.values)


def _is_created(form: EditForm, save: partial[None]) -> bool:
    """Save something new, of which there can't be two versions; messages of a refusal are on the form."""
    if not form.is_valid():
        return False
    try:
        save()
    except InvalidInput as refused:
        form.add_refusal(refused)
        return False
    return True


def _status(request: HttpRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _page(request: HttpRequest, template: str, outcome: Outcome, **more: object) -> HttpResponse:
    return render(request, template, {**outcome.context(), **more}, status=outcome.status)


def _done(request: HttpRequest, message: str, unit_id: UUID | None = None) -> HttpResponse:
    flash(request, message)
    there = (
        reverse("directory:staff_unit", kwargs={"unit_id": unit_id}) if unit_id else reverse("directory:staff_units")
    )
    return HttpResponseRedirect(there)
