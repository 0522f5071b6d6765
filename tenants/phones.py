"""Telephone numbers as people type and read them, and as phones dial them."""

from __future__ import annotations

from typing import Final

import phonenumbers
from django.utils.translation import gettext as _

_COUNTRY: Final = "DE"
# 115 reaches every authority in Germany, without an area code.
_AUTHORITIES: Final = 115


def parse_phone(text: str) -> str:
    """Return a telephone number as E.164 (`+4922147101500`).

    Raises: ValueError with a sentence for people when it can't be dialled.
    """
    try:
        number = phonenumbers.parse(text, _COUNTRY)
    except phonenumbers.NumberParseException as wrong:
        raise ValueError(_("Geben Sie eine Telefonnummer mit Vorwahl ein, zum Beispiel 02043 990.")) from wrong
    with_area_code = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not with_area_code and number.national_number != _AUTHORITIES:
        raise ValueError(_("Diese Telefonnummer ist zu kurz oder zu lang. Prüfen Sie Vorwahl und Ziffern."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable_phone(stored: str) -> str:
    """Write a stored number as people in Germany read it, numbers abroad with their country code."""
    if not stored:
        return ""
    number = phonenumbers.parse(stored, _COUNTRY)
    is_german = phonenumbers.region_code_for_number(number) == _COUNTRY or number.country_code == 49
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_german else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
