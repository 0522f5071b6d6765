"""What kind of step a migration becomes, and which mixtures can't be carried out safely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations import Migration
from django.db.migrations.operations import RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

from tenants.rollout.operations import RunInBatches
from tenants.rollout.plan import Refusal, StepKind

_I: Final = re.IGNORECASE | re.DOTALL
# What may stand before a statement's first word.
BEFORE: Final = r"^(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*"
_CONCURRENT: Final = re.compile(BEFORE + r"(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+|RE)INDEX\b.*\bCONCURRENTLY\b", _I)
_INDEX_NAME: Final = re.compile(
    BEFORE + r"(CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
    r'(?!ON\s)(?:"((?:[^"]|"")+)"|([\w$]+))',
    _I,
)
_MADE_OR_DROPPED: Final = re.compile(BEFORE + r"(?:CREATE|DROP)\b", _I)
_LONGEST_NAME_BYTES: Final = 63
_SHOWN_SQL: Final = 100
_ROWS: Final = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE\s+\S+\s+SET|UPDATE\s+ONLY|DELETE\s+FROM|MERGE\s+INTO|SELECT|CALL|DO)\b", _I
)


def list_operations(migration: Migration) -> Iterator[Operation]:
    """Yield what a migration does to the database, the insides of SeparateDatabaseAndState included."""
    for operation in migration.operations:
        yield from _database_side(operation)


def _database_side(operation: Operation) -> Iterator[Operation]:
    if isinstance(operation, SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _database_side(inner)
    elif not _does_nothing(operation):
        yield operation


def _does_nothing(operation: Operation) -> bool:
    """Whether it is Python that does nothing in either direction."""
    if not isinstance(operation, RunPython):
        return False
    return operation.code is RunPython.noop and operation.reverse_code in (None, RunPython.noop)


def kind_of(migration: Migration) -> StepKind:
    """Return the kind of step; a mixture (see `refuse_mixture`) counts as what is hardest to take back."""
    kinds = {_kind(operation) for operation in list_operations(migration)}
    if "data" in kinds:
        return "data"
    return "index" if "index" in kinds else "schema"


def _kind(operation: Operation) -> StepKind:
    if isinstance(operation, RunPython):
        return "data"
    if isinstance(operation, AddIndexConcurrently | RemoveIndexConcurrently):
        return "index"
    if isinstance(operation, RunSQL) and is_concurrent(_text(operation)):
        return "index"
    return "schema"


def _text(operation: RunSQL) -> str:
    sql = operation.sql
    if isinstance(sql, str):
        return sql
    return " ".join(part if isinstance(part, str) else str(part[0]) for part in sql)


def is_concurrent(sql: str) -> bool:
    """Whether a statement makes, drops or rebuilds an index beside everybody else."""
    return _CONCURRENT.match(sql) is not None


def index_named(sql: str) -> tuple[str, str]:
    """Return CREATE or DROP and the index that a concurrent statement names, as the server knows it; or empty texts."""
    match = _INDEX_NAME.match(sql)
    if match is None:
        return "", ""
    quoted, plain = match.group(2), match.group(3)
    name = quoted.replace('""', '"') if quoted else plain.lower()
    return match.group(1).upper(), name.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore")


def without_schema(definition: str, schema: str) -> str:
    """Return an index's definition as it is the same in every schema."""
    return definition.replace(f" {schema}.", " ", 1)


def refuse_unrepeatable(migration: Migration, sent: Iterable[str]) -> Refusal | None:
    """Say what an index step sends that can't be sent again after a crash: it runs outside of a transaction.

    Safe are only named indexes made or dropped concurrently, and REINDEX.
    """
    for sql in sent:
        is_reindex = is_concurrent(sql) and not _MADE_OR_DROPPED.match(sql)
        if not is_reindex and not index_named(sql)[1]:
            name = f"{migration.app_label}.{migration.name}"
            return Refusal(name, "not_repeatable", {"statement": " ".join(sql.split())[:_SHOWN_SQL]})
    return None


def writes_rows(sql: str) -> bool:
    """Whether a statement may change rows; a yes too many does no harm.

    What follows in the same transaction can't change their tables while references of the rows are unchecked.
    """
    return _ROWS.search(sql) is not None


def is_batched(migration: Migration) -> bool:
    """Whether all its data operations run in batches."""
    data = [one for one in list_operations(migration) if isinstance(one, RunPython)]
    return bool(data) and all(isinstance(one, RunInBatches) for one in data)


def refuse_mixture(migration: Migration) -> Refusal | None:
    """Say why a migration can't be resumed at every point: it does things of several kinds, or without a transaction.

    Only concurrent indexes are made without one: what is half done of anything else can't be told.
    """
    kinds = {_kind(operation) for operation in list_operations(migration)}
    name = f"{migration.app_label}.{migration.name}"
    if len(kinds) > 1:
        return Refusal(name, "mixed_kinds", {"kinds": ", ".join(sorted(kinds))})
    return Refusal(name, "not_atomic") if kinds == {"schema"} and not migration.atomic else None
