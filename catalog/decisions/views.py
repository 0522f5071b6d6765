"""The town's editors: one service with its decision, and labels of topics."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.decisions.draft_pages import draft_messages
from catalog.decisions.drafts import list_drafts_of
from catalog.decisions.forms import DecisionForm
from catalog.decisions.guards import actor_of, editors_only, translators_too
from catalog.decisions.history import list_decision_changes, list_fields_with_history
from catalog.decisions.panels import list_panels
from catalog.decisions.pinning import Pinning, get_pinning
from catalog.decisions.policies import can_write_draft_in
from catalog.decisions.presentation import DECISION_LABELS, NEUTRAL, list_field_rows
from catalog.decisions.reviews import list_reviews_of
from catalog.decisions.selectors import get_shared_town_service, get_town_service
from catalog.decisions.services import follow_preset as give_back
from catalog.decisions.services import set_decision
from catalog.decisions.town import TownService, current_town
from catalog.decisions.wording import describe_entry, describe_preset
from catalog.resolution.decide import Decision
from catalog.resolution.values import SOURCE_LANGUAGE, TEXT_LANGUAGES
from catalog.services.fields import FIELD_LABELS, HELD_FACT_LABELS, LANGUAGE_LABELS
from tenants.errors import Conflict, InvalidInput
from tenants.numbers import read_number
from tenants.staff.policies import can_edit_catalogue


def saved_message(request: HttpRequest) -> str:
    """Return the confirmation that the address names, or ""."""
    messages = {
        "entscheidung": _("Die Entscheidung ist gespeichert."),
        "voreinstellung": _("Die Voreinstellung gilt wieder."),
        "geprueft": _("Ihre Entscheidung ist gespeichert. Die andere Fassung steht im Verlauf."),
        "festgehalten": _("Sie bleiben bei dieser Fassung."),
        "freigegeben": _("Die neueste Fassung gilt wieder."),
        "abweichung": _("Ihre Abweichung ist veröffentlicht. Bürgerinnen und Bürger sehen sie ab sofort."),
        **draft_messages(),
        "zurueck": _("Der Wert von oben gilt wieder."),
        "wiederhergestellt": _("Die frühere Fassung gilt wieder."),
        "themen": _("Die Bezeichnungen der Themen sind gespeichert."),
    }
    return messages.get(request.GET.get("gespeichert", ""), "")


def back_to_service(slug: str, *, saved: str, language: str = "de", anchor: str = "") -> HttpResponseRedirect:
    """Return to the page of a service with a confirmation."""
    query = {"gespeichert": saved, **({"sprache": language} if language not in {"", SOURCE_LANGUAGE} else {})}
    path = reverse("catalog_decisions:service", kwargs={"slug": slug})
    return HttpResponseRedirect(f"{path}?{urlencode(query)}{f'#{anchor}' if anchor else ''}")


@require_GET
@translators_too
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one service: the decision, and every field with its origin."""
    found = get_town_service(slug)
    if found.is_local:
        return HttpResponseRedirect(reverse("catalog_local:service", kwargs={"service_id": found.id}))
    return show_service(request, found)


@require_POST
@editors_only
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Store the decision on a service."""
    found = get_shared_town_service(slug)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return show_service(request, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = dict(form.cleaned_data)
    version = data.pop("version")
    try:
        set_decision(actor=actor_of(request), service_id=found.id, expected_version=version, **data)
    except InvalidInput as wrong:
        for name, messages in wrong.fields.items():
            for message in messages:
                form.add_error(name if name in form.fields else None, message)
        return show_service(request, found, form=form, status=wrong.http_status)
    except Conflict as stale:
        fresh = get_town_service(slug)
        resent = request.POST.copy()
        resent["version"] = str(fresh.decision_version)
        form = DecisionForm(resent)
        form.add_error(None, stale.user_message)
        return show_service(request, fresh, form=form, status=stale.http_status)
    return back_to_service(slug, saved="entscheidung")


@require_POST
@editors_only
def follow_preset(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the decision on a service back to the preset."""
    found = get_shared_town_service(slug)
    sent = request.POST.get("version", "")
    give_back(actor=actor_of(request), service_id=found.id, expected_version=read_number(sent))
    return back_to_service(slug, saved="voreinstellung")


def show_service(
    request: HttpRequest,
    found: TownService,
    *,
    form: DecisionForm | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Show the page of a service; `problem` says why what was asked for there could not be done."""
    asked = request.GET.get("sprache", "")
    language = asked if asked in TEXT_LANGUAGES else SOURCE_LANGUAGE
    town, actor = current_town(), actor_of(request)
    path = reverse("catalog_decisions:service", kwargs={"slug": found.slug})
    pinning, waiting = get_pinning(found), list_reviews_of(found.id)
    context = {
        "service": found,
        "title": found.title("de"),
        "form": form or _decision_form(found),
        "problem": problem,
        "decision_label": DECISION_LABELS[found.decided.kind],
        "preset_text": describe_preset(found, town),
        "decision_history": [describe_entry(one) for one in list_decision_changes(found.id)],
        "fields_with_history": {(name, code or NEUTRAL) for name, code in list_fields_with_history(found.id)},
        "may_edit": can_edit_catalogue(actor),
        "writable": {code or NEUTRAL for code in ("", *TEXT_LANGUAGES) if can_write_draft_in(actor, language=code)},
        "rows": list_field_rows(found, town=town, language=language),
        "reviews": {(key.field, key.language or NEUTRAL) for key in waiting},
        "drafts": {(key.field, key.language or NEUTRAL): one for key, one in list_drafts_of(found.id).items()},
        "pinning": pinning,
        "missed_labels": _missed_labels(pinning) if pinning else [],
        "language": language,
        "tabs": [
            {"label": LANGUAGE_LABELS[code], "href": f"{path}?sprache={code}#felder", "current": code == language}
            for code in TEXT_LANGUAGES
        ],
        "saved": saved_message(request),
        "panels": list_panels(found),
        "town": town,
    }
    return render(request, "decisions/service.html", context, status=status)


def _missed_labels(pinning: Pinning) -> list[str]:
    names = dict.fromkeys(str(FIELD_LABELS[key.field]) for key in pinning.fields)
    return [*names, *(str(HELD_FACT_LABELS[name]) for name in pinning.facts)]


def _decision_form(found: TownService) -> DecisionForm:
    row, kind = found.decided.row, found.decided.kind
    initial = {
        "decision": None if kind is Decision.NOBODY else kind.value,
        "link_url": row.link_url,
        "link_authority": row.link_authority,
        "reason": row.reason,
        "alternative": row.alternative,
        "version": found.decision_version,
    }
    return DecisionForm(initial=initial)
