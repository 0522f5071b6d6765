"""What a statement does to a table that is in use. `texts` says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, cast

import sqlparse
from sqlparse import lexer, tokens

from tenants.rollout.plan import Danger

_I: Final = re.IGNORECASE | re.DOTALL
_ALTER: Final = r'^ALTER TABLE\s+(?:IF EXISTS\s+)?(?:ONLY\s+)?"?(\w+)"?\s'
# The first group names the table. Tables that the rollout makes itself are empty, so nothing on them is dangerous.
_PATTERNS: Final = (
    ("index_blocks_writes", re.compile(r'^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY).*?\sON\s+"?(\w+)"?', _I)),
    ("index_blocks_all", re.compile(_ALTER + r"+ADD CONSTRAINT\s+\S+\s+(?:UNIQUE|PRIMARY KEY)\s*\(", _I)),
    ("constraint_scans", re.compile(_ALTER + r"+ADD CONSTRAINT\s+\S+\s+(?:CHECK|FOREIGN KEY)(?!.*NOT VALID)", _I)),
    ("not_null_scans", re.compile(_ALTER + r".*\bSET NOT NULL\b", _I)),
    ("rows_in_schema_step", re.compile(r'^(?:UPDATE|DELETE FROM|INSERT INTO)\s+(?:ONLY\s+)?"?(\w+)"?', _I)),
)


def find_dangers(sql: str, *, rewrites: Sequence[str], existing: Collection[str]) -> list[Danger]:
    """Name what SQL may do to tables that were there before the rollout; `rewrites` was seen in rehearsal.

    A migration may send several statements as one text, with comments anywhere.
    """
    found = [Danger("table_rewrite", table) for table in rewrites if table in existing]
    for statement in _statements(sql):
        for code, pattern in _PATTERNS:
            match = pattern.match(statement)
            if match and match.group(1) in existing:
                found.append(Danger(code, match.group(1)))
    return list(dict.fromkeys(found))


def _tokens(sql: str) -> Iterable[tuple[Any, str]]:
    return cast("Iterable[tuple[Any, str]]", lexer.tokenize(sql))  # type: ignore[no-untyped-call]  # sqlparse has no types


def _statements(sql: str) -> list[str]:
    """Return the statements without comments. Read word by word only: a parse tree has a limit of size."""
    plain = (
        "".join(" " if kind in tokens.Comment else text for kind, text in _tokens(one)).strip()
        for one in sqlparse.split(sql)
    )
    return [one for one in plain if one]
