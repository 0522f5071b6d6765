"""The gallery: every component in every state, for developers, designers and axe."""

from xml.etree import ElementTree as ET

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from federation.ui import samples
from federation.ui.environment import SPRITE

SECTIONS = (
    ("kopf", "Kopf und Banner", "header"),
    ("aktionen", "Schaltflächen und Links", "actions"),
    ("meldungen", "Meldungen", "messages"),
    ("karten", "Karten und Themen", "cards"),
    ("wege", "Navigation", "navigation"),
    ("suche-bereich", "Suche und Filter", "search"),
    ("formulare", "Formulare", "forms"),
    ("formularfehler", "Formulare mit Fehlern", "form_errors"),
    ("daten", "Tabellen und Listen", "data"),
    ("herkunft", "Werte mit Herkunft", "provenance"),
    ("texte", "Texte", "text"),
    ("dunkel", "Dunkle Darstellung", "dark"),
    ("symbole", "Symbole", "icons"),
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
