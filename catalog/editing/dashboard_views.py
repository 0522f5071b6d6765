"""The first page of the editors' work area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.editing.dashboard import get_dashboard
from catalog.editing.guards import actor_of, region_editors_only


@require_safe
@region_editors_only
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what waits for the editor, and which layers are the editor's own."""
    return render(request, "editing/dashboard.html", {"dashboard": get_dashboard(actor=actor_of(request))})
