"""Check and clean the value of any field before it is stored, whichever layer it is for."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from catalog.resolution.values import FIELDS, FieldSpec, Json
from catalog.services.fields import FIELD_LABELS
from catalog.services.richtext import clean_rich_text, plain_text
from catalog.services.structured import CLEANERS, WrongValueError
from tenants.errors import InvalidInput

MAX_LENGTHS: Final = {"line": 150, "text": 400, "rich": 30_000}
MAX_WORDS: Final = 60
MAX_WORD_LENGTH: Final = 80


def get_spec(field: str, language: str) -> FieldSpec:
    """Return the field's specification.

    Raises: InvalidInput for a field that does not exist, or a language that it does not have.
    """
    spec = FIELDS.get(field)
    if spec is None:
        raise wrong_field(field, _("Dieses Feld gibt es nicht. Wählen Sie ein Feld aus der Liste der Leistung."))
    if language not in spec.languages:
        raise wrong_field(field, _("Dieses Feld gibt es nicht in dieser Sprache."))
    return spec


def clean_value(field: str, language: str, value: object) -> Json:
    """Return the value as it is stored. None stays None: the field is left empty on purpose.

    Raises: InvalidInput with the message under `data["fields"][field]`.
    """
    spec = get_spec(field, language)
    if value is None:
        if field == "title":
            raise wrong_field(field, _("Der Titel kann nicht leer bleiben."))
        return None
    try:
        return _clean(spec, value)
    except WrongValueError as wrong:
        raise wrong_field(field, str(wrong)) from wrong


def wrong_field(field: str, message: str) -> InvalidInput:
    """Return the error for one field."""
    label = FIELD_LABELS.get(field, field)
    return InvalidInput(f"{label}: {message}", data={"fields": {field: [message]}})


def _clean(spec: FieldSpec, value: object) -> Json:
    if spec.shape in CLEANERS:
        return CLEANERS[spec.shape](value)
    if spec.shape == "words":
        return _clean_words(value)
    if not isinstance(value, str):
        raise WrongValueError(_("Hier gehört ein Text hin."))
    text = clean_rich_text(value) if spec.shape == "rich" else " ".join(value.split())
    if not (plain_text(text) if spec.shape == "rich" else text):
        raise WrongValueError(
            _("Geben Sie einen Text ein. Soll das Feld leer bleiben, wählen Sie „bewusst leer lassen“.")
        )
    if len(text) > MAX_LENGTHS[spec.shape]:
        limit = MAX_LENGTHS[spec.shape]
        raise WrongValueError(_("Dieser Text ist länger als {limit} Zeichen. Kürzen Sie ihn.").format(limit=limit))
    return text


def _clean_words(value: object) -> list[Json]:
    if not isinstance(value, list | tuple):
        raise WrongValueError(_("Hier gehört eine Liste von Wörtern hin."))
    words = dict.fromkeys(" ".join(str(word).split()) for word in value)
    words.pop("", None)
    if not words:
        raise WrongValueError(_("Geben Sie mindestens ein Suchwort ein, jedes in eine eigene Zeile."))
    if len(words) > MAX_WORDS or any(len(word) > MAX_WORD_LENGTH for word in words):
        raise WrongValueError(_("Höchstens 60 Suchwörter mit je höchstens 80 Zeichen sind möglich."))
    return list(words)
