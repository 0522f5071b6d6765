"""Renders a problem as what the reader asked for; never fails itself."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.utils import translation

from federation.errors.messages import Problem
from federation.observability.requests import get_request_id
from tenants.registry.sites import Site

log = structlog.get_logger(__name__)
MakeProblem = Callable[[], Problem]

_TYPES: Final = ("text/html", "application/json", "application/problem+json")
_STAFF_PATH: Final = "/verwaltung/"
# Behind these the database may be gone or the layout itself may be what fails: they are rendered without either.
_FIXED_STATUSES: Final = frozenset({500, 503})
_FALLBACK: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1>{texts}{links}</main></body></html>
"""


def respond(request: HttpRequest, make_problem: MakeProblem, *, language: str | None = None) -> HttpResponse:
    """Answer with the problem in the reader's language: JSON, an htmx part, the site's layout, or a fixed page.

    `make_problem` is called with the language in force, so that its texts are in it.
    """
    language = language or reader_language(request)
    with translation.override(language):
        problem = make_problem()
        response = _render(request, problem, language)
    response.headers["Content-Language"] = language
    response.headers["Content-Length"] = str(len(response.content))
    if problem.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(problem.retry_after_seconds)
    return response


def reader_language(request: HttpRequest) -> str:
    """Return the language of the page: the path's on a site, the browser's where no site says what its paths mean."""
    if request.path_info == "/en" or request.path_info.startswith("/en/"):
        return "en"
    if getattr(request, "site", None) is not None:
        return "de"
    return "en" if translation.get_language_from_request(request).startswith("en") else "de"


def _render(request: HttpRequest, problem: Problem, language: str) -> HttpResponse:
    if request.get_preferred_type(list(_TYPES)) in _TYPES[1:]:
        return _json(request, problem)
    context = {
        "problem": problem,
        "language": language,
        "mark": problem.icon,
        "request_id": _shown_id(request, problem),
    }
    if request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers:
        html = _try_template("errors/_message.html", context, None)
        return HttpResponse(html or _fallback(problem, language), status=problem.status)
    html = None
    if problem.status not in _FIXED_STATUSES:
        html = _in_site_layout(request, context)
    html = html or _try_template("errors/page.html", {**context, "layout": "ui/layouts/plain.html"}, None)
    return HttpResponse(html or _fallback(problem, language), status=problem.status)


def _in_site_layout(request: HttpRequest, context: dict[str, object]) -> str | None:
    site: Site | None = getattr(request, "site", None)
    if site is None:
        return None
    at_work = site.kind == "console" or request.path_info.removeprefix("/en").startswith(_STAFF_PATH)
    if at_work:
        return _try_template("errors/workspace.html", context, request)
    layout = "ui/layouts/umbrella.html" if site.kind == "umbrella" else "ui/layouts/portal.html"
    return _try_template("errors/page.html", {**context, "layout": layout}, request)


def _try_template(name: str, context: dict[str, object], request: HttpRequest | None) -> str | None:
    """Render, or log why not and return None: whatever breaks a layout, the reader still gets an answer."""
    try:
        return str(engines["jinja2"].get_template(name).render(context, request))
    except Exception:
        log.exception("errors.page_failed", template=name)
        return None


def _json(request: HttpRequest, problem: Problem) -> JsonResponse:
    """Answer as problem details. Source: RFC 9457."""
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": " ".join(problem.texts),
        "code": problem.code,
        "request_id": get_request_id(request),
        "data": dict(problem.data),
    }
    return JsonResponse(body, status=problem.status, content_type="application/problem+json")


def _shown_id(request: HttpRequest, problem: Problem) -> str:
    return get_request_id(request) if problem.shows_request_id else ""


def _fallback(problem: Problem, language: str) -> str:
    texts = "".join(f"<p>{escape(text)}</p>" for text in problem.texts)
    links = "".join(f'<p><a href="{escape(link.href)}">{escape(link.label)}</a></p>' for link in problem.links)
    return _FALLBACK.format(language=language, title=escape(problem.title), texts=texts, links=links)
