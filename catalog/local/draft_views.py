"""The drafts of a service of the town's own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.decisions.draft_pages import DraftDesk, crumb, draft_step, drafts_page
from catalog.decisions.guards import editors_only
from catalog.decisions.presentation import NEUTRAL
from catalog.local.local_home import LOCAL_TEXTS
from catalog.local.selectors import get_local_record
from catalog.resolution.values import FieldKey


@require_GET
@editors_only
def drafts(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show what is written for a service and not published yet."""
    return drafts_page(_desk(request, service_id))


@require_POST
@editors_only
def take_draft_step(request: HttpRequest, service_id: UUID, step: str) -> HttpResponse:
    """Hand drafts in, take them back, send them back, publish or discard them."""
    return draft_step(_desk(request, service_id), step)


def _desk(request: HttpRequest, service_id: UUID) -> DraftDesk:
    record = get_local_record(service_id)
    of_service = {"service_id": service_id}
    page = reverse("catalog_local:service", kwargs=of_service)

    def step_href(step: str) -> str:
        return reverse("catalog_local:take_draft_step", kwargs={**of_service, "step": step})

    def field_href(key: FieldKey) -> str:
        here = {**of_service, "name": key.field, "language": key.language or NEUTRAL}
        return reverse("catalog_local:field", kwargs=here)

    own = crumb(_("Eigene Leistungen"), reverse("catalog_local:services"))
    return DraftDesk(
        request=request,
        home=LOCAL_TEXTS,
        service_id=service_id,
        title=record.title,
        crumbs=[own, crumb(record.title, page), crumb(_("Entwürfe"))],
        here=reverse("catalog_local:drafts", kwargs=of_service),
        preview=reverse("catalog_local:preview", kwargs=of_service),
        service=page,
        step_href=step_href,
        field_href=field_href,
    )
