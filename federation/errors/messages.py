"""What the pages say: what happened, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tenants.errors import DomainError, InvalidInput


class Link(NamedTuple):
    """A way on from an error page."""

    label: str
    href: str


@dataclass(frozen=True)
class Problem:
    """One failure as every form of answer shows it. `code` is for machines, title and texts are for people."""

    status: int
    code: str
    title: str
    texts: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    icon: str = "info"
    retry_after_seconds: int | None = None
    shows_request_id: bool = False
    data: Mapping[str, object] = field(default_factory=dict)


def bad_request_problem() -> Problem:
    """Say that the request could not be understood."""
    return Problem(
        400,
        "bad_request",
        _("Diese Anfrage verstehen wir nicht"),
        (_("Bitte gehen Sie zurück und versuchen Sie es noch einmal."),),
    )


def method_problem() -> Problem:
    """Say that an address takes forms only: somebody has opened or reloaded what comes after one was sent."""
    return Problem(
        405,
        "method_not_allowed",
        _("Diese Seite lässt sich so nicht öffnen"),
        (
            _("Sie erscheint nur, nachdem ein Formular abgesendet wurde."),
            _("Gehen Sie zurück, oder beginnen Sie auf der Startseite. Abgesendet wurde gerade nichts."),
        ),
        (start_link(),),
    )


def not_found_problem() -> Problem:
    """Say that there is no such page, and where to look."""
    return Problem(
        404,
        "not_found",
        _("Diese Seite gibt es nicht"),
        (
            _("Vielleicht haben Sie sich vertippt, oder die Seite wurde verschoben."),
            _("Prüfen Sie die Adresse oder beginnen Sie auf der Startseite."),
        ),
        (start_link(),),
        icon="search",
    )


def not_allowed_problem() -> Problem:
    """Say that a right is missing."""
    return Problem(
        403,
        "not_allowed",
        _("Dafür fehlt Ihnen die Berechtigung"),
        (_("Wenn Sie die Berechtigung brauchen, wenden Sie sich an Ihre Administration."),),
        (start_link(),),
    )


def csrf_problem() -> Problem:
    """Say that a form was not accepted because its proof of origin is missing or old."""
    return Problem(
        403,
        "csrf_failed",
        _("Ihre Eingabe wurde nicht angenommen"),
        (
            _("Die Seite war zu lange offen, oder Ihr Browser nimmt keine Cookies an."),
            _("Bitte gehen Sie zurück, laden Sie die Seite neu und senden Sie Ihre Eingabe noch einmal ab."),
        ),
    )


def server_problem() -> Problem:
    """Say that the fault is ours, and give the number under which it is found in the logs."""
    return Problem(
        500,
        "server_error",
        _("Hier ist etwas schiefgegangen"),
        (
            _("Der Fehler liegt bei uns und wurde aufgezeichnet."),
            _retry_text(),
        ),
        icon="warning",
        shows_request_id=True,
    )


def unavailable_problem() -> Problem:
    """Say that something we need does not answer at the moment."""
    return Problem(
        503,
        "unavailable",
        _("Das Portal ist gerade nicht erreichbar"),
        (
            _("Wir arbeiten daran."),
            _retry_text(),
        ),
        icon="warning",
        retry_after_seconds=30,
        shows_request_id=True,
    )


def _retry_text() -> str:
    """Return what to do next. A page can fail after its data was saved, so nothing is promised about them."""
    return _(
        "Bitte versuchen Sie es in einigen Minuten noch einmal. "
        "Wenn Sie gerade etwas abgesendet haben, prüfen Sie vorher, ob es angekommen ist."
    )


def domain_problem(error: DomainError) -> Problem:
    """Return an expected failure with its own message under the title of its kind."""
    wait = error.data.get("retry_after_seconds")
    fields = error.fields if isinstance(error, InvalidInput) else {}
    texts = (error.user_message, *(message for messages in fields.values() for message in messages))
    return Problem(
        int(error.http_status),
        error.code,
        _domain_title(int(error.http_status)),
        tuple(str(text) for text in texts),
        (start_link(),) if error.http_status in {403, 404} else (),
        icon="search" if error.http_status == 404 else "info",
        retry_after_seconds=wait if isinstance(wait, int) else None,
        data=error.data,
    )


def start_link() -> Link:
    """Return the way to the start page in the language in force."""
    return Link(_("Zur Startseite"), "/en/" if _is_english() else "/")


def _is_english() -> bool:
    return (get_language() or "de").startswith("en")


def _domain_title(status: int) -> str:
    titles = {
        403: _("Dafür fehlt Ihnen die Berechtigung"),
        404: _("Das haben wir nicht gefunden"),
        409: _("Das hat sich inzwischen geändert"),
        422: _("Bitte prüfen Sie Ihre Eingabe"),
        429: _("Bitte warten Sie einen Moment"),
        502: _("Ein anderer Dienst hat abgelehnt"),
        503: _("Ein anderer Dienst antwortet gerade nicht"),
    }
    return titles.get(status, _("Das hat nicht geklappt"))
