"""Write one text of an own service, with the same drafts and forms as deviations, and take it away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalog.decisions.draft_workflow import submit_drafts
from catalog.decisions.drafting import Seen, save_draft
from catalog.decisions.field_views import anchor_of, field_of
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.homes import Place
from catalog.decisions.presentation import NEUTRAL
from catalog.decisions.rules import has_four_eyes
from catalog.decisions.value_editor import Addresses, Edit, autosave_value, edit_value
from catalog.local.local_home import LOCAL_TEXTS
from catalog.local.models import LocalState
from catalog.local.presentation import get_local_row
from catalog.local.selectors import LocalRecord, get_local_record
from catalog.local.services import set_local_value
from catalog.local.views import back_to
from catalog.resolution.values import SOURCE_LANGUAGE, FieldKey
from tenants.numbers import read_number


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def field(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Write a text in its draft; a preview comes on request, without storing."""
    return edit_value(_edit(request, service_id, key=_key(name, language)))


@require_POST
@editors_only
def field_autosave(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Save what has been typed so far into the draft."""
    return autosave_value(_edit(request, service_id, key=_key(name, language)))


@require_POST
@editors_only
def clear_field(request: HttpRequest, service_id: UUID, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Take a text away; it stays in the history. With four eyes a second person does, on a page that citizens see."""
    record, key = get_local_record(service_id), _key(name, language)
    version = read_number(request.POST.get("version", ""))
    if record.state is LocalState.PUBLISHED and has_four_eyes():
        return _propose_removal(request, Place(service_id, key), version=version)
    set_local_value(
        actor=actor_of(request),
        service_id=service_id,
        field=key.field,
        language=key.language,
        value=None,
        expected_version=version,
    )
    return _back(service_id, key, saved="text")


def _propose_removal(request: HttpRequest, place: Place, *, version: int | None) -> HttpResponse:
    actor = actor_of(request)
    seen = Seen(version=0, own_version=version)
    draft = save_draft(actor=actor, home=LOCAL_TEXTS, place=place, value=None, seen=seen)
    if draft is None:
        return _back(place.service_id, place.key, saved="unveraendert")
    submit_drafts(actor=actor, home=LOCAL_TEXTS, service_id=place.service_id, chosen={draft.id: draft.version})
    return _back(place.service_id, place.key, saved="eingereicht")


def _key(name: str, language: str) -> FieldKey:
    spec, stored = field_of(name, language)
    return FieldKey(spec.name, stored)


def _edit(request: HttpRequest, service_id: UUID, *, key: FieldKey) -> Edit:
    """Say what is written. There is nothing above that could be left empty on purpose."""
    record = get_local_record(service_id)
    is_public = record.state is LocalState.PUBLISHED
    german = record.values.get(FieldKey(key.field, SOURCE_LANGUAGE)) if key.language == "en" else None

    def back(saved: str) -> HttpResponse:
        return _back(service_id, key, saved=("live" if is_public else "text") if saved == "live" else saved)

    return Edit(
        request=request,
        home=LOCAL_TEXTS,
        place=Place(service_id, key),
        addresses=_addresses(record, key),
        template="local/field.html",
        back=back,
        start=german.value if german else None,
        is_blankable=False,
        is_public=is_public,
        frame={"record": record, "row": get_local_row(record, key)},
    )


def _addresses(record: LocalRecord, key: FieldKey) -> Addresses:
    of_service = {"service_id": record.id}
    here = {**of_service, "name": key.field, "language": key.language or NEUTRAL}
    back = reverse("catalog_local:service", kwargs=of_service)
    query = f"?sprache={key.language}" if key.language not in {"", SOURCE_LANGUAGE} else ""
    return Addresses(
        field=reverse("catalog_local:field", kwargs=here),
        autosave=reverse("catalog_local:field_autosave", kwargs=here),
        drafts=reverse("catalog_local:drafts", kwargs=of_service),
        preview=reverse("catalog_local:preview", kwargs=of_service),
        service=f"{back}{query}#{anchor_of(key.field, key.language)}",
    )


def _back(service_id: UUID, key: FieldKey, *, saved: str) -> HttpResponseRedirect:
    anchor = anchor_of(key.field, key.language)
    language = key.language if key.language not in {"", SOURCE_LANGUAGE} else ""
    return back_to("service", saved=saved, anchor=anchor, language=language, service_id=service_id)
