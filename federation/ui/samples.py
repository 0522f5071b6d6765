"""What the gallery shows: invented data in the shapes that pages hand to the macros."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from federation.ui.chrome import ChosenMunicipality, Chrome, Language, NavEntry, Pilot
from federation.ui.icons import TOPIC_ICONS

LONG_WORD: Final = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung"

_LANGUAGES: Final = tuple(
    Language(code=code, label=label, url="#kopf", absolute_url="", current=code == "de")
    for code, label in (("de", "Deutsch"), ("en", "English"))
)
HEADER: Final = Chrome(
    kind="tenant",
    site_name="Musterstadt",
    claim="Online-Bürgerportal",
    initials="MU",
    navigation=(
        NavEntry("Startseite", "#kopf", current=True),
        NavEntry("Leistungen von A bis Z", "#kopf"),
        NavEntry("Kontakt", "#kopf"),
    ),
    access_links=(
        NavEntry("Leichte Sprache", "#kopf", icon="easy-language"),
        NavEntry("Gebärdensprache", "#kopf", icon="sign-language"),
    ),
    languages=_LANGUAGES,
    umbrella=NavEntry("Portalregion Musterland", "#kopf"),
    municipality=ChosenMunicipality("Musterstadt", "#kopf", "#kopf"),
    pilot=Pilot("Dieses Portal wird gerade erprobt. Sagen Sie uns, was gut klappt und was fehlt.", "#banner"),
)

TOPICS: Final = (
    ("familie_kind", "Familie und Kind", 24),
    ("bauen_wohnen", "Bauen und Wohnen", 18),
    ("steuern_zoll", "Steuern und Abgaben", 9),
    ("gesundheit", "Gesundheit und Soziales", 14),
    ("mobilitaet_reisen", "Mobilität und Reisen", 11),
    ("umwelt", "Umwelt", 7),
    ("recht_ordnung", "Recht und Ordnung", 1),
    ("unternehmensfuehrung_entwicklung", "Unternehmensführung und Entwicklung", 12),
    ("arbeit_ruhestand", "Arbeit und Ruhestand", 6),
    ("bildung", "Bildung", 8),
    ("ein_auswanderung", "Ein- und Auswanderung", 5),
    ("engagement_hobby", "Engagement und Hobby", 3),
    ("forschung_foerderung", "Forschung und Förderung", 2),
    ("querschnittsleistungen", LONG_WORD, 0),
)

VALUES: Final = (
    {
        "label": "Gebühr",
        "value": "96,00 € im Jahr für den ersten Hund",
        "own": True,
        "source": "eigene Abweichung",
        "changed_at": date(2026, 3, 4),
        "author": "Petra Beispiel",
        "beneath": "90,00 € im Jahr für den ersten Hund",
    },
    {
        "label": "Kurztext",
        "value": Markup("<p>Wer einen Hund hält, muss ihn bei der Kommune <strong>anmelden</strong>.</p>"),
        "own": False,
        "source": "aus dem Katalog der Region Emscher-Lippe",
        "changed_at": date(2026, 1, 12),
    },
    {"label": "Rechtsgrundlage", "value": LONG_WORD, "own": False, "source": "vom Bund", "locked": True},
    {"label": "Hinweise", "value": "", "own": False, "source": "aus dem Katalog der Region", "missing": True},
)

OPTIONS: Final = (("", "Bitte wählen"), ("a", "Personalausweis"), ("b", "Reisepass"), ("c", LONG_WORD))
CHOICES: Final = (
    {"value": "post", "label": "Mit der Post", "hint": "Dauert etwa drei Werktage."},
    {"value": "abholung", "label": "Selbst abholen", "selected": True},
    {"value": "elektronisch", "label": "Elektronisch", "disabled": True},
)

FIELDS: Final[tuple[Mapping[str, Any], ...]] = (
    {"name": "name", "label": "Name", "required": True, "autocomplete": "name", "value": "Kim Muster"},
    {"name": "mail", "label": "E-Mail", "kind": "email", "autocomplete": "email", "hint": "Für Rückfragen."},
    {"name": "telefon", "label": "Telefon", "kind": "tel", "autocomplete": "tel"},
    {"name": "seite", "label": "Internetseite", "kind": "url"},
    {"name": "kennwort", "label": "Passwort", "kind": "password", "required": True, "autocomplete": "off"},
    {"name": "anzahl", "label": "Anzahl der Hunde", "kind": "number", "width": "4", "value": 1, "required": True},
    {"name": "betrag", "label": "Betrag", "suffix": "€", "width": "4", "value": "96,00", "required": True},
    {"name": "text", "label": LONG_WORD, "kind": "textarea", "rows": 3},
    {"name": "ausweis", "label": "Ausweis", "kind": "select", "options": OPTIONS, "required": True},
    {"name": "versand", "label": "Zustellung", "kind": "radios", "options": CHOICES, "required": True},
    {"name": "rassen", "label": "Angaben zum Hund", "kind": "checkboxes", "options": CHOICES},
    {"name": "einwilligung", "label": "Ich habe die Hinweise gelesen.", "kind": "checkbox", "required": True},
    {"name": "datei", "label": "Nachweis hochladen", "kind": "file", "hint": "PDF, JPG oder PNG, höchstens 10 MB."},
    {
        "name": "geburt",
        "label": "Geburtsdatum",
        "kind": "date_parts",
        "hint": "Zum Beispiel 27 3 1984",
        "value": {"day": "", "month": "", "year": ""},
        "required": True,
    },
    {"name": "tag", "label": "Gültig ab", "kind": "date"},
    {"name": "fest", "label": "Aktenzeichen", "value": "2026-0815", "readonly": True, "required": True},
    {"name": "aus", "label": "Nicht änderbar", "value": "gesperrt", "disabled": True, "required": True},
)

ERROR: Final = "Bitte füllen Sie dieses Feld aus."


def fields_with_errors() -> list[dict[str, Any]]:
    """Return the fields that a person can fill in, each refused."""
    fillable = [one for one in FIELDS if not one.get("disabled") and not one.get("readonly")]
    return [{**one, "name": f"{one['name']}_fehler", "errors": (ERROR,)} for one in fillable]


def topics() -> list[dict[str, Any]]:
    """Return all topics with their icons, one with a word too long for a card."""
    return [{"code": code, "label": label, "count": count} for code, label, count in TOPICS if code in TOPIC_ICONS]


SUGGESTIONS: Final = (
    {"label": "Hund anmelden", "href": "#suche-bereich", "hint": "Leistung", "icon": "document"},
    {"label": "Hund abmelden", "href": "#suche-bereich", "hint": "Leistung", "icon": "document"},
    {"label": "Hundesteuer", "href": "#suche-bereich", "hint": "Leistung", "icon": "document"},
    {"label": "Gladbeck", "href": "#suche-bereich", "hint": "Kommune", "icon": "pin"},
    {"label": "Dorsten", "href": "#suche-bereich", "hint": "Kommune", "icon": "pin"},
)
