"""Look at what changed above one's own values, and answer: one by one with the texts side by side, or many at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.decisions.answers import Answer, Answered, Place, Seen, answer_many, keep_own, merge_review, take_above
from catalog.decisions.field_views import field_of
from catalog.decisions.forms import ValueForm
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.list_views import page_number
from catalog.decisions.presentation import NEUTRAL
from catalog.decisions.review_list import ReviewFilter, filter_reviews, layer_options, read_choice, to_line
from catalog.decisions.review_texts import compare, describe_review
from catalog.decisions.reviews import Review, ReviewKind, get_review, list_notes, list_reviews
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.town import TownService, current_town
from catalog.decisions.value_forms import value_form
from catalog.decisions.views import back_to_service
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, InvalidInput, NotFound

PAGE_SIZE = 50


@require_GET
@editors_only
def reviews(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer; filter by what happened, by who changed it and by age."""
    return _list_page(request)


@require_POST
@editors_only
def answer_reviews(request: HttpRequest) -> HttpResponse:
    """Take or keep all that are chosen."""
    chosen = [one for one in map(read_choice, request.POST.getlist("auswahl")) if one is not None]
    answer = Answer.TAKE if request.POST.get("antwort") == "take" else Answer.KEEP
    if not chosen:
        wrong = _("Markieren Sie zuerst, was Sie beantworten möchten.")
        return _list_page(request, wrong=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    done = answer_many(actor=actor_of(request), answer=answer, reviews=chosen)
    if done.left_out:
        return _list_page(request, answered=done, status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(f"{reverse('catalog_decisions:reviews')}?beantwortet={done.done}")


@require_http_methods(["GET", "POST"])
@editors_only
def review(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Show the three texts side by side; take, keep or join them."""
    spec, stored = field_of(name, language)
    found = get_shared_town_service(slug)
    if request.method == "GET":
        return _review_page(request, found, get_review(found.id, spec.name, stored))
    place, seen = Place(found.id, spec.name, stored), _seen(request)
    form = None
    try:
        if request.POST.get("antwort") != "merge":
            carry_out = take_above if request.POST.get("antwort") == "take" else keep_own
            carry_out(actor=actor_of(request), place=place, seen=seen)
            return _done(request, found, place)
        form = value_form(spec, label=str(FIELD_LABELS[spec.name]), data=request.POST)
        if form.is_valid() and "more_rows" not in request.POST:
            holds = merge_review(actor=actor_of(request), place=place, seen=seen, value=form.chosen())
            return _done(request, found, place, saved="geprueft" if holds else "eingereicht")
        status = HTTPStatus.OK if "more_rows" in request.POST else HTTPStatus.UNPROCESSABLE_ENTITY
        return _review_page(request, found, get_review(found.id, spec.name, stored), form=form, status=status)
    except InvalidInput as wrong:
        return _refused(request, found, place, form=form, wrong=wrong)
    except Conflict as stale:
        return _stale(request, found, place, form=form, stale=stale)


def _done(request: HttpRequest, found: TownService, place: Place, *, saved: str = "geprueft") -> HttpResponse:
    if saved == "geprueft" and request.POST.get("danach") == "naechste" and list_reviews():
        return HttpResponseRedirect(f"{reverse('catalog_decisions:reviews')}?beantwortet=1")
    anchor = f"feld-{place.field}-{place.language or NEUTRAL}"
    return back_to_service(found.slug, saved=saved, language=place.language, anchor=anchor)


def _seen(request: HttpRequest) -> Seen:
    version = request.POST.get("eigene", "")
    return Seen(int(version) if version.isdecimal() and len(version) < 10 else -1, request.POST.get("oben", ""))


def _refused(
    request: HttpRequest, found: TownService, place: Place, *, form: ValueForm | None, wrong: InvalidInput
) -> HttpResponse:
    if form is None:
        raise wrong
    for message in (one for messages in wrong.fields.values() for one in messages):
        form.add_error("text" if "text" in form.fields else None, message)
    again = get_review(place.service_id, place.field, place.language)
    return _review_page(request, found, again, form=form, status=wrong.http_status)


def _stale(
    request: HttpRequest, found: TownService, place: Place, *, form: ValueForm | None, stale: Conflict
) -> HttpResponse:
    """Show what is there now, with what was typed; where nothing is left to answer, say so on the list."""
    try:
        fresh = get_review(place.service_id, place.field, place.language)
    except NotFound:
        return _list_page(request, wrong=stale.user_message, status=stale.http_status)
    return _review_page(request, found, fresh, form=form, wrong=stale.user_message, status=stale.http_status)


def _list_page(
    request: HttpRequest, *, wrong: str = "", answered: Answered | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    town, every = current_town(), list_reviews()
    wanted = ReviewFilter.read(request.GET.dict())
    shown = filter_reviews(every, wanted)
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    number = page_number(request, pages)
    titles = {(one.service_id, one.spec.name, one.language): one.title for one in every}
    context = {
        "lines": [to_line(one, town) for one in shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]],
        "total": len(shown),
        "waiting": len(every),
        "wanted": wanted,
        "kinds": wanted.kinds(),
        "layers": layer_options(every),
        "orders": wanted.orders(),
        "number": number,
        "pages": pages,
        "href_prefix": f"?{wanted.address}&seite=" if wanted.address else "?seite=",
        "wrong": wrong,
        "saved": _answered_message(request.GET.get("beantwortet", "")),
        "answered": answered,
        "left_out": [
            (titles.get((place.service_id, place.field, place.language), ""), FIELD_LABELS[place.field], reason)
            for place, reason in (answered.left_out if answered else ())
        ],
    }
    return render(request, "decisions/reviews.html", context, status=status)


def _answered_message(count: str) -> str:
    if not count.isdecimal() or len(count) > 5:
        return ""
    return ngettext("Eine Prüfung ist beantwortet.", "{count} Prüfungen sind beantwortet.", int(count)).format(
        count=int(count)
    )


def _review_page(
    request: HttpRequest,
    found: TownService,
    one: Review,
    *,
    form: ValueForm | None = None,
    wrong: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    town = current_town()
    comparison = compare(one)
    label = str(FIELD_LABELS[one.spec.name])
    if form is None and one.kind is ReviewKind.CHANGED:
        form = value_form(one.spec, label=label, value=comparison.draft)
    context: dict[str, Any] = {
        "service": found,
        "title": found.title("de"),
        "review": one,
        "label": label,
        "name": one.spec.name,
        "language": one.language or NEUTRAL,
        "language_label": LANGUAGE_LABELS[one.language],
        "shape": one.spec.shape,
        "comparison": comparison,
        "what": describe_review(one, town),
        "notes": [note for note in list_notes(one) if note.note],
        "is_overdue": one.is_overdue(timezone.now()),
        "is_locked": one.kind is ReviewKind.LOCKED,
        "form": form,
        "wrong": wrong,
    }
    return render(request, "decisions/review.html", context, status=status)
