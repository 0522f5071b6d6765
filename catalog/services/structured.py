"""Structured values: fees, deadlines, processing times, online services. Parsed strictly, stored as plain JSON.

Texts are German; the same key with `_en` is the English one. Units: amounts are euro cents, times are days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from catalog.resolution.values import Json

FEE_KINDS: Final = ("free", "fixed", "range", "table")
TRUST_LEVELS: Final = ("none", "basis", "substantiell", "hoch")
PAYMENTS: Final = ("none", "optional", "required", "later")
MAX_CENTS: Final = 100_000_000
MAX_DAYS: Final = 3650
_OWN_PATH: Final = re.compile(r"^/(?:[a-z0-9_-]+/)+$")
_TEXTS: Final = {"unit": 60, "basis": 200, "note": 500, "label": 200, "payment_note": 200}

Cleaned = dict[str, Json]


class WrongValueError(ValueError):
    """A value that can't be stored; the message tells an editor what to do."""


def clean_fee(data: object) -> Cleaned:
    """Check a fee. Raises: WrongValueError."""
    given = _mapping(data)
    kind = given.get("kind")
    if kind not in FEE_KINDS:
        raise WrongValueError(
            _("Wählen Sie aus, ob die Leistung kostenlos ist, einen Betrag, eine Spanne oder Staffel hat.")
        )
    amounts = {"fixed": {"amount_cents"}, "range": {"min_cents", "max_cents"}, "table": {"rows"}}.get(str(kind), set())
    _known(given, {"kind", "unit", "basis", "note", "sample", *amounts}, texts=("unit", "basis", "note"))
    cleaned: Cleaned = {"kind": str(kind)}
    if kind == "fixed":
        cleaned["amount_cents"] = _cents(given.get("amount_cents"))
    elif kind == "range":
        cleaned["min_cents"], cleaned["max_cents"] = _cents(given.get("min_cents")), _cents(given.get("max_cents"))
        if _cents(given.get("min_cents")) > _cents(given.get("max_cents")):
            raise WrongValueError(_("Der kleinste Betrag ist größer als der größte. Tauschen Sie die beiden Beträge."))
    elif kind == "table":
        cleaned["rows"] = _fee_rows(given.get("rows"))
    return {**cleaned, **_texts(given, "unit", "basis", "note"), **_sample(given)}


def _fee_rows(data: object) -> list[Json]:
    if not isinstance(data, list) or not data:
        raise WrongValueError(_("Eine Staffel braucht mindestens eine Zeile mit Bezeichnung und Betrag."))
    rows: list[Json] = []
    for one in data:
        given = _mapping(one)
        _known(given, {"label", "amount_cents", "unit"}, texts=("label", "unit"))
        if not str(given.get("label") or "").strip():
            raise WrongValueError(_("Jede Zeile der Staffel braucht eine Bezeichnung."))
        rows.append({**_texts(given, "label", "unit"), "amount_cents": _cents(given.get("amount_cents"))})
    return rows


def clean_deadline(data: object) -> Cleaned:
    """Check a deadline: `days` or None, and a note. Raises: WrongValueError."""
    given = _mapping(data)
    _known(given, {"days", "note", "sample"}, texts=("note",))
    days = given.get("days")
    cleaned = {"days": None if days is None else _days(days), **_texts(given, "note"), **_sample(given)}
    if days is None and not cleaned.get("note"):
        raise WrongValueError(_("Geben Sie die Frist in Tagen an oder beschreiben Sie sie in der Bemerkung."))
    return cleaned


def clean_processing_time(data: object) -> Cleaned:
    """Check a processing time: `min_days` to `max_days`, or only a note. Raises: WrongValueError."""
    given = _mapping(data)
    _known(given, {"min_days", "max_days", "note", "sample"}, texts=("note",))
    cleaned: Cleaned = {}
    shortest, longest = given.get("min_days"), given.get("max_days")
    if shortest is not None or longest is not None:
        low = _days(longest if shortest is None else shortest)
        high = _days(shortest if longest is None else longest)
        if low > high:
            raise WrongValueError(_("Die kürzeste Dauer ist länger als die längste. Tauschen Sie die beiden Angaben."))
        cleaned |= {"min_days": low, "max_days": high}
    cleaned |= {**_texts(given, "note"), **_sample(given)}
    if not cleaned.keys() - {"sample"}:
        raise WrongValueError(_("Geben Sie die Dauer in Tagen an oder beschreiben Sie sie in der Bemerkung."))
    return cleaned


def clean_online_service(data: object) -> Cleaned:
    """Check an online service: a form in the town's own portal by its path, or one elsewhere.

    Raises: WrongValueError, also for any other address than such a path, http and https.
    """
    given = _mapping(data)
    _known(given, {"url", "label", "trust_level", "payment", "payment_note"}, texts=("label", "payment_note"))
    trust_level, payment = given.get("trust_level") or "none", given.get("payment") or "none"
    if trust_level not in TRUST_LEVELS:
        raise WrongValueError(_("Wählen Sie eines der Vertrauensniveaus aus der Liste."))
    if payment not in PAYMENTS:
        raise WrongValueError(_("Wählen Sie eine der Angaben zur Bezahlung aus der Liste."))
    address = str(given.get("url") or "").strip()
    url = address if is_own_path(address) else clean_url(address)
    texts = _texts(given, "label", "payment_note")
    return {"url": url, **texts, "trust_level": str(trust_level), "payment": str(payment)}


CLEANERS: Final[Mapping[str, Callable[[object], Cleaned]]] = {
    "fee": clean_fee,
    "deadline": clean_deadline,
    "processing_time": clean_processing_time,
    "online_service": clean_online_service,
}


def is_own_path(address: str) -> bool:
    """Whether an address is a page of the town's own portal: a form here."""
    return len(address) <= 500 and _OWN_PATH.fullmatch(address) is not None


def clean_url(value: object) -> str:
    """Return an address of the web. Raises: WrongValueError for other schemes, a login, spaces, or great length."""
    text = str(value or "").strip()
    wrong = WrongValueError(_("Geben Sie eine vollständige Adresse an, die mit https:// oder http:// beginnt."))
    if len(text) > 500 or any(letter.isspace() or not letter.isprintable() for letter in text):
        raise wrong
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        _port = parts.port
    except ValueError as unreadable:
        raise wrong from unreadable
    if not usable or "\\" in text:
        raise wrong
    return text


def _mapping(data: object) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise WrongValueError(_("Diese Angabe hat mehrere Teile; sie kann kein einzelner Text sein."))
    return data


def _known(given: Mapping[str, Any], keys: set[str], *, texts: tuple[str, ...]) -> None:
    unknown = sorted(given.keys() - keys - {f"{name}_en" for name in texts})
    if unknown:
        raise WrongValueError(_("Diese Angabe gibt es hier nicht: {names}.").format(names=", ".join(map(str, unknown))))


def _texts(given: Mapping[str, Any], *names: str) -> Cleaned:
    found: Cleaned = {}
    for name in (key for base in names for key in (base, f"{base}_en")):
        text = " ".join(str(given.get(name) or "").split())
        limit = _TEXTS[name.removesuffix("_en")]
        if len(text) > limit:
            raise WrongValueError(_("Dieser Text ist länger als {limit} Zeichen. Kürzen Sie ihn.").format(limit=limit))
        if text:
            found[name] = text
    return found


def _sample(given: Mapping[str, Any]) -> Cleaned:
    return {"sample": True} if given.get("sample") is True else {}


def _cents(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_CENTS:
        raise WrongValueError(_("Geben Sie jeden Betrag in Euro an, zum Beispiel 48,00, und höchstens 1 Million Euro."))
    return value


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
        raise WrongValueError(_("Geben Sie die Zahl der Tage als ganze Zahl zwischen 0 und 3650 an."))
    return value
