"""The editor of one text, whatever becomes of it: a draft that saves itself, is joined, handed in or published.

An app says by `Edit` which value is written, where it lives and which pages lie around it; forms, drafts, previews and
what to do when two people meet are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.decisions.draft_workflow import publish_drafts, submit_drafts
from catalog.decisions.drafting import save_draft
from catalog.decisions.drafts import DraftInfo, get_draft
from catalog.decisions.forms import ValueForm
from catalog.decisions.guards import actor_of
from catalog.decisions.homes import Home, Live, Place
from catalog.decisions.policies import can_publish_draft
from catalog.decisions.presentation import render_value
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.seen_forms import read_base, read_seen, write_value
from catalog.decisions.value_forms import value_form
from catalog.resolution.diff import mark_words, three_way
from catalog.resolution.values import FIELDS, FieldSpec, Json
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, DomainError, InvalidInput

# What the button that was pressed wants done once the draft is saved.
THEN: Final = "danach"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The pages around a text: itself, its autosaving, the drafts of its service, and the service as citizens see it.

    `service` leads back to the line of the text.
    """

    field: str
    autosave: str
    drafts: str
    preview: str
    service: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that is being written.

    `start`: what the form begins with where there is neither a draft nor an own text. `is_blankable`: it can be left
    empty on purpose. `is_public`: citizens see what is published here, else saving the text is all there is to it.
    `back` leads to the service with a confirmation: `entwurf`, `live`, `eingereicht`, `unveraendert`.
    `frame`: what the template shows around the form.
    """

    request: HttpRequest
    home: Home
    place: Place
    addresses: Addresses
    template: str
    back: Callable[[str], HttpResponse]
    start: Json = None
    is_blankable: bool = True
    is_public: bool = True
    frame: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> FieldSpec:
        """What kind of field it is."""
        return FIELDS[self.place.key.field]

    def form(self, **options: Any) -> ValueForm:
        """Return the form of the field."""
        form = value_form(self.spec, label=str(FIELD_LABELS[self.spec.name]), **options)
        if not self.is_blankable:
            form.fields.pop("is_blank", None)
        return form

    def chosen(self, form: ValueForm) -> Json:
        """Return what a valid form says."""
        return form.chosen() if self.is_blankable else form.value()

    def shown(self, value: Json, nothing: str) -> Markup:
        """Return a value as citizens see it, or what to say where there is none."""
        return render_value(self.spec, value, self.place.key.language) or Markup("<p>{}</p>").format(nothing)


@dataclass(frozen=True, slots=True)
class _Stand:
    """What is there now: outside of drafts, and in the open one."""

    live: Live
    draft: DraftInfo | None

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def can_write(self) -> bool:
        return self.draft is None or not self.draft.is_waiting

    @property
    def has_moved(self) -> bool:
        return self.draft is not None and self.draft.has_moved(self.live)

    def value(self, start: Json) -> Json:
        """What the form shows: the draft, else the own text, else what it begins with."""
        if self.draft is not None:
            return self.draft.value
        return self.live.own if self.live.version else start


def edit_value(edit: Edit) -> HttpResponse:
    """Answer a request to the page of a text: show it, preview it, save it and do what is wanted then.

    Raises: NotFound; Conflict where the town may not write there.
    """
    request, stand = edit.request, _stand(edit)
    if request.method != "POST":
        return _page(edit, stand, _filled_form(edit, stand))
    form = edit.form(data=request.POST)
    if not form.is_valid():
        return _page(edit, stand, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(edit, stand, form)
    return _preview(edit, stand, form) if "preview" in request.POST else _save(edit, form)


def autosave_value(edit: Edit) -> HttpResponse:
    """Save what has been typed so far and say when; htmx calls this, and shows answers of status 200 only."""
    form = edit.form(data=edit.request.POST)
    context: dict[str, Any] = {"problem": "", "saved_at": None}
    try:
        if form.is_valid():
            seen = read_seen(edit.request.POST, form.cleaned_data["version"])
            save_draft(
                actor=actor_of(edit.request), home=edit.home, place=edit.place, value=edit.chosen(form), seen=seen
            )
            fresh = _stand(edit)
            context |= {**_carried(edit, fresh), "version": fresh.version, "saved_at": timezone.now()}
        else:
            context["problem"] = "; ".join(str(one) for errors in form.errors.values() for one in errors)
    except Conflict as stale:
        context["problem"] = _in_the_way(stale)
    except DomainError as problem:
        context["problem"] = problem.user_message
    return render(edit.request, "decisions/_saved.html", context)


def _stand(edit: Edit) -> _Stand:
    return _Stand(edit.home.look(edit.place), get_draft(edit.place))


def _filled_form(edit: Edit, stand: _Stand) -> ValueForm:
    """Start from the draft; where something else holds below it by now, from both joined."""
    value = stand.value(edit.start)
    if stand.draft is not None and stand.has_moved and stand.can_write:
        value = stand.draft.joined_with(stand.live).draft
    form = edit.form(value=value, version=stand.version)
    if value is None and (stand.draft or stand.live.version) and "is_blank" in form.fields:
        form.initial["is_blank"] = True
    return form


def _preview(edit: Edit, stand: _Stand, form: ValueForm) -> HttpResponse:
    try:
        value = edit.home.clean(edit.place.key, edit.chosen(form))
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    shown = edit.shown(value, _("Hier steht dann nichts."))
    if getattr(edit.request, "htmx", False):
        return render(edit.request, "decisions/_preview.html", {"preview": shown})
    return _page(edit, stand, form, preview=shown)


def _save(edit: Edit, form: ValueForm) -> HttpResponse:
    seen = read_seen(edit.request.POST, form.cleaned_data["version"])
    actor = actor_of(edit.request)
    try:
        draft = save_draft(actor=actor, home=edit.home, place=edit.place, value=edit.chosen(form), seen=seen)
        if draft is None:
            return edit.back("unveraendert")
        return _then(edit, draft, edit.request.POST.get(THEN) or ("" if edit.is_public else "publish"))
    except InvalidInput as wrong:
        return _refused(edit, form, wrong)
    except Conflict as stale:
        if stale.code == "stale_value":
            return _stale(edit, form, stale)
        return _with_problem(edit, stale)


def _then(edit: Edit, draft: DraftInfo, then: str) -> HttpResponse:
    """Do what the button wants once the draft is saved. The draft stays where that is refused."""
    named: dict[str, Any] = {"actor": actor_of(edit.request), "home": edit.home, "service_id": edit.place.service_id}
    chosen = {draft.id: draft.version}
    if then == "ansehen":
        return HttpResponseRedirect(edit.addresses.preview)
    try:
        if then == "publish":
            publish_drafts(**named, chosen=chosen)
            return edit.back("live")
        if then == "submit":
            submit_drafts(**named, chosen=chosen)
            return edit.back("eingereicht")
    except DomainError as problem:
        return _with_problem(edit, problem)
    return edit.back("entwurf")


def _with_problem(edit: Edit, problem: DomainError) -> HttpResponse:
    """Show the text as it is saved, and why it went no further."""
    stand = _stand(edit)
    form = _filled_form(edit, stand)
    return _page(edit, stand, form, problem=problem.user_message, status=problem.http_status)


def _in_the_way(stale: Conflict) -> str:
    if stale.code != "stale_value":
        return stale.user_message
    message = _("{author} hat dieses Feld gerade auch geändert. Speichern Sie, um beides zusammenzuführen.")
    return message.format(author=stale.data.get("author") or _("Jemand"))


def _refused(edit: Edit, form: ValueForm, wrong: InvalidInput) -> HttpResponse:
    messages = [one for several in wrong.fields.values() for one in several] or [wrong.user_message]
    for message in messages:
        form.add_error("text" if "text" in form.fields else None, message)
    return _page(edit, _stand(edit), form, status=wrong.http_status)


def _stale(edit: Edit, form: ValueForm, stale: Conflict) -> HttpResponse:
    """Show both texts and start the form from both joined; saving once more is then a decision."""
    fresh = _stand(edit)
    mine = edit.home.clean(edit.place.key, edit.chosen(form))
    theirs, base = fresh.value(edit.start), read_base(edit.request.POST)
    joined = three_way(base, theirs, mine)
    again = edit.form(value=joined.draft, version=fresh.version)
    nothing = _("Hier steht nichts.")
    before = edit.shown(base, "")
    both = {
        "theirs": mark_words(before, edit.shown(theirs, nothing)),
        "mine": mark_words(before, edit.shown(mine, nothing)),
        "author": stale.data["author"],
        "is_clean": joined.is_clean,
    }
    return _page(edit, fresh, again, both=both, problem=stale.user_message, status=stale.http_status)


def _page(edit: Edit, stand: _Stand, form: ValueForm, *, status: int = HTTPStatus.OK, **more: Any) -> HttpResponse:
    if getattr(edit.request, "htmx", False):
        # Only the preview comes by htmx, which shows answers of status 200 only: here it has to say what is wrong.
        return render(edit.request, "decisions/_preview.html", {"preview": None, "form": form})
    context = {
        **edit.frame,
        "edit": edit,
        "form": form,
        "label": FIELD_LABELS[edit.spec.name],
        "language_label": LANGUAGE_LABELS[edit.place.key.language],
        "shape": edit.spec.shape,
        "draft": stand.draft,
        "can_write": stand.can_write,
        "hands_in": edit.is_public and (has_four_eyes() or not can_publish_draft(actor_of(edit.request))),
        "may_edit": can_publish_draft(actor_of(edit.request)),
        **_carried(edit, stand, form=form),
        "moved": _moved(edit, stand) if stand.has_moved else None,
        "preview": None,
        "both": None,
        "problem": "",
        **more,
    }
    return render(edit.request, edit.template, context, status=status)


def _moved(edit: Edit, stand: _Stand) -> dict[str, object] | None:
    """Return what holds now against what held when the draft was begun, and whether both join by themselves."""
    draft, nothing = stand.draft, _("Hier steht nichts.")
    if draft is None:
        return None
    is_own = draft.ground.version != stand.live.version
    before, now = (
        (draft.ground.value, stand.live.value) if is_own else (draft.ground.above_value, stand.live.above_value)
    )
    return {
        "is_own": is_own,
        "now": mark_words(edit.shown(before, ""), edit.shown(now, nothing)),
        "mine": mark_words(edit.shown(before, ""), edit.shown(draft.value, nothing)),
        "is_clean": draft.joined_with(stand.live).is_clean,
    }


def _carried(edit: Edit, stand: _Stand, *, form: ValueForm | None = None) -> dict[str, object]:
    """Return what the form carries of what its editor saw; a form that was sent keeps what it came with."""
    sent = edit.request.POST
    if form is not None and form.is_bound and "eigene" in sent:
        return {name: sent.get(name, "") for name in ("entwurf", "eigene", "oben", "seen", "seite")}
    return {
        "entwurf": stand.draft.id if stand.draft else "",
        "eigene": stand.live.version,
        "oben": stand.live.above,
        "seen": write_value(stand.value(edit.start)),
        "seite": token_hex(8),
    }
