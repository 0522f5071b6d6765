"""What programs read of a town."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.decisions.selectors import list_offered_services
from catalog.decisions.town import TownService
from catalog.resolution.values import ShownValue
from shared_services.api.endpoints import readable_with
from shared_services.identity.requests import site_of
from tenants.actors import Actor
from tenants.errors import InvalidInput
from tenants.links import public_url

_FIELDS: Final = ("title", "teaser")
_LANGUAGES: Final = ("de", "en")


@readable_with("services:read")
def services(request: HttpRequest, actor: Actor) -> Mapping[str, Any]:  # noqa: ARG001 -- every endpoint gets it
    """Return the services that citizens find in the town's lists, with title, teaser and whose words these are.

    Raises: InvalidInput for a language (`sprache`) that there is not.
    """
    language = request.GET.get("sprache", "de")
    if language not in _LANGUAGES:
        raise InvalidInput(_("Diese Sprache gibt es nicht: Wählen Sie „de“ oder „en“."), code="unknown_language")
    tenant = site_of(request).tenant
    host = tenant.host if tenant else ""
    found = [_service(one, language, host) for one in list_offered_services(language)]
    return {"language": language, "count": len(found), "services": found}


def _service(service: TownService, language: str, host: str) -> dict[str, Any]:
    prefix = "" if language == "de" else f"/{language}"
    record = service.record
    return {
        "id": str(service.id),
        "slug": service.slug,
        "leika_key": record.leika_key or None,
        "url": public_url(host, f"{prefix}/leistungen/{service.slug}/"),
        "decision": service.decided.kind.value,
        "is_local": service.is_local,
        "version": service.pinned_version or record.version,
        "categories": list(record.category_codes),
        **{name: _value(service.effective.shown(name, language)) for name in _FIELDS},
    }


def _value(shown: ShownValue) -> dict[str, Any]:
    """Return a text with its provenance; who wrote it is the town's own business."""
    source = shown.source.provenance
    return {
        "text": shown.value,
        "language": shown.language,
        "is_fallback": shown.is_fallback,
        "provenance": {
            "layer": source.layer.value,
            "area": source.area or None,
            "owner": source.owner or None,
            "changed_at": source.changed_at.isoformat() if source.changed_at else None,
            "version": source.version,
        }
        if source
        else None,
    }
