"""Translations: collect the German sentences, compile the English ones, and fail when one is missing.

German is the source language, so a sentence in code or template is its own German text; only English has a catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("federation", "shared_services", "catalog", "tenants")
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/jinja2/**.html", "jinja2"),
]
EXTENSIONS = "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols"
OPTIONS = {"**/jinja2/**.html": {"extensions": EXTENSIONS, "trimmed": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def collect() -> Catalog:
    """Return all sentences that code and templates show, with the files they stand in."""
    catalogue = Catalog(domain="django", charset="utf-8")
    for room in ROOMS:
        found = extract_from_dir(
            ROOT / room, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for name, _line, message, comments, context in found:
            # Without line numbers: otherwise every change of code would change the catalogue.
            catalogue.add(message, None, [(f"{room}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def load() -> Catalog:
    """Return the English catalogue, an empty one when there is none yet."""
    if not CATALOGUE.is_file():
        return Catalog(locale="en", domain="django")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def extract() -> int:
    """Write new sentences into the catalogue and drop the ones nobody shows any more."""
    catalogue = load()
    catalogue.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version = "Verbund", ""
    catalogue.header_comment = "# English texts of Verbund. The German original is the message itself."
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.fuzzy = False
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    missing = sum(1 for message in catalogue if message.id and not _is_translated(message))
    print(f"{len(catalogue)} sentences, {missing} without English: {CATALOGUE.relative_to(ROOT)}")
    return 0


def compile_catalogues() -> int:
    """Write the .mo files that the program reads."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return 0


def check() -> int:
    """Fail when a sentence is missing from the catalogue, has no English, or its English is in doubt."""
    catalogue = load()
    wrong = list(_faults(catalogue))
    for fault in wrong:
        print(fault)
    if wrong:
        print(f"{len(wrong)} faults. `make translations` collects sentences; the English is yours to write.")
        return 1
    print(f"{len(catalogue)} sentences, all in English.")
    return 0


def _faults(catalogue: Catalog) -> Iterator[str]:
    for message in collect():
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        where = ", ".join(sorted({name for name, _line in message.locations}))
        if known is None:
            yield f"not in the catalogue: {message.id!r} ({where})"
        elif known.fuzzy:
            yield f"in doubt (fuzzy): {message.id!r} ({where})"
        elif not _is_translated(known):
            yield f"no English: {message.id!r} ({where})"
        else:
            for error in known.check(catalogue):
                yield f"{error}: {message.id!r} ({where})"


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(texts) and all(texts)


COMMANDS = {"extract": extract, "compile": compile_catalogues, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"tools/translations.py {'|'.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())
