"""The written proof of deletion: what was removed, when, by whom, and what a look afterwards found."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from tenants.lifecycle.models import Offboarding
from tenants.lifecycle.writing import written_atomically

_SUFFIX: Final = "loeschnachweis"
# Written for a municipality's files, so it is German whatever the reader's language.
_HEAD: Final = """\
Nachweis der Löschung
=====================
Kommune:              {name} ({slug})
Kennung:              {tenant_id}
Datenbankschema:      {schema}
Datenbankrolle:       {role}
Vorgang:              {offboarding}

Das Portal wurde am {begun_at} von {begun_by} geschlossen. Danach wurde der gesamte Bestand exportiert.
Archiv:               {archive_path}
SHA-256:              {archive_sha256}
Inhalt des Archivs:   {tables} Tabellen mit {rows} Zeilen, {files} Dateien mit {file_bytes} Bytes
Wartefrist:           {wait_days} Tage, abgelaufen am {due_at}

Unmittelbar vor der Löschung wurde das Archiv vollständig gelesen. Die Zeilen jeder seiner Tabellen, das Protokoll der
Kommune und jede Datei hatten noch dieselbe SHA-256-Prüfsumme wie darin. Nicht verglichen wurden Spalten, die ein
Rollout seither hinzugefügt hat, und Verknüpfungen zwischen Dateien (im Archiv genannt unter left_out_files).
Gelöscht am {removed_at} von {removed_by}; abgeschlossen am {finished_at}.

Gelöscht wurden
---------------
"""
_CHECKED: Final = """
Anschließend geprüft (jeder Wert muss 0 sein)
---------------------------------------------
Gesucht wurde nach der Kennung, dem Schema und der Rolle, nicht nach dem Namen in Texten anderer.
"""
_TAIL: Final = """
Was bleibt
----------
- {kept} Einträge im eigenen Protokoll des IT-Dienstleisters über seine Arbeit an dieser Kommune (Zeit, Handlung,
  Kennungen; ohne Namen von Personen und Freitexte) und dieser Nachweis.
- Der Kurzname der Kommune, wo er in diesem Protokoll und in Aufzeichnungen des IT-Dienstleisters über Rollouts steht.
- Internetadressen, auf die ihre Seiten verwiesen, ohne Angabe, wer; der Linkprüfer vergisst sie nach 30 Tagen.
- Die Prüfsummen (Anker) des Protokolls der Kommune mit Tag und Anzahl der Einträge, ohne deren Inhalt.
- Das Archiv oben, bis es der Kommune übergeben und nach Vereinbarung gelöscht ist.
- Sicherungskopien des Datenbankservers und der Dateien, bis ihre Aufbewahrungsfrist endet. Sie dürfen bis dahin nur zur
  Wiederherstellung des Gesamtsystems verwendet werden; danach ist diese Löschung zu wiederholen.
"""
_OF_SUCCESSOR: Final = (
    "Sitzungen und Zwischenspeicher unter dem Namen der Rolle, den jetzt eine neue Kommune hat; sie laufen ab."
)


def make_proof(
    offboarding: Offboarding, *, left: Mapping[str, int], kept_entries: int, role: str, remains: Sequence[str]
) -> dict[str, Any]:
    """Return the proof as data; times are UTC in ISO 8601. `remains`: what stays for a while, in sentences."""
    return {
        "document": "Nachweis der Löschung",
        "offboarding": str(offboarding.id),
        "tenant": {"id": str(offboarding.tenant_id), "slug": offboarding.slug, "name": offboarding.name},
        "schema": offboarding.schema_name,
        "role": role,
        "archive": {
            "path": offboarding.archive_path,
            "sha256": offboarding.archive_sha256,
            "bytes": offboarding.archive_bytes,
            **offboarding.counts,
        },
        "wait_days": offboarding.wait_days,
        "begun": {"at_utc": _iso(offboarding.begun_at), "by": offboarding.begun_by},
        "due_at_utc": _iso(offboarding.due_at),
        "removed": {
            "at_utc": _iso(offboarding.removed_at),
            "by": offboarding.removed_by,
            "counts": dict(sorted(offboarding.removed.items())),
        },
        "verified": {"at_utc": _iso(timezone.now()), "left": dict(left)},
        "kept_audit_entries": kept_entries,
        "remains": [*remains, *(() if "valkey_keys" in left else (_OF_SUCCESSOR,))],
        "finished_at_utc": _iso(offboarding.finished_at),
    }


def as_text(proof: Mapping[str, Any]) -> str:
    """Return the proof for people."""
    archive, tenant = proof["archive"], proof["tenant"]
    head = _HEAD.format(
        name=tenant["name"],
        slug=tenant["slug"],
        tenant_id=tenant["id"],
        schema=proof["schema"],
        role=proof["role"],
        offboarding=proof["offboarding"],
        begun_at=_german(proof["begun"]["at_utc"]),
        begun_by=proof["begun"]["by"],
        archive_path=archive["path"],
        archive_sha256=archive["sha256"],
        tables=archive["tables"],
        rows=archive["rows"],
        files=archive["files"],
        file_bytes=archive["file_bytes"],
        wait_days=proof["wait_days"],
        due_at=_german(proof["due_at_utc"]),
        removed_at=_german(proof["removed"]["at_utc"]),
        removed_by=proof["removed"]["by"],
        finished_at=_german(proof["finished_at_utc"]),
    )
    removed, left = proof["removed"]["counts"], proof["verified"]["left"]
    # A proof from before this was told has no such list.
    remains = "".join(f"- {one}\n" for one in proof.get("remains", ()))
    tail = _TAIL.format(kept=proof["kept_audit_entries"]) + remains
    return "".join((head, _lines(removed), _CHECKED, _lines(left), tail))


def write_proof(proof: Mapping[str, Any], *, archive: Path) -> tuple[Path, Path]:
    """Write the proof beside the archive, as text and as JSON, and return both paths."""
    base = archive.name.removesuffix(".tar.gz")
    text, data = archive.with_name(f"{base}-{_SUFFIX}.txt"), archive.with_name(f"{base}-{_SUFFIX}.json")
    with written_atomically(data) as file:
        file.write(json.dumps(proof, ensure_ascii=False, indent=1).encode())
    with written_atomically(text) as file:
        file.write(as_text(proof).encode())
    return text, data


def _lines(figures: Mapping[str, int]) -> str:
    width = max((len(name) for name in figures), default=0) + 2
    return "".join(f"{name:<{width}}{count:>10}\n" for name, count in figures.items())


def _iso(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else ""


def _german(iso: str) -> str:
    return timezone.localtime(dt.datetime.fromisoformat(iso)).strftime("%d.%m.%Y um %H:%M:%S Uhr") if iso else "–"
