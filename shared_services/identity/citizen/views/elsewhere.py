"""How one signs in, where Keycloak knows it: links to its own pages, and back to here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def security(request: HttpRequest) -> HttpResponse:
    """Say where password, passkeys and the second factor are kept, and lead there."""
    return render(request, "citizen/security_elsewhere.html")
