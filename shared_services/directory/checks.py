"""Check what an editor entered about an office or a person. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _

from shared_services.portal.contactdata import check_contact
from shared_services.portal.hours import Span, overlapping
from shared_services.portal.texts import clean_texts

NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 1000
_CONTACT: Final = ("street", "postcode", "town", "phone", "email", "website_url")
_LIMITS: Final[Mapping[str, int]] = {"role": 200, "covers": 200, "room": 60}

Errors = dict[str, list[str]]


def check_texts(values: Mapping[str, str], names: Sequence[str]) -> tuple[dict[str, str], Errors]:
    """Return the named texts as they are stored, and messages by field; the name itself must be there."""
    checked, problems = check_contact({name: values.get(name, "") for name in _CONTACT if name in names})
    errors: Errors = {name: messages for name, messages in problems.items() if name in names}
    clean = {}
    for name in names:
        clean[name] = checked.get(name, "") if name in _CONTACT else " ".join(values.get(name, "").split())
    if not clean["name"]:
        errors["name"] = [_("Geben Sie einen Namen ein.")]
    for name, limit in {"name": NAME_LENGTH, **_LIMITS}.items():
        if len(clean.get(name, "")) > limit:
            errors[name] = [_too_long(limit)]
    return clean, errors


def check_languages(field: str, texts: Mapping[str, str]) -> tuple[dict[str, str], Errors]:
    """Return texts by language as they are stored, and messages by `field_de`, `field_en`."""
    clean = clean_texts(texts)
    wrong = {f"{field}_{code}": [_too_long(TEXT_LENGTH)] for code, text in clean.items() if len(text) > TEXT_LENGTH}
    return clean, wrong


def check_week(week: Mapping[int, Sequence[Span]]) -> Errors:
    """Return messages by `day_1` to `day_7`."""
    errors: Errors = {}
    for day, spans in week.items():
        if any(span.opens >= span.closes for span in spans):
            errors[f"day_{day}"] = [_("Das Ende muss nach dem Beginn liegen.")]
        elif overlapping(spans):
            errors[f"day_{day}"] = [_("Die beiden Zeiten überschneiden sich.")]
    return errors


def _too_long(limit: int) -> str:
    return _("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=limit)
