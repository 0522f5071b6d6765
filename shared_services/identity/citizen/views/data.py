"""A person's own data: everything on one page, and a form for each part of it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_services.accounts.attributes import change_attributes, list_attributes, version_of
from shared_services.accounts.book import get_own_account
from shared_services.accounts.businesses import list_businesses
from shared_services.accounts.choices import Choices, get_choices, set_choices
from shared_services.accounts.documents import list_handed_in
from shared_services.accounts.emailchange import get_waiting_email
from shared_services.accounts.household import list_household
from shared_services.identity.citizen.data_forms import AttributeForm, ChoicesForm, DataForm
from shared_services.identity.citizen.data_groups import BANK, Group, get_group
from shared_services.identity.citizen.data_presentation import (
    present_businesses,
    present_group,
    present_groups,
    present_household,
)
from shared_services.identity.citizen.drafts import forget_draft, get_draft
from shared_services.identity.citizen.guards import ask_for_level, citizen_required
from shared_services.identity.citizen.sureness import level_for_money, level_to_store
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.errors import Conflict, InvalidInput

_SHOW: Final = "zeigen"
_CHOICES: Final = "sprache"


@require_safe
@citizen_required()
def data(request: HttpRequest) -> HttpResponse:
    """Show everything that the account knows of the person."""
    account_id = own_id(request)
    shows_iban = request.GET.get(_SHOW) == "iban"
    context = {
        "account": get_own_account(account_id),
        "waiting_email": get_waiting_email(account_id),
        "groups": present_groups(list_attributes(account_id), shows_iban=shows_iban),
        "shows_iban": shows_iban,
        "household": present_household(list_household(account_id)),
        "businesses": present_businesses(list_businesses(account_id), documents=list_handed_in(account_id)),
        "choices": get_choices(account_id),
    }
    return render(request, "citizen/data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_group(request: HttpRequest, group: str) -> HttpResponse:
    """Change the attributes of one group, as far as nobody has verified them."""
    chosen, account_id = get_group(group), own_id(request)
    known = list_attributes(account_id)
    names = [name for name in chosen.names if name not in known or not known[name].is_locked]
    version = version_of(known, names)
    initial = {name: known[name].value for name in names if name in known} | {"version": version}
    form = AttributeForm(request.POST if request.method == "POST" else None, names=names, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = level_to_store(known, form.values())
        if actor_of(request).trust_level < wanted:
            return ask_for_level(request, wanted, why=_why_money())
    return form_page(
        request,
        form,
        save=lambda: change_attributes(
            account_id=account_id, values=form.values(), version=form.cleaned_data["version"]
        ),
        anchor=chosen.slug,
        renew=lambda: version_of(list_attributes(account_id), names),
        show=lambda status: _group_page(request, chosen, form, status=status),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required(keeps_input=True)
def data_choices(request: HttpRequest) -> HttpResponse:
    """Choose the language of mails."""
    account_id = own_id(request)
    now = get_choices(account_id)
    initial = {"language": now.language, "version": now.version}
    form = ChoicesForm(request.POST if request.method == "POST" else None, initial=initial)
    title = _("Sprache der E-Mails ändern")
    return form_page(
        request,
        form,
        save=lambda: set_choices(
            account_id=account_id,
            choices=Choices(form.cleaned_data["language"]),
            version=form.cleaned_data["version"],
        ),
        anchor=_CHOICES,
        renew=lambda: get_choices(account_id).version,
        show=lambda status: edit_page(request, form, status=status, title=title, anchor=_CHOICES),
    )


def try_to_save(form: DataForm, save: Callable[[], Any]) -> HTTPStatus:
    """Store what a form brings; return OK, or the status of the page that says at its fields why it was not stored."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        save()
    except (InvalidInput, Conflict) as refused:
        form.add_refusal(refused)
        return refused.http_status
    return HTTPStatus.OK


def form_page(
    request: HttpRequest,
    form: DataForm,
    *,
    save: Callable[[], Any],
    anchor: str,
    show: Callable[[HTTPStatus], HttpResponse],
    renew: Callable[[], object] | None = None,
) -> HttpResponse:
    """Show a form, or store what it brings and lead back to the part of the page of all data that has changed.

    After a change from elsewhere `renew` gives the version that holds now, so what was typed can be stored over it.
    """
    status = HTTPStatus.OK
    if request.method == "POST":
        status = try_to_save(form, save)
        if status == HTTPStatus.OK:
            forget_draft(request)
            flash(request, _("Gespeichert."))
            return HttpResponseRedirect(f"{reverse('citizen:data')}#{anchor}")
    if status == HTTPStatus.CONFLICT and renew is not None:
        form.take_version(str(renew()))
    return show(status)


def edit_page(
    request: HttpRequest, form: DataForm, *, status: HTTPStatus, title: str, anchor: str, **more: Any
) -> HttpResponse:
    """Show a form, with what was typed before a sign-in came in between.

    After a change from elsewhere what holds now stands beside what was typed.
    """
    draft = None if form.is_bound else get_draft(request)
    if draft is not None:
        form.show_typed(draft)
    context = {"form": form, "title": title, "anchor": anchor, "is_draft": draft is not None, **more}
    return render(request, "citizen/data_edit.html", context, status=status)


def _group_page(request: HttpRequest, group: Group, form: AttributeForm, *, status: HTTPStatus) -> HttpResponse:
    known = list_attributes(own_id(request))
    shown = present_group(group, known, shows_iban=True)
    is_sure = group is not BANK or actor_of(request).trust_level >= level_for_money(known)
    locked = [one for one in shown.values if one.is_locked]
    return edit_page(
        request,
        form,
        status=status,
        title=str(group.edit_title),
        anchor=group.slug,
        is_optional=True,
        locked=locked,
        locked_by=shown.locked_by,
        now=shown.values if status == HTTPStatus.CONFLICT else [],
        level_note="" if is_sure else _why_money(),
    )


def _why_money() -> str:
    return _(
        "Ein Ausweisdienst hat bestätigt, wer Sie sind. Darum ändert Ihre Bankverbindung nur, wer sich damit ausweist: "
        "So lenkt niemand mit Ihrem Passwort allein Geld um."
    )
