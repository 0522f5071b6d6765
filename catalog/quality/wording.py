"""What the parts of a score say, and what to do next, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalog.decisions.presentation import NEUTRAL
from catalog.quality.scoring import Part, PartScore
from catalog.services.fields import FIELD_LABELS

PART_LABELS: Final[Mapping[Part, Promise]] = {
    Part.COMPLETENESS: gettext_lazy("Vollständigkeit"),
    Part.PLAIN_LANGUAGE: gettext_lazy("Verständliche Sprache"),
    Part.FEE: gettext_lazy("Kosten als Zahl"),
    Part.FRESHNESS: gettext_lazy("Aktualität"),
    Part.APPROVAL: gettext_lazy("Freigabe"),
    Part.LINKS: gettext_lazy("Links"),
    Part.TRANSLATIONS: gettext_lazy("Übersetzungen"),
}
_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartText:
    """A part in words. `advice` and `href` are empty where nothing is to be done."""

    label: str
    points: int
    weight: int
    finding: str
    advice: str
    href: str


def describe_part(one: PartScore, *, slug: str) -> PartText:
    """Return a part of a service's score in words, with the way to the field that wins the most."""
    finding, advice = _TEXTS[one.part](one.data)
    is_done = one.points >= 100
    return PartText(
        label=str(PART_LABELS[one.part]),
        points=one.points,
        weight=one.weight,
        finding=finding,
        advice="" if is_done else advice,
        href="" if is_done else _href(one, slug),
    )


def _href(one: PartScore, slug: str) -> str:
    """Lead to the field where that is known, to the list of links for links, else to the service."""
    if one.part is Part.LINKS:
        return reverse("catalog_quality:links")
    if one.data.get("missed"):
        return reverse("catalog_decisions:service", kwargs={"slug": slug}) + "#fassung"
    name = one.data.get("field")
    if not name:
        return reverse("catalog_decisions:service", kwargs={"slug": slug}) + "#felder"
    language = one.data.get("language") or NEUTRAL
    return reverse("catalog_decisions:field", kwargs={"slug": slug, "name": name, "language": language})


def _completeness(data: _Data) -> tuple[str, str]:
    missing = data.get("missing", ())
    if not missing:
        return _("Alle wesentlichen Angaben sind da."), ""
    names = _names(missing)
    return _("Es fehlt: {names}.").format(names=names), _("Ergänzen Sie: {names}.").format(names=names)


def _plain_language(data: _Data) -> tuple[str, str]:
    if data.get("empty"):
        return _("Es gibt noch keinen Text."), _("Schreiben Sie mindestens den Kurztext.")
    finding = _(
        "Lesbar ab Schulstufe {year} (LIX {lix}); lange Sätze: {long} von {sentences}; Sätze im Passiv: {passive}."
    ).format(
        year=_decimal(data["school_year"]),
        lix=_decimal(data["lix"]),
        long=data["long"],
        sentences=data["sentences"],
        passive=data["passive"],
    )
    if data["long"]:
        return finding, _("Teilen Sie Sätze mit mehr als 20 Wörtern. Beginnen Sie hier: {name}.").format(
            name=_field(data)
        )
    if data["passive"]:
        return finding, _(
            "Sagen Sie, wer etwas tut: „Wir prüfen“ statt „wird geprüft“. Beginnen Sie hier: {name}."
        ).format(name=_field(data))
    return finding, _("Ersetzen Sie lange Wörter durch kürzere. Beginnen Sie hier: {name}.").format(name=_field(data))


def _fee(data: _Data) -> tuple[str, str]:
    texts = {
        "known": (_("Die Kosten stehen als Zahl da und lassen sich vergleichen."), ""),
        "blank": (_("Die Kosten sind bewusst leer gelassen."), ""),
        "missing": (
            _("Es gibt keine Angabe zu den Kosten."),
            _("Tragen Sie den Betrag ein, oder wählen Sie „kostenlos“."),
        ),
        "sample": (
            _("Der Betrag ist eine Beispielangabe."),
            _("Tragen Sie den Betrag aus Ihrer Satzung oder Gebührenordnung ein."),
        ),
    }
    return texts[data.get("state", "known")]


def _freshness(data: _Data) -> tuple[str, str]:
    missed = data.get("missed", 0)
    if missed:
        return ngettext(
            "Sie bleiben bei Fassung {held} und verpassen {count} Änderung von oben.",
            "Sie bleiben bei Fassung {held} und verpassen {count} Änderungen von oben.",
            missed,
        ).format(held=data["held"], count=missed), _(
            "Sehen Sie nach, was sich geändert hat, und verwenden Sie die neueste Fassung, wenn es bei Ihnen stimmt."
        )
    day = _day(data)
    if day is None:
        return _("Es ist nicht bekannt, wann die Texte zuletzt geändert wurden."), _("Prüfen Sie die Texte.")
    finding = _("Zuletzt geändert am {day}.").format(day=day)
    return finding, _("Prüfen Sie, ob alles noch stimmt, und passen Sie an, was sich geändert hat.")


def _approval(data: _Data) -> tuple[str, str]:
    day = _day(data)
    advice = _("Bitten Sie die Katalogredaktion Ihrer Region, die Leistung zu prüfen und fachlich freizugeben.")
    if day is None:
        return _("Die Leistung wurde noch nie fachlich freigegeben."), advice
    return _("Fachlich freigegeben am {day}.").format(day=day), advice


def _links(data: _Data) -> tuple[str, str]:
    count, broken, unknown = data.get("links", 0), len(data.get("broken", ())), data.get("unknown", 0)
    if broken:
        finding = ngettext("{count} Link funktioniert nicht.", "{count} Links funktionieren nicht.", broken)
        return finding.format(count=broken), _("Sehen Sie in der Liste nach, und ändern oder entfernen Sie den Link.")
    if not count:
        return _("Die Texte haben keine Links."), ""
    if unknown:
        return _("Kein Link ist als fehlerhaft bekannt; noch nicht geprüft: {unknown} von {count}.").format(
            unknown=unknown, count=count
        ), ""
    return ngettext("Der Link funktioniert.", "Alle {count} Links funktionieren.", count).format(count=count), ""


def _translations(data: _Data) -> tuple[str, str]:
    english, easy = data.get("english", ()), data.get("easy", ())
    parts = []
    if english:
        parts.append(_("Englisch fehlt: {names}.").format(names=_names(english)))
    if easy:
        parts.append(_("Leichte Sprache fehlt: {names}.").format(names=_names(easy)))
    if not parts:
        return _("Englisch und Leichte Sprache sind da."), ""
    advice = (
        _("Übersetzen Sie die fehlenden Angaben ins Englische.")
        if english
        else _("Lassen Sie die fehlenden Texte in Leichte Sprache übertragen.")
    )
    return " ".join(parts), advice


_TEXTS: Final[Mapping[Part, Callable[[_Data], tuple[str, str]]]] = {
    Part.COMPLETENESS: _completeness,
    Part.PLAIN_LANGUAGE: _plain_language,
    Part.FEE: _fee,
    Part.FRESHNESS: _freshness,
    Part.APPROVAL: _approval,
    Part.LINKS: _links,
    Part.TRANSLATIONS: _translations,
}


def _names(fields: Sequence[str]) -> str:
    return ", ".join(str(FIELD_LABELS.get(name, name)) for name in fields)


def _field(data: _Data) -> str:
    return _names([data["field"]])


def _day(data: _Data) -> str | None:
    given = data.get("day")
    return format_date(dt.date.fromisoformat(given), format="long", locale=_locale()) if given else None


def _decimal(value: float) -> str:
    return str(format_decimal(value, format="0.0", locale=_locale()))


def _locale() -> str:
    return "en_GB" if (get_language() or "de").startswith("en") else "de_DE"
