"""What machines fetch: stylesheet of the look, logo, the statement as data, robots.txt."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_services.portal.requests import profile_of, tenant_of
from shared_services.portal.selectors import get_accessibility
from shared_services.portal.services.branding import PUBLIC_FOLDER
from shared_services.portal.statement import statement
from shared_services.portal.theme_presets import preset
from shared_services.portal.theming import theme_css as write_theme_css
from shared_services.portal.theming import theme_from_dict
from tenants.errors import NotFound
from tenants.pages import public_page

_FOREVER: Final = "public, max-age=31536000, immutable"
_IMAGE_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


@require_safe
@public_page
def theme_css(request: HttpRequest) -> HttpResponse:
    """Answer the town's colours as a stylesheet; under the address that carries its mark it may be kept for good."""
    profile = profile_of(request)
    theme = theme_from_dict(profile.theme) if profile.theme else preset(tenant_of(request).region_slug)
    response = HttpResponse(write_theme_css(theme), content_type="text/css; charset=utf-8")
    is_this_one = request.GET.get("v") == profile.theme_mark
    response["Cache-Control"] = _FOREVER if is_this_one else "public, no-cache"
    return response


@require_safe
def file(_request: HttpRequest, path: str) -> HttpResponse:
    """Answer a public file of this town, such as its logo. Names are UUIDs, so a new file has a new address.

    Raises: NotFound for anything else, other towns' files and other apps' folders included.
    """
    name = PurePosixPath(PUBLIC_FOLDER, path)
    content_type = _IMAGE_TYPES.get(name.suffix)
    if content_type is None or ".." in name.parts or not _exists(str(name)):
        raise NotFound(_("Diese Datei gibt es nicht."))
    with default_storage.open(str(name)) as stored:
        response = HttpResponse(stored.read(), content_type=content_type)
    response["Cache-Control"] = _FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


def _exists(name: str) -> bool:
    try:
        return default_storage.exists(name)
    except (SuspiciousFileOperation, ValueError, OSError):
        return False


@require_safe
@public_page
def accessibility_json(request: HttpRequest) -> JsonResponse:
    """Answer the accessibility statement as data, open to every origin; see data/accessibility.schema.json."""
    data = statement(
        get_accessibility(),
        profile=profile_of(request),
        tenant=tenant_of(request),
        url=request.build_absolute_uri("/"),
    )
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Answer what search engines should leave out: in a training copy, everything."""
    if tenant_of(request).is_training:
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
    lines = [
        "User-agent: *",
        "Disallow: /verwaltung/",
        "Disallow: /en/verwaltung/",
        "Disallow: /suche/",
        "Disallow: /en/suche/",
    ]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
