"""What is kept of a failure says what to look for, and nothing of what stands in rows."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg import errors

from tenants.context import as_migration
from tenants.rollout.failures import describe
from tenants.rollout.worker import VersionChangedError


def caught(problem: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise problem from cause
    except type(problem) as one:
        return one


def test_of_an_error_of_python_only_the_place_is_kept() -> None:
    kept = describe(caught(ValueError("Erika Mustermann, geboren 1964")))
    assert kept.startswith("ValueError: rollout/tests/test_failures.py:")
    assert "Erika" not in kept


def test_the_place_is_that_of_the_migration_not_of_a_library() -> None:
    with pytest.raises(ValueError, match="badly formed") as raised:
        UUID("Erika")
    kept = describe(raised.value)
    assert kept.startswith("ValueError: rollout/tests/test_failures.py:"), kept


def test_an_error_that_was_never_raised_has_its_name_only() -> None:
    assert describe(KeyError("Erika")) == "KeyError"


@pytest.mark.parametrize(
    "problem",
    [
        VersionChangedError("the tenant is at another version than planned; start a new rollout"),
        InterfaceError("the connection was lost while its step ran"),
    ],
)
def test_the_rollouts_own_words_are_kept(problem: Exception) -> None:
    assert describe(problem) == f"{type(problem).__name__}: {problem}"


def test_a_lost_connection_is_told_as_the_driver_does() -> None:
    lost = caught(OperationalError("the connection is closed"), errors.OperationalError("the connection is closed"))
    assert describe(lost) == "OperationalError: the connection is closed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("SELECT 'Erika'::date", "InvalidDatetimeFormat: 22007"),
        ("SELECT * FROM nobody_knows", 'UndefinedTable: 42P01 relation "nobody_knows" does not exist'),
    ],
)
def test_what_the_server_says_is_kept_but_for_values(statement: str, kept: str) -> None:
    with as_migration(), connection.cursor() as cursor, pytest.raises(DatabaseError) as raised:
        cursor.execute(statement)
    assert describe(raised.value) == kept
