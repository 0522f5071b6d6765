"""What lies in a backup: a database as PostgreSQL's own tool dumps it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Collection
from typing import Final

import psycopg

from federation.devstack import pytest_plugin
from federation.devstack.binaries import dump_program

# Shorter ones stand in other words, in German and in what is random.
_LETTERS_OF_A_WORD: Final = 6
_LETTERS_OF_A_HEX: Final = 4


def dump_of(database: str) -> str:
    """Return the dump of a database of this test run, with all schemas. It holds what is committed."""
    admin = pytest_plugin.admin_url()
    address = str(admin.with_login(admin.user, admin.password, name=database))
    with psycopg.connect(address) as connection:
        program = dump_program(connection.info.server_version // 10000)
    done = subprocess.run([program, "--dbname", address], check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def dump_of_keys() -> str:
    """Return the dump of the database with the persons' data keys."""
    return dump_of(pytest_plugin.KEYS)


def tables_with(dump: str, values: Collection[str]) -> list[str]:
    """Return the tables in whose rows one of the values stands, in whatever case; bytes stand in hexadecimal form."""
    wanted = [form.lower() for one in values for form in (one, one.encode().hex())]
    head, *tables = re.split(r"^copy (?=\S+ \()", dump.lower(), flags=re.MULTILINE)
    found = ["(definitions)"] if any(one in head for one in wanted) else []
    return found + [table.partition(" ")[0] for table in tables if any(one in table for one in wanted)]


def count_values(dump: str, values: Collection[str]) -> Counter[tuple[str, str]]:
    """Count how often each value stands in each table, as text in whatever case or in hexadecimal form.

    Unlike `tables_with` it takes names that are words: a short one counts where it stands by itself.
    """
    _head, *tables = re.split(r"^copy (?=\S+ \()", dump.lower(), flags=re.MULTILINE)
    found: Counter[tuple[str, str]] = Counter()
    for value in {one.lower() for one in values}:
        # To look for the plain text first is a hundred times faster than the pattern.
        for table in [one for one in tables if value in one or value.encode().hex() in one]:
            found[table.partition(" ")[0], value] += len(re.findall(pattern_of(value), table))
    return +found


def pattern_of(value: str) -> str:
    """Return the pattern of a value: as text, a short one by itself; and in hexadecimal form, unless too short."""
    text = re.escape(value)
    forms = [text if len(value) >= _LETTERS_OF_A_WORD else rf"(?<!\w){text}(?!\w)"]
    if len(value) >= _LETTERS_OF_A_HEX:
        forms.append(value.encode().hex())
    return "|".join(forms)
