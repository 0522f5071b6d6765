"""The export of an account as a PDF that screen readers read: tagged, with title and language (PDF/UA-1, PDF/A-2a).

Set by Typst, which comes as a wheel with its fonts and needs nothing of the machine (docs/adr/0017).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog
from babel.dates import format_datetime
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from shared_services.accounts.looks import LookedAt, LookReason
from shared_services.accounts.models import AttributeName, BusinessProof
from shared_services.accounts.personaldata import part_label
from shared_services.identity.citizen.data_presentation import level_name, proof_name, source_name
from shared_services.identity.citizen.presentation import device_name, event_name
from shared_services.identity.citizen.rights_texts import day_in_words, locale
from shared_services.identity.keycloak.known import provider_name
from tenants.trust import parse_trust_level

log = structlog.get_logger(__name__)

_TEMPLATE: Final = Path(__file__).resolve().parent / "data" / "account.typ"
Row = list[str]


def write_pdf(found: Mapping[str, Any], *, portal: str) -> bytes:
    """Return an export (see `accounts.export`) as a PDF in the reader's language. `portal` is the region's name."""
    import typst  # noqa: PLC0415 -- a large library that few processes need

    contents = {
        "title": _("Meine Daten bei {portal}").format(portal=portal),
        "language": (translation.get_language() or "de")[:2],
        "lead": _("Alles, was zu Ihrem Konto gespeichert ist. Stand: {when}.").format(when=_time(found["created_at"])),
        "nothing": _("Hier ist nichts gespeichert."),
        "page": _("Seite"),
        "sections": [
            {"title": title, "note": note, "columns": columns, "rows": rows}
            for title, note, columns, rows in _sections(found)
        ],
    }
    inputs = {"data": json.dumps(contents, ensure_ascii=False)}
    try:
        # Both at once: readable in fifty years, and by everybody today.
        made = typst.compile(_template(), sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError as refused:
        # A letter that no font has: the standards forbid to show a box for it. Tagged it is all the same.
        log.warning("identity.pdf_without_standard", error=str(refused)[:100])
        made = typst.compile(_template(), sys_inputs=inputs)
    return bytes(made)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


def _sections(found: Mapping[str, Any]) -> Iterable[tuple[str, str, Row, list[Row]]]:
    pair = [_("Angabe"), _("Wert")]
    yield _("Konto"), "", pair, _account(found["account"])
    yield (
        _("Angaben"),
        _("Je sicherer eine Angabe geprüft ist, desto höher ist ihr Vertrauensniveau."),
        [*pair, _("Vertrauensniveau"), _("Von"), _("Seit")],
        [_attribute(one) for one in found["attributes"]],
    )
    yield _("Haushalt"), "", [_("Name"), _("Geburtsdatum"), _("Geändert")], [_member(one) for one in found["household"]]
    yield _("Unternehmen"), "", [_("Name"), _("Nachweis"), _("Geändert")], [_company(one) for one in found["companies"]]
    yield _("Anmeldung"), "", pair, _sign_in(found["sign_in"])
    columns = [_("Gerät"), _("Portal"), _("Angemeldet"), _("Beendet")]
    yield _("Sitzungen"), "", columns, [_session(one) for one in found["sessions"]]
    columns = [_("Wann"), _("Was"), _("Wer")]
    yield _("Was in meinem Konto geschah"), "", columns, [_event(one) for one in found["events"]]
    columns = [_("Wann"), _("Kommune"), _("Wer"), _("Was"), _("Warum")]
    yield _("Wer meine Daten angesehen hat"), "", columns, [_look(one) for one in found["looks"]]
    yield from (_part("", name, rows) for name, rows in found["parts"].items())
    for town in found["towns"]:
        if not town["is_complete"]:
            note = _("Diese Kommune antwortet gerade nicht. Laden Sie die Daten später noch einmal.")
            yield town["town"], note, pair, []
        yield from (_part(town["town"], name, rows) for name, rows in town["parts"].items())


def _account(one: Mapping[str, Any]) -> list[Row]:
    return [
        [_("E-Mail-Adresse"), one["email"] or "–"],
        [_("Sprache"), {"de": "Deutsch", "en": "English"}.get(one["language"], one["language"])],
        [_("Konto seit"), _time(one["created_at"])],
        [_("Zuletzt benutzt"), _day(one["last_used_on"])],
        [_("Ohne Anmeldung gelöscht ab"), _day(one["unused_until"])],
        [_("Nummer des Kontos"), one["id"]],
    ]


def _attribute(one: Mapping[str, Any]) -> Row:
    name = str(AttributeName(one["name"]).label) if one["name"] in AttributeName else one["name"]
    source = source_name("" if one["source"] == "person" else one["source"])
    return [name, _day(one["value"]), level_name(parse_trust_level(one["level"])), source, _time(one["known_since"])]


def _member(one: Mapping[str, Any]) -> Row:
    return [f"{one['given_name']} {one['family_name']}", _day(one["birth_date"]), _time(one["changed_at"])]


def _company(one: Mapping[str, Any]) -> Row:
    return [one["company"], proof_name(BusinessProof(one["proof"]), one["document"]), _time(one["changed_at"])]


def _sign_in(one: Mapping[str, Any]) -> list[Row]:
    rows = [
        [_("Passwort"), _yes(one["has_password"])],
        [_("App für Einmalcodes"), _yes(one["has_app"])],
        [_("Unbenutzte Notfallcodes"), str(one["recovery_codes_left"])],
        [_("Personenkennzeichen (bPK2)"), _yes(one["has_bpk2"])],
        [_("Bekannte Geräte"), str(len(one["known_devices"]))],
    ]
    rows += [[_("Passkey"), each["name"]] for each in one["passkeys"]]
    return rows + [[_("Ausweisdienst"), provider_name(each["source"] or "–")] for each in one["identities"]]


def _session(one: Mapping[str, Any]) -> Row:
    return [device_name(one["user_agent"]), one["site"], _time(one["started_at"]), _time(one["ended_at"])]


def _event(one: Mapping[str, Any]) -> Row:
    who = _("Sie selbst") if one["by"] == "citizen" else one["town"] or "–"
    return [_time(one["at"]), event_name(one["action"]), who]


def _look(one: Mapping[str, Any]) -> Row:
    what = ", ".join(str(LookedAt(code).label) if code in LookedAt else code for code in one["what"])
    why = str(LookReason(one["reason"]).label) if one["reason"] in LookReason else "–"
    return [_time(one["at"]), one["town"] or "–", one["office"] or "–", what, f"{why} {one['reference']}".strip()]


def _part(town: str, name: str, kept: Any) -> tuple[str, str, Row, list[Row]]:
    """Return what another app keeps: a list of records as a table, anything else as it is."""
    labels = {
        "title": _("Bezeichnung"),
        "added_at": _("Seit"),
        "town": _("Kommune"),
        "kind": _("Art"),
        "changed_at": _("Geändert"),
    }
    title = f"{town}: {part_label(name)}" if town else part_label(name)
    if isinstance(kept, list) and kept and all(isinstance(one, Mapping) for one in kept):
        columns = list(kept[0])
        rows = [[_text(row.get(one)) for one in columns] for row in kept]
        return title, "", [labels.get(one, one) for one in columns], rows
    rows = [[_("Alles"), json.dumps(kept, ensure_ascii=False)]] if kept else []
    return title, "", [_("Angabe"), _("Wert")], rows


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _time(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _time(value: str | None) -> str:
    """Return a moment in words; what is none stays as it is."""
    moment = parse_datetime(value) if value and "T" in value else None
    if not isinstance(moment, datetime):
        return value or "–"
    return format_datetime(timezone.localtime(moment), format="medium", locale=locale())


def _day(value: str | None) -> str:
    try:
        day = parse_date(value or "")
    except ValueError:
        day = None
    return day_in_words(day) if day else value or "–"


def _yes(value: object) -> str:
    return _("ja") if value else _("nein")
