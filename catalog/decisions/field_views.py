"""Edit one field of a shared service in one language, and go back to the value from above."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.decisions.guards import actor_of, editors_only, translators_too
from catalog.decisions.homes import Place
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.policies import can_write_draft_in
from catalog.decisions.presentation import NEUTRAL, get_field_row
from catalog.decisions.reviews import list_reviews_of
from catalog.decisions.selectors import get_shared_town_service
from catalog.decisions.services import clear_override
from catalog.decisions.town import TownService, current_town, profile_of
from catalog.decisions.validation import locked_conflict
from catalog.decisions.value_editor import Addresses, Edit, autosave_value, edit_value
from catalog.decisions.views import back_to_service
from catalog.resolution.values import FIELDS, SOURCE_LANGUAGE, FieldKey, FieldSpec
from tenants.errors import NotFound
from tenants.numbers import read_number
from tenants.staff.policies import require


@require_http_methods(["GET", "POST"])
@translators_too
def field(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Edit the town's own value of a field in its draft; a preview comes on request, without storing."""
    return edit_value(_edit(request, slug, key=field_of(name, language)))


@require_POST
@translators_too
def field_autosave(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Save what has been typed so far into the draft."""
    return autosave_value(_edit(request, slug, key=field_of(name, language)))


@require_POST
@editors_only
def reset_field(request: HttpRequest, slug: str, name: str, language: str) -> HttpResponse:  # noqa: PLR0917 -- parts of the path
    """Use the value from above again: what is shown then was published by those above."""
    spec, stored = field_of(name, language)
    clear_override(
        actor=actor_of(request),
        service_id=get_shared_town_service(slug).id,
        field=spec.name,
        language=stored,
        expected_version=read_number(request.POST.get("version", "")),
    )
    return back_to_service(slug, saved="zurueck", language=stored, anchor=anchor_of(spec.name, stored))


def field_of(name: str, language: str) -> tuple[FieldSpec, str]:
    """Return the field and the language that an address names. Raises: NotFound."""
    spec = FIELDS.get(name)
    stored = "" if language == NEUTRAL else language
    if spec is None or stored not in spec.languages:
        raise NotFound(_("Dieses Feld gibt es nicht."))
    return spec, stored


def anchor_of(name: str, language: str) -> str:
    """Return where a field stands on the page of its service."""
    return f"feld-{name}-{language or NEUTRAL}"


def _edit(request: HttpRequest, slug: str, *, key: tuple[FieldSpec, str]) -> Edit:
    """Say what is written. Raises: NotAllowed; NotFound; Conflict for a field that is locked from above."""
    (spec, language), town, service = key, current_town(), get_shared_town_service(slug)
    require(can_write_draft_in, actor_of(request), language=language)
    place = Place(service.id, FieldKey(spec.name, language))
    effective = service.effective.values[place.key]
    if effective.locked_by and effective.is_locked_for(profile_of(town).layer):
        raise locked_conflict(spec.name, effective.locked_by)

    def back(saved: str) -> HttpResponse:
        anchor = anchor_of(spec.name, language)
        return back_to_service(slug, saved=_SAVED.get(saved, saved), language=language, anchor=anchor)

    return Edit(
        request=request,
        home=OVERRIDES,
        place=place,
        addresses=_addresses(service, place.key),
        template="decisions/field.html",
        back=back,
        start=service.effective.shown(spec.name, language or SOURCE_LANGUAGE).value,
        frame={
            "service": service,
            "title": service.title(SOURCE_LANGUAGE),
            "row": get_field_row(service, spec, language, town=town),
            "has_review": place.key in list_reviews_of(service.id),
        },
    )


_SAVED = {"live": "abweichung"}


def _addresses(service: TownService, key: FieldKey) -> Addresses:
    here = {"slug": service.slug, "name": key.field, "language": key.language or NEUTRAL}
    of_service = {"slug": service.slug}
    back = reverse("catalog_decisions:service", kwargs=of_service)
    query = f"?sprache={key.language}" if key.language not in {"", SOURCE_LANGUAGE} else ""
    return Addresses(
        field=reverse("catalog_decisions:field", kwargs=here),
        autosave=reverse("catalog_decisions:field_autosave", kwargs=here),
        drafts=reverse("catalog_decisions:drafts", kwargs=of_service),
        preview=reverse("catalog_pages:draft_preview", kwargs=of_service),
        service=f"{back}{query}#{anchor_of(key.field, key.language)}",
    )
