"""What is the same for a service everywhere: address, topics, keys, validity, and who is responsible where."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from catalog.editing.desk import Desk, back_to, open_service
from catalog.editing.forms import EMPTY_ROWS, HeadForm, head_initial
from catalog.editing.guards import region_editors_only
from catalog.editing.heads import HEAD_LABELS
from catalog.editing.policies import can_write_draft_info
from catalog.editing.selectors import EditedService
from catalog.editing.services import save_head
from catalog.services.selectors import list_categories
from tenants.errors import Conflict, InvalidInput


@require_http_methods(["GET", "POST"])
@region_editors_only
def head(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the facts with the draft; save them into the draft."""
    desk, found = open_service(request, slug)
    facts = {name: found.fact(name) for name in HEAD_LABELS}
    if request.method == "GET":
        initial = head_initial(facts)
        form = HeadForm(initial=initial, topics=_topics(), row_count=initial["row_count"])
        return _page(request, desk, found, form=form)
    data, count = _sent(request)
    form = HeadForm(data, topics=_topics(), row_count=count)
    if not form.is_valid():
        return _page(request, desk, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if "more_rows" in request.POST:
        return _page(request, desk, found, form=form)
    try:
        save_head(actor=desk.actor, service_id=found.id, scope=found.scope, facts=form.facts())
    except (InvalidInput, Conflict) as wrong:
        _tell(form, wrong)
        return _page(request, desk, found, form=form, status=wrong.http_status)
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
    language = "en" if (get_language() or "de").startswith("en") else "de"
    return [(one.code, one.label(language)) for one in list_categories()]


def _page(
    request: HttpRequest, desk: Desk, found: EditedService, *, form: HeadForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, Any] = {
        "desk": desk,
        "service": found,
        "form": form,
        "can_write": found.is_home and can_write_draft_info(desk.actor, found.scope, found.draft),
    }
    return render(request, "editing/head.html", context, status=status)
