"""A town's own services for its editors: the list, a new one, one with its texts, and what happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from catalog.decisions.draft_pages import draft_messages
from catalog.decisions.drafts import list_drafts_of, mark_drafts
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.history import list_fields_with_history
from catalog.decisions.presentation import NEUTRAL
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.selectors import get_town_service
from catalog.decisions.topics import list_all_categories
from catalog.decisions.town import TownService, current_town
from catalog.decisions.writers import has_written
from catalog.local.forms import FactsForm, NewServiceForm, add_errors
from catalog.local.offers import list_open_offers
from catalog.local.presentation import LOCAL_STATE_KINDS, list_local_rows
from catalog.local.selectors import (
    LocalRecord,
    get_local_record,
    list_local_records,
    preview_local,
    with_drafts,
)
from catalog.local.services import (
    archive_local_service,
    create_local_service,
    delete_local_draft,
    publish_local_service,
    set_local_facts,
)
from catalog.local.submitting import send_back_local_service, submit_local_service
from catalog.pages.draft_views import answer_easy_preview, preview_context, wants_easy
from catalog.resolution.values import SOURCE_LANGUAGE, TEXT_LANGUAGES, Json
from catalog.search.selectors import search_town
from catalog.services.fields import LANGUAGE_LABELS
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.sorting import german_sort_key

MAX_TEMPLATES: Final = 10


def saved_message(request: HttpRequest) -> str:
    """Return the confirmation that the address names, or ""."""
    messages = {
        "angelegt": _("Der Entwurf ist angelegt. Schreiben Sie jetzt die Texte, dann veröffentlichen Sie."),
        "text": _("Der Text ist gespeichert."),
        "live": _("Der Text ist veröffentlicht. Bürgerinnen und Bürger sehen ihn ab sofort."),
        **draft_messages(),
        "leistung-eingereicht": _("Die Leistung wartet jetzt auf Freigabe. Jemand anderes im Team veröffentlicht sie."),
        "zurueckgegeben": _("Die Leistung ist mit Ihrem Hinweis zurückgegeben."),
        "eckdaten": _("Die Eckdaten sind gespeichert."),
        "veroeffentlicht": _("Die Leistung ist veröffentlicht. Bürgerinnen und Bürger sehen sie ab sofort."),
        "archiviert": _("Die Leistung ist von der Seite genommen und archiviert."),
        "geloescht": _("Der Entwurf ist gelöscht."),
        "angeboten": _("Der Text ist angeboten. Hier lesen Sie, was die Redaktion dazu sagt."),
        "zurueckgezogen": _("Der Beitrag ist zurückgezogen."),
    }
    return messages.get(request.GET.get("gespeichert", ""), "")


def back_to(route: str, *, saved: str, anchor: str = "", language: str = "", **values: object) -> HttpResponseRedirect:
    """Go to a page of this area with a confirmation."""
    path = reverse(f"catalog_local:{route}", kwargs=values)
    query = f"gespeichert={saved}{f'&sprache={language}' if language else ''}"
    return HttpResponseRedirect(f"{path}?{query}{f'#{anchor}' if anchor else ''}")


@require_safe
@editors_only
def services(request: HttpRequest) -> HttpResponse:
    """List the town's own services, drafts and archived ones too."""
    records = sorted(list_local_records(), key=lambda one: german_sort_key(one.title))
    context = {
        "records": records,
        "marks": mark_drafts(actor_of(request), service_ids=[one.id for one in records]),
        "kinds": LOCAL_STATE_KINDS,
        "town": current_town(),
        "saved": saved_message(request),
    }
    return render(request, "local/services.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def new(request: HttpRequest) -> HttpResponse:
    """Begin a service: with nothing, or with the texts of a shared one."""
    template = _template(request)
    topics = [(one.code, one.label) for one in list_all_categories(SOURCE_LANGUAGE)]
    if request.method != "POST":
        initial = {
            "title": template.title(SOURCE_LANGUAGE) if template else "",
            "category_codes": template.record.category_codes if template else (),
            "target_groups": template.record.target_groups if template else ("citizens",),
        }
        return _new_page(request, NewServiceForm(initial=initial, topics=topics), template)
    form = NewServiceForm(request.POST, topics=topics)
    if not form.is_valid():
        return _new_page(request, form, template, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        service_id = create_local_service(
            actor=actor_of(request),
            **form.cleaned_data,
            values=_values_of(template) if template else None,
            copied_from=template.id if template else None,
        )
    except (InvalidInput, Conflict) as wrong:
        fields = wrong.fields if isinstance(wrong, InvalidInput) else {}
        add_errors(form, fields, wrong.user_message)
        return _new_page(request, form, template, status=wrong.http_status)
    return back_to("service", saved="angelegt", service_id=service_id)


@require_safe
@editors_only
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show one of the town's services with its texts and what can be done with it."""
    return service_page(request, get_local_record(service_id))


def service_page(
    request: HttpRequest, record: LocalRecord, *, refused: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return the page of a service; `refused` says why the last step was not taken."""
    asked = request.GET.get("sprache", "")
    language = asked if asked in TEXT_LANGUAGES else SOURCE_LANGUAGE
    path = reverse("catalog_local:service", kwargs={"service_id": record.id})
    topics = {one.code: one.label for one in list_all_categories(SOURCE_LANGUAGE)}
    context = {
        "record": record,
        "shown_slug": preview_local(record).slug,
        "kinds": LOCAL_STATE_KINDS,
        "topics": [topics.get(code, code) for code in record.category_codes],
        "rows": list_local_rows(record, language=language),
        "tabs": [
            {"label": LANGUAGE_LABELS[code], "href": f"{path}?sprache={code}#felder", "current": code == language}
            for code in TEXT_LANGUAGES
        ],
        "fields_with_history": {(name, code or NEUTRAL) for name, code in list_fields_with_history(record.id)},
        "drafts": {(key.field, key.language or NEUTRAL): one for key, one in list_drafts_of(record.id).items()},
        "four_eyes": has_four_eyes(),
        "is_mine": has_written(actor_of(request), record.editors),
        "is_offered": bool(list_open_offers(record.id)),
        "saved": saved_message(request) if not refused else "",
        "refused": refused,
    }
    return render(request, "local/service.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def facts(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Change topics, address, validity and place in lists."""
    record = get_local_record(service_id)
    topics = [(one.code, one.label) for one in list_all_categories(SOURCE_LANGUAGE)]
    if request.method != "POST":
        names = ("category_codes", "target_groups", "slug", "valid_from", "valid_to", "prominence", "version")
        form = FactsForm(initial={name: getattr(record, name) for name in names}, topics=topics)
        return _facts_page(request, record, form)
    form = FactsForm(request.POST, topics=topics)
    if not form.is_valid():
        return _facts_page(request, record, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    version = form.cleaned_data["version"]
    try:
        set_local_facts(actor=actor_of(request), service_id=service_id, facts=form.facts(), expected_version=version)
    except InvalidInput as wrong:
        add_errors(form, wrong.fields, wrong.user_message)
        return _facts_page(request, record, form, status=wrong.http_status)
    except Conflict as stale:
        resent = request.POST.copy()
        resent["version"] = str(stale.data.get("version", version))
        form = FactsForm(resent, topics=topics)
        form.add_error(None, stale.user_message)
        return _facts_page(request, record, form, status=stale.http_status)
    return back_to("service", saved="eckdaten", service_id=service_id)


@require_POST
@editors_only
def publish(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show a service to citizens."""
    try:
        publish_local_service(actor=actor_of(request), service_id=service_id)
    except (InvalidInput, Conflict, NotAllowed) as refused:
        record = get_local_record(service_id)
        return service_page(request, record, refused=refused.user_message, status=refused.http_status)
    return back_to("service", saved="veroeffentlicht", service_id=service_id)


@require_POST
@editors_only
def submit(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Hand a service in that was never published."""
    try:
        submit_local_service(actor=actor_of(request), service_id=service_id)
    except (InvalidInput, Conflict) as refused:
        record = get_local_record(service_id)
        return service_page(request, record, refused=refused.user_message, status=refused.http_status)
    return back_to("service", saved="leistung-eingereicht", service_id=service_id)


@require_POST
@editors_only
def send_back(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Give a service that was handed in back with a comment."""
    comment = request.POST.get("comment", "")
    try:
        send_back_local_service(actor=actor_of(request), service_id=service_id, comment=comment)
    except (InvalidInput, Conflict) as refused:
        record = get_local_record(service_id)
        return service_page(request, record, refused=refused.user_message, status=refused.http_status)
    return back_to("service", saved="zurueckgegeben", service_id=service_id)


@require_POST
@editors_only
def archive(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Take a service off the pages."""
    archive_local_service(actor=actor_of(request), service_id=service_id)
    return back_to("service", saved="archiviert", service_id=service_id)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def delete(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Ask, then delete a draft."""
    if request.method == "POST":
        delete_local_draft(actor=actor_of(request), service_id=service_id)
        return back_to("services", saved="geloescht")
    return render(request, "local/delete.html", {"record": get_local_record(service_id)})


@require_GET
@editors_only
def preview(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show a service as citizens see it, or will."""
    record = get_local_record(service_id)
    drafted = with_drafts(record, list_drafts_of(service_id).values())
    found, has_drafts = preview_local(drafted), drafted is not record
    if wants_easy(request):
        back = reverse("catalog_local:service", kwargs={"service_id": service_id})
        return answer_easy_preview(request, found, back_href=back, has_drafts=has_drafts)
    context = {**preview_context(found), "record": record, "has_drafts": has_drafts}
    return render(request, "local/preview.html", context)


def _template(request: HttpRequest) -> TownService | None:
    slug = request.GET.get("vorlage", "")
    if not slug:
        return None
    found = get_town_service(slug)
    if found.is_local:
        raise NotFound(_("Als Vorlage dienen Leistungen des gemeinsamen Katalogs."))
    return found


def _values_of(template: TownService) -> Mapping[tuple[str, str], Json]:
    return {(key.field, key.language): one.value for key, one in template.effective.values.items() if not one.is_empty}


def _new_page(
    request: HttpRequest, form: NewServiceForm, template: TownService | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    query = request.GET.get("suche", "").strip()
    hits = search_town(query, language=SOURCE_LANGUAGE, tenant=current_town()) if query else []
    context = {
        "form": form,
        "template": template,
        "query": query,
        "hits": [hit for hit in hits if not hit.is_local][:MAX_TEMPLATES],
    }
    return render(request, "local/new.html", context, status=status)


def _facts_page(
    request: HttpRequest, record: LocalRecord, form: FactsForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "local/facts.html", {"record": record, "form": form}, status=status)
