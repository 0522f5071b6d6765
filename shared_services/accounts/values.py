"""What people may say of themselves: each value is checked and written the same way. No database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.accounts.models import AttributeName
from tenants.errors import InvalidInput
from tenants.phones import parse_phone

if TYPE_CHECKING:
    from schwifty import IBAN

GERMANY: Final = "Deutschland"
_LENGTH: Final = 120
_FIRST_DAY: Final = date(1900, 1, 1)
_GERMAN_POSTCODE: Final = re.compile(r"[0-9]{5}")
_POSTCODE: Final = re.compile(r"[0-9A-Za-z -]{2,10}")
# Letters with marks and digits, but no control characters and nothing that belongs to markup.
_UNWANTED: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029<>]")


def check_values(values: Mapping[str, str], *, checks: Mapping[str, Callable[[str], str]]) -> dict[str, str]:
    """Return the values as they are kept, blanks put in order; empty ones stay empty.

    Raises: InvalidInput with a sentence at each field that can't be kept.
    """
    clean, problems = {}, {}
    for name, value in values.items():
        plain = " ".join(value.split())
        try:
            clean[name] = checks.get(name, check_text)(plain) if plain else ""
        except ValueError as wrong:
            problems[name] = [str(wrong)]
    if problems:
        raise InvalidInput(_("Bitte prüfen Sie Ihre Angaben."), code="bad_values", data={"fields": problems})
    return clean


def require_values(values: Mapping[str, str], *, names: Mapping[str, str]) -> None:
    """Raises: InvalidInput at each field that is empty; `names` has the sentence for each field that must be filled."""
    missing = {name: [sentence] for name, sentence in names.items() if not values.get(name, "").strip()}
    if missing:
        raise InvalidInput(_("Bitte prüfen Sie Ihre Angaben."), code="missing_values", data={"fields": missing})


def check_text(value: str) -> str:
    """Return a line of text. Raises: ValueError with a sentence for people, as all checks here."""
    if _UNWANTED.search(value):
        raise ValueError(_("Lassen Sie spitze Klammern und Steuerzeichen weg."))
    if len(value) > _LENGTH:
        raise ValueError(_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=_LENGTH))
    return value


def check_birth_date(value: str) -> str:
    """Return a day that was, as ISO 8601."""
    try:
        day = date.fromisoformat(value)
    except ValueError as wrong:
        raise ValueError(_("Geben Sie ein Datum mit Tag, Monat und Jahr ein.")) from wrong
    if not _FIRST_DAY <= day <= timezone.localdate():
        raise ValueError(_("Das Geburtsdatum liegt in der Zukunft oder zu weit zurück. Prüfen Sie das Jahr."))
    return day.isoformat()


def check_postcode(value: str) -> str:
    """Return a postcode of any country; whether a German one has five digits is asked where the country is known."""
    if not _POSTCODE.fullmatch(value):
        raise ValueError(_("Eine Postleitzahl hat zwei bis zehn Ziffern oder Buchstaben."))
    return value.upper()


def check_iban(value: str) -> str:
    """Return an IBAN without blanks."""
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415 -- see `_parsed`

    try:
        return str(_parsed(value))
    except SchwiftyException as wrong:
        raise ValueError(
            _("Diese IBAN stimmt nicht. Vergleichen Sie sie mit Ihrer Bankkarte: Oft sind zwei Ziffern vertauscht.")
        ) from wrong


def require_postcode_of_country(values: Mapping[str, str]) -> None:
    """Raises: InvalidInput (field `postcode`) for a German one without five digits. No country is Germany."""
    postcode, country = values.get("postcode", ""), values.get("country", "") or GERMANY
    if postcode and country.casefold() in {GERMANY.casefold(), "de", "germany"}:
        if _GERMAN_POSTCODE.fullmatch(postcode):
            return
        sentence = _("Eine Postleitzahl hat fünf Ziffern.")
        raise InvalidInput(sentence, code="postcode", data={"fields": {"postcode": [sentence]}})


def mask_iban(iban: str) -> str:
    """Return an IBAN of which only country and the last four can be read."""
    return f"{iban[:2]}•• •••• {iban[-4:]}" if len(iban) > 8 else "••••"


def readable_iban(iban: str) -> str:
    """Return an IBAN in groups of four, as bank cards show it."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def bank_name(iban: str) -> str:
    """Return the name of the bank of an IBAN, or "" when it is not known."""
    from schwifty.exceptions import SchwiftyException  # noqa: PLC0415 -- see `_parsed`

    try:
        return _parsed(iban).bank_name or ""
    except SchwiftyException:
        return ""  # a provider may have said it


def _parsed(value: str) -> IBAN:
    from schwifty import IBAN  # noqa: PLC0415 -- its list of countries would cost every start
    from schwifty.exceptions import InvalidStructure  # noqa: PLC0415 -- see above

    if not value.isascii():  # it takes digits of every script
        raise InvalidStructure(value)
    return IBAN(value)


ATTRIBUTE_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    AttributeName.BIRTH_DATE: check_birth_date,
    AttributeName.POSTCODE: check_postcode,
    AttributeName.PHONE: parse_phone,
    AttributeName.IBAN: check_iban,
}
