"""What has been kept long enough goes, not before its notice, and a sign-in takes the notice back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from shared_services.accounts import periods, retention
from shared_services.accounts.events import list_events, note_event
from shared_services.accounts.models import (
    AccountDeletion,
    AccountEvent,
    AccountSession,
    CitizenAccount,
    DeletionReason,
    KnownDevice,
)
from shared_services.accounts.sessions import NewSession, open_session
from shared_services.accounts.tests.cast import TASK, open_account, owner
from tenants.context import as_accounts, as_migration
from tenants.errors import NotAllowed
from tenants.ids import uuid7
from tenants.keystore.sealing import get_data_key
from tenants.mail.models import OutgoingMail
from tenants.trust import TrustLevel

pytestmark = pytest.mark.django_db


def last_used(account_id: UUID, day: date) -> None:
    with as_accounts():
        CitizenAccount.objects.filter(id=account_id).update(last_used_on=day)


def run(*, days: int = 0) -> retention.Done:
    return retention.keep_periods(actor=TASK, now=timezone.now() + timedelta(days=days))


def test_an_unused_account_is_announced_once_and_goes_two_months_later(settings: pytest.FixtureRequest) -> None:
    settings.VERBUND_MAIL = True  # type: ignore[attr-defined]
    account_id, used = open_account("ilka@example.org"), open_account("benutzt@example.org")
    last_used(account_id, timezone.localdate() - timedelta(days=23 * 31))
    assert (run().announced, run().announced) == (1, 0)
    (told,) = [one for one in list_events(account_id) if one.action == "account.deletion_announced"]
    assert date.fromisoformat(str(told.details["day"])) > timezone.localdate() + timedelta(days=55)
    with as_migration():
        assert OutgoingMail.objects.filter(kind="accounts.deletion_ahead").count() == 1
    assert run(days=30).deleted == 0
    assert run(days=75).deleted == 1
    with as_accounts():
        assert AccountDeletion.objects.get().reason == DeletionReason.UNUSED
        assert CitizenAccount.objects.get(id=used).is_active


def test_a_notice_that_came_late_puts_the_deletion_off() -> None:
    account_id = open_account("ilka@example.org")
    last_used(account_id, timezone.localdate() - timedelta(days=4 * 365))
    done = run()
    assert (done.announced, done.deleted) == (1, 0)
    assert run(days=40).deleted == 0
    assert run(days=63).deleted == 1


def test_a_sign_in_takes_the_notice_back() -> None:
    account_id = open_account("ilka@example.org")
    last_used(account_id, timezone.localdate() - timedelta(days=4 * 365))
    run()
    new = NewSession(site="umbrella:emscher-lippe", level=TrustLevel.BASIS, user_agent="x")
    assert open_session(account_id=account_id, new=new)
    done = run(days=100)
    assert (done.announced, done.deleted) == (0, 0)
    with as_accounts():
        account = CitizenAccount.objects.get(id=account_id)
    assert (account.region, account.deletion_announced_at) == ("emscher-lippe", None)


def test_looking_at_what_is_due_changes_nothing() -> None:
    last_used(open_account("ilka@example.org"), timezone.localdate() - timedelta(days=4 * 365))
    assert (retention.get_due().to_announce, retention.get_due().to_delete) == (1, 0)
    assert retention.get_due().to_announce == 1


def test_people_do_not_run_it() -> None:
    account_id = open_account("ilka@example.org")
    last_used(account_id, timezone.localdate() - timedelta(days=4 * 365))
    run()
    with pytest.raises(NotAllowed):
        retention.keep_periods(actor=owner(uuid7()), now=timezone.now() + timedelta(days=90))


def test_old_events_sessions_and_browsers_go_and_young_ones_stay() -> None:
    account_id = open_account("ilka@example.org")
    key, now = get_data_key(account_id), timezone.now()
    old = now - periods.EVENTS_KEPT - timedelta(days=1)
    with as_accounts():
        note_event(key, actor=owner(account_id), action="data.changed")
        AccountEvent.objects.create(
            id=periods.first_key_at(old), account_id=account_id, action="data.changed", actor_kind="citizen", at=old
        )
        for ended in (now - timedelta(days=91), now - timedelta(days=89)):
            AccountSession.objects.create(account_id=account_id, site="tests", ended_at=ended, sealed=b"x")
        for day in (now - timedelta(days=366), now):
            KnownDevice.objects.create(account_id=account_id, device_hash=str(day), last_seen_on=day.date())
        events = AccountEvent.objects.count()
    done = run()
    assert (done.events, done.sessions, done.devices) == (1, 1, 1)
    with as_accounts():
        assert AccountEvent.objects.count() == events - 1
    assert run().events == 0


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 4, 30), -2, date(2026, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_are_counted_as_the_calendar_does(day: date, months: int, wanted: date) -> None:
    assert periods.months_later(day, months) == wanted
