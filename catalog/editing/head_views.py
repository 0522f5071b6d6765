"""What is the same for a service everywhere: address, topics, keys, validity, and who is responsible where."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.editing.desk import Desk, back_to, open_service
from catalog.editing.facts import save_head
from catalog.editing.forms import EMPTY_ROWS, HeadForm, head_initial
from catalog.editing.guards import region_editors_only
from catalog.editing.heads import HEAD_LABELS
from catalog.editing.policies import can_write_draft_info
from catalog.editing.review import fact_text
from catalog.editing.selectors import EditedService
from catalog.resolution.values import Layer
from catalog.services.fields import page_language
from catalog.services.origins import Origin, get_origin
from catalog.services.selectors import list_categories
from tenants.context import as_editor
from tenants.errors import Conflict, InvalidInput

# What an editor saw when the form was made; an unreadable one counts as none.
_MAX_SEEN: Final = 100_000


@require_http_methods(["GET", "POST"])
@region_editors_only
def head(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the facts with the draft; save them into the draft."""
    desk, found = open_service(request, slug)
    if request.method == "GET":
        return _page(request, desk, found, form=_filled(_facts(found)), seen=_seen_now(found))
    seen = _seen(request, found)
    data, count = _sent(request)
    form = HeadForm(data, topics=_topics(), row_count=count)
    if not form.is_valid():
        return _page(request, desk, found, form=form, seen=seen, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(request, desk, found, form=form, seen=seen)
    try:
        save_head(actor=desk.actor, service_id=found.id, scope=found.scope, facts=form.facts(), seen=seen)
    except (InvalidInput, Conflict) as wrong:
        if wrong.code == "stale_facts":
            return _stale(request, desk, found, wrong=wrong)
        _tell(form, wrong)
        return _page(request, desk, found, form=form, seen=seen, status=wrong.http_status)
    return back_to("service", found, saved="eckdaten")


def _sent(request: HttpRequest) -> tuple[QueryDict, int]:
    sent = request.POST.get("row_count", "")
    count = min(int(sent), 60) if sent.isdecimal() and len(sent) < 4 else EMPTY_ROWS
    data = request.POST.copy()
    if "more_rows" in data:
        count = min(count + EMPTY_ROWS, 60)
        data["row_count"] = str(count)
    return data, count


def _tell(form: HeadForm, wrong: InvalidInput | Conflict) -> None:
    if not isinstance(wrong, InvalidInput) or not wrong.fields:
        form.add_error(None, wrong.user_message)
        return
    names = {"leika": "leika_key"}
    for name, messages in wrong.fields.items():
        target = names.get(name, name)
        for message in messages:
            form.add_error(target if target in form.fields else None, message)


def _topics() -> list[tuple[str, str]]:
    return [(one.code, one.label(page_language())) for one in list_categories()]


def _facts(found: EditedService) -> dict[str, Any]:
    return {name: found.fact(name) for name in HEAD_LABELS}


def _seen_now(found: EditedService) -> dict[str, Any]:
    """Return the facts as the form shows them; of those that were overtaken what is published: to save is to decide."""
    return _facts(found) | {name: found.head[name] for name in found.overtaken}


def _seen(request: HttpRequest, found: EditedService) -> dict[str, Any]:
    """Return the facts as the form showed them; as they are now where it does not say so."""
    text = request.POST.get("seen", "")
    try:
        sent = json.loads(text) if len(text) < _MAX_SEEN else None
    except ValueError:
        sent = None
    return {**_seen_now(found), **sent} if isinstance(sent, dict) else _seen_now(found)


def _filled(facts: dict[str, Any]) -> HeadForm:
    initial = head_initial(facts)
    return HeadForm(initial=initial, topics=_topics(), row_count=initial["row_count"])


def _stale(request: HttpRequest, desk: Desk, found: EditedService, *, wrong: Conflict | InvalidInput) -> HttpResponse:
    """Start the form from what is there now, with what the editor wrote; saving once more is then a decision."""
    facts = _seen_now(found)
    mine = wrong.data.get("mine")
    form = _filled(_facts(found) | mine if isinstance(mine, dict) else _facts(found))
    return _page(request, desk, found, form=form, seen=facts, problem=wrong.user_message, status=wrong.http_status)


def _page(
    request: HttpRequest,
    desk: Desk,
    found: EditedService,
    *,
    form: HeadForm,
    seen: dict[str, Any],
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    form.fields["area"].help_text = _area_hint(found)
    context: dict[str, Any] = {
        "desk": desk,
        "service": found,
        "form": form,
        "seen": json.dumps(seen, ensure_ascii=False),
        "problem": problem,
        "overtaken": [(HEAD_LABELS[name], fact_text(name, found.head[name])) for name in found.overtaken],
        "origin": _origin(found),
        "can_write": found.is_home and can_write_draft_info(desk.actor, found.scope, found.draft),
    }
    return render(request, "editing/head.html", context, status=status)


def _origin(found: EditedService) -> Origin:
    with as_editor():
        return get_origin(found.id)


def _area_hint(found: EditedService) -> str:
    if found.home.layer is Layer.FEDERATION:
        return _("Leer: überall. Sonst der Anfang des Regionalschlüssels oder der Name einer Region.")
    message = _("„{area}“: überall auf Ihrer Ebene. Sonst der Anfang eines Regionalschlüssels, der nur dort vorkommt.")
    return message.format(area=found.home.area)
