"""When a session counts, and for whom."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared_services.identity.sessions import MAX_AGE_SECONDS, MAX_IDLE_SECONDS, SessionRecord
from tenants.accounts import AccountInfo

ACCOUNT = AccountInfo(
    kind="staff",
    id=UUID(int=7),
    email="a@b.test",
    name="A",
    is_active=True,
    session_epoch=3,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
START = 1_800_000_000
RECORD = SessionRecord(kind="staff", id=str(UUID(int=7)), site="x", epoch=3, started_at=START, seen_at=START)


def test_the_account_of_the_session_belongs_to_it() -> None:
    assert RECORD.belongs_to(ACCOUNT)


@pytest.mark.parametrize(
    "account",
    [
        None,
        replace(ACCOUNT, is_active=False),
        replace(ACCOUNT, session_epoch=4),
        replace(ACCOUNT, session_epoch=2),
        replace(ACCOUNT, id=UUID(int=8)),
        replace(ACCOUNT, kind="operator"),
    ],
)
def test_any_other_account_does_not(account: AccountInfo | None) -> None:
    assert not RECORD.belongs_to(account)


@pytest.mark.parametrize(
    ("started", "seen", "alive"),
    [
        (0, 0, True),
        (0, MAX_IDLE_SECONDS - 1, True),
        (0, MAX_IDLE_SECONDS, False),
        (MAX_AGE_SECONDS - 1, 5, True),
        (MAX_AGE_SECONDS, 5, False),
        (-1, 0, False),
        (0, -1, False),
    ],
)
def test_sessions_end_by_age_and_by_idleness(started: int, seen: int, alive: bool) -> None:  # noqa: FBT001
    record = replace(RECORD, started_at=START - started, seen_at=START - seen)
    assert record.is_alive(now=START) is alive
