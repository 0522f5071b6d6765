"""The published versions of a service: what changed between any two, and one of them as a new draft."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from catalog.editing.desk import Desk, back_to, open_service, saved_message
from catalog.editing.guards import region_editors_only
from catalog.editing.lifecycle import restore_version
from catalog.editing.policies import can_write_draft_info
from catalog.editing.selectors import EditedService
from catalog.editing.versions_compare import compare_versions, list_version_lines
from tenants.errors import Conflict


@require_safe
@region_editors_only
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the versions, and compare two: the newest with the one before it, or whatever the address names."""
    desk, found = open_service(request, slug)
    return _page(request, desk, found)


def _page(
    request: HttpRequest, desk: Desk, found: EditedService, *, asked: dict[str, Any] | None = None
) -> HttpResponse:
    """`asked`: what has to be confirmed before an earlier version comes back."""
    lines = list_version_lines(found.id)
    numbers = [one.info.number for one in lines]
    older, newer = _chosen(request, numbers)
    context = {
        "desk": desk,
        "service": found,
        "lines": lines,
        "numbers": [(str(number), str(number)) for number in numbers],
        "older": older,
        "newer": newer,
        "differences": compare_versions(found.id, older, newer) if older and newer else [],
        "can_write": can_write_draft_info(desk.actor, found.scope, found.draft),
        "saved": saved_message(request),
        "asked": asked,
    }
    status = HTTPStatus.CONFLICT if asked else HTTPStatus.OK
    return render(request, "editing/versions.html", context, status=status)


@require_POST
@region_editors_only
def version_restore(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Put an earlier version of this layer's texts into its draft."""
    desk, found = open_service(request, slug)
    seen = request.POST.get("version", "")
    expected = int(seen) if seen.isdecimal() and len(seen) < 9 else None
    named: dict[str, Any] = {"service_id": found.id, "scope": found.scope, "number": number}
    try:
        restore_version(actor=desk.actor, expected_version=expected, **named)
    except Conflict as open_ones:
        if open_ones.code != "open_changes":
            raise
        asked = {"number": number, "why": open_ones.user_message, "version": open_ones.data["version"]}
        return _page(request, desk, found, asked=asked)
    return back_to("review", found, saved="fassung")


def _chosen(request: HttpRequest, numbers: list[int]) -> tuple[int, int]:
    """Return the two versions to compare, the older first; 0 where there is none."""
    asked = [request.GET.get(name, "") for name in ("von", "bis")]
    given = [int(one) for one in asked if one.isdecimal() and len(one) < 9 and int(one) in numbers]
    if len(given) == 2:
        return min(given), max(given)
    return (numbers[1], numbers[0]) if len(numbers) > 1 else (0, 0)
