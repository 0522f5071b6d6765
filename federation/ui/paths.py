"""Addresses of pages in the page's language, and the same page in the other one."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from federation.ui.chrome import Language, NavEntry

# Each language by its own name, so that those who need it can read it: never translated.
_NAMES = {"de": "Deutsch", "en": "English"}


def language_code() -> str:
    """Return the page's language: one of LANGUAGES, German if none is active."""
    active = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return active if active in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_language(path: str, code: str) -> str:
    """Return a path in a language: German at the root, the others under their code."""
    bare = path
    for other in dict(settings.LANGUAGES):
        if other != settings.LANGUAGE_CODE and (path == f"/{other}" or path.startswith(f"/{other}/")):
            bare = path[len(other) + 1 :] or "/"
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"


def here(path: str) -> str:
    """Return a German path in the page's language."""
    return in_language(path, language_code())


def german_path(request: HttpRequest) -> str:
    """Return the path of a request without its language."""
    return in_language(request.path, settings.LANGUAGE_CODE)


def entry(request: HttpRequest, label: str, path: str, *, icon: str = "", exact: bool = False) -> NavEntry:
    """Build a link of a navigation, marked when the request is at it or (unless exact) below it."""
    current = german_path(request)
    is_current = current == path if exact or path == "/" else current.startswith(path)
    return NavEntry(label=label, url=here(path), current=is_current, icon=icon)


def languages(request: HttpRequest) -> tuple[Language, ...]:
    """List the page in every language; the query goes along, so that a search stays the same search."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    found = []
    for code in dict(settings.LANGUAGES):
        path = in_language(request.path, code)
        found.append(
            Language(
                code=code,
                label=_NAMES.get(code, code),
                url=path + query,
                absolute_url=request.build_absolute_uri(path),
                current=code == language_code(),
            )
        )
    return tuple(found)
