"""The gallery: every component in every state, for developers, designers and axe."""

from xml.etree import ElementTree as ET

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from federation.ui import samples
from federation.ui.environment import SPRITE

SECTIONS = (
    ("kopf", _("Kopf und Banner"), "header"),
    ("aktionen", _("Schaltflächen und Links"), "actions"),
    ("meldungen", _("Meldungen"), "messages"),
    ("karten", _("Karten und Themen"), "cards"),
    ("wege", _("Navigation"), "navigation"),
    ("suche-bereich", _("Suche und Filter"), "search"),
    ("formulare", _("Formulare"), "forms"),
    ("formularfehler", _("Formulare mit Fehlern"), "form_errors"),
    ("daten", _("Tabellen und Listen"), "data"),
    ("herkunft", _("Werte mit Herkunft"), "provenance"),
    ("texte", _("Texte"), "text"),
    ("dunkel", _("Dunkle Darstellung"), "dark"),
    ("symbole", _("Symbole"), "icons"),
)


def _icon_names() -> list[str]:
    path = finders.find(SPRITE)
    if path is None:
        return []
    root = ET.parse(path).getroot()  # noqa: S314 -- our own file
    return [str(symbol.get("id")) for symbol in root]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    context = {
        "samples": samples,
        "sections": [{"id": id_, "title": title, "part": part} for id_, title, part in SECTIONS],
        "icon_names": _icon_names(),
    }
    return render(request, "ui/gallery.html", context)


@require_safe
def gallery_suggestions(request: HttpRequest) -> HttpResponse:
    """Answer the gallery's search field as pages do."""
    words = request.GET.get("q", "").strip().lower()
    found = [one for one in samples.SUGGESTIONS if words and words in one["label"].lower()]
    return render(request, "ui/gallery/_suggestions.html", {"items": found})
