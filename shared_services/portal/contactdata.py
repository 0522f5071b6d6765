"""Check and write contact data: telephone numbers, e-mail and web addresses. No database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from tenants.phones import parse_phone

TEXT_FIELDS: Final[Mapping[str, int]] = {"unit": 120, "street": 200, "town": 120, "representative": 200}
EMAIL_FIELDS: Final = ("email", "accessibility_email", "privacy_email")
URL_FIELDS: Final = ("website_url", "app_url", "council_url")
CONTACT_FIELDS: Final = (*TEXT_FIELDS, "postcode", "phone", *EMAIL_FIELDS, *URL_FIELDS)

_POSTCODE: Final = re.compile(r"\d{5}")
_is_web_address = URLValidator(schemes=["http", "https"])
_URL_LENGTH: Final = 500


def check_contact(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the values as they are stored, and messages by field for those that can't be."""
    given = {name: values.get(name, "").strip() for name in CONTACT_FIELDS}
    errors = {name: [message] for name, value in given.items() if value and (message := _problem(name, value))}
    clean = {name: value for name, value in given.items() if name not in errors}
    if clean.get("phone"):
        clean["phone"] = parse_phone(clean["phone"])
    return clean, errors


def _problem(name: str, value: str) -> str:
    if name in TEXT_FIELDS:
        return _text_problem(value, TEXT_FIELDS[name])
    if name in EMAIL_FIELDS:
        return _checked(
            validate_email, value, _("Geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel rathaus@stadt.de.")
        )
    if name in URL_FIELDS:
        return web_address_problem(value)
    if name == "postcode":
        return "" if _POSTCODE.fullmatch(value) else _("Eine Postleitzahl hat fünf Ziffern.")
    return _phone_problem(value)


def _text_problem(value: str, limit: int) -> str:
    if len(value) <= limit:
        return ""
    return _("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=limit)


def _phone_problem(value: str) -> str:
    try:
        parse_phone(value)
    except ValueError as wrong:
        return str(wrong)
    return ""


def web_address_problem(value: str) -> str:
    """Return what is wrong with a web address, or "". Only http and https lead to a web page."""
    if len(value) > _URL_LENGTH:
        return _text_problem(value, _URL_LENGTH)
    return _checked(_is_web_address, value, _("Geben Sie eine Adresse ein, die mit https:// oder http:// beginnt."))


def _checked(check: Callable[[str], None], value: str, message: str) -> str:
    try:
        check(value)
    except ValidationError:
        return message
    return ""
