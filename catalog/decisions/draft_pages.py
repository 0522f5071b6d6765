"""The page of a service's drafts and the steps on it, for shared services and for the town's own alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.decisions.draft_workflow import (
    discard_drafts,
    publish_drafts,
    recall_drafts,
    send_back_drafts,
    submit_drafts,
)
from catalog.decisions.drafts import DraftInfo, list_drafts_of
from catalog.decisions.guards import actor_of
from catalog.decisions.homes import Home, Live
from catalog.decisions.policies import can_publish_draft, can_write_draft_in
from catalog.decisions.presentation import render_value
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.writers import has_written
from catalog.resolution.diff import mark_words
from catalog.resolution.values import FIELDS, FieldKey, Json
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, DomainError, NotFound
from tenants.numbers import read_number

STEPS: Final[Mapping[str, Callable[..., None]]] = {
    "einreichen": submit_drafts,
    "zurueckholen": recall_drafts,
    "zurueckgeben": send_back_drafts,
    "veroeffentlichen": publish_drafts,
    "verwerfen": discard_drafts,
}


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """The drafts of a service, and the pages around them.

    `crumbs` lead to this page. `step_href` and `field_href` return the address of a step and of a text's editor.
    """

    request: HttpRequest
    home: Home
    service_id: UUID
    title: str
    crumbs: list[dict[str, str]]
    here: str
    preview: str
    service: str
    step_href: Callable[[str], str]
    field_href: Callable[[FieldKey], str]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft as the page shows it. `choice`: what a marked one sends; `in_the_way`: why it can't be published."""

    draft: DraftInfo
    label: str
    language_label: str
    edit_href: str
    choice: str
    shown: Markup
    edited_at: dt.datetime
    is_mine: bool
    may_write: bool
    in_the_way: str


def drafts_page(desk: DraftDesk, *, problem: str = "", comment: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    """Show the drafts of a service with what each changes, and what can be done with them."""
    lines = list(_lines(desk, list_drafts_of(desk.service_id).values()))
    four_eyes = has_four_eyes() and desk.home.asks_second_person(desk.service_id)
    waiting = [one for one in lines if one.draft.is_waiting]
    may_publish = can_publish_draft(actor_of(desk.request))
    context = {
        "desk": desk,
        "waiting": waiting,
        "writing": [one for one in lines if not one.draft.is_waiting],
        "may_publish": may_publish,
        "may_approve": [one for one in waiting if may_publish and not (four_eyes and one.is_mine)],
        "may_take_back": any(one.may_write for one in waiting),
        "may_write": any(one.may_write for one in lines),
        "hands_in": four_eyes or not may_publish,
        "steps": {step: desk.step_href(step) for step in STEPS},
        "problem": problem,
        "comment": comment,
        "saved": "" if problem else _saved_message(desk.request),
    }
    return render(desk.request, "decisions/drafts.html", context, status=status)


def draft_step(desk: DraftDesk, step: str) -> HttpResponse:
    """Take a step with the marked drafts; what can't be done is said on the page, with the right status."""
    if step not in STEPS:
        raise NotFound(_("Diesen Schritt gibt es nicht."))
    request, carry_out = desk.request, partial(STEPS[step], actor=actor_of(desk.request), home=desk.home)
    words = {name: request.POST.get(name, "") for name in _WORDS.get(step, ())}
    try:
        carry_out(service_id=desk.service_id, chosen=_read_chosen(request.POST.getlist("auswahl")), **words)
    except DomainError as problem:
        comment = words.get("comment", "")
        return drafts_page(desk, problem=problem.user_message, comment=comment, status=problem.http_status)
    rest = list_drafts_of(desk.service_id)
    return HttpResponseRedirect(f"{desk.here if rest else desk.service}?gespeichert={_DONE[step]}")


_WORDS: Final[Mapping[str, tuple[str, ...]]] = {"einreichen": ("note",), "zurueckgeben": ("comment",)}
_DONE: Final[Mapping[str, str]] = {
    "einreichen": "eingereicht",
    "zurueckholen": "zurueckgeholt",
    "zurueckgeben": "entwurf-zurueckgegeben",
    "veroeffentlichen": "entwuerfe-veroeffentlicht",
    "verwerfen": "entwuerfe-verworfen",
}


def draft_messages() -> dict[str, str]:
    """Return the confirmations of the steps, by the name that an address carries."""
    return {
        "entwurf": _("Der Entwurf ist gespeichert. Bürgerinnen und Bürger sehen ihn erst, wenn er veröffentlicht ist."),
        "eingereicht": _("Der Entwurf wartet jetzt auf Freigabe. Eine Kollegin oder ein Kollege veröffentlicht ihn."),
        "unveraendert": _("Dieser Text gilt schon so. Es gibt nichts zu veröffentlichen."),
        "zurueckgeholt": _("Der Entwurf ist wieder in Arbeit."),
        "entwurf-zurueckgegeben": _("Der Entwurf ist mit Ihrem Hinweis zurückgegeben."),
        "entwuerfe-veroeffentlicht": _("Veröffentlicht. Bürgerinnen und Bürger sehen es ab sofort."),
        "entwuerfe-verworfen": _("Verworfen. Was veröffentlicht ist, bleibt; der Entwurf steht im Verlauf des Feldes."),
    }


def _saved_message(request: HttpRequest) -> str:
    return draft_messages().get(request.GET.get("gespeichert", ""), "")


def _lines(desk: DraftDesk, drafts: Iterable[DraftInfo]) -> Iterator[DraftLine]:
    actor = actor_of(desk.request)
    for one in drafts:
        live, in_the_way = _look(desk, one)
        yield DraftLine(
            draft=one,
            label=str(FIELD_LABELS[one.key.field]),
            language_label=str(LANGUAGE_LABELS[one.key.language]),
            edit_href=desk.field_href(one.key),
            choice=f"{one.id}:{one.version}",
            shown=mark_words(_shown(one.key, live.value, ""), _shown(one.key, one.value, _("Hier steht dann nichts."))),
            edited_at=one.edited_at,
            is_mine=has_written(actor, one.editors),
            may_write=can_write_draft_in(actor, language=one.key.language),
            in_the_way=in_the_way,
        )


def _look(desk: DraftDesk, draft: DraftInfo) -> tuple[Live, str]:
    """Return what stands there now, and what speaks against publishing."""
    try:
        live = desk.home.look(draft.place)
    except Conflict as refused:
        return draft.ground, refused.user_message
    moved = _("Seit diesem Entwurf hat sich geändert, was gilt. Öffnen Sie ihn: dort steht beides zusammen.")
    return live, moved if draft.has_moved(live) else ""


def _shown(key: FieldKey, value: Json, nothing: str) -> Markup:
    return render_value(FIELDS[key.field], value, key.language) or Markup("<p>{}</p>").format(nothing)


def _read_chosen(sent: Iterable[str]) -> dict[UUID, int]:
    """Return the drafts that were marked, each with the version seen; what is no draft is left out."""
    chosen: dict[UUID, int] = {}
    for one in sent:
        draft_id, _colon, version = one.partition(":")
        number = read_number(version)
        try:
            key = UUID(draft_id)
        except ValueError:
            continue
        if number is not None:
            chosen[key] = number
    return chosen


def crumb(label: object, href: str = "") -> dict[str, Any]:
    """Return a step of the breadcrumb."""
    return {"label": str(label), **({"href": href} if href else {})}
