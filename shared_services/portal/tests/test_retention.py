"""Messages of visitors are sealed, go after their period, and take their keys with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shared_services.portal import retention, selectors, services
from shared_services.portal.models import Feedback
from shared_services.portal.periods import day_to_forget
from shared_services.portal.sealed import read_all
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.selectors import list_entries
from tenants.context import as_migration, as_projector, in_tenant
from tenants.errors import ExternalTemporary, NotAllowed
from tenants.keystore import store
from tenants.outbox.models import DueDay
from tenants.registry.sites import TenantInfo

SYSTEM = system_actor("tests")
DAY = dt.timedelta(days=1)


def write(message: str = "Der Plan ist nicht vorgelesen.") -> UUID:
    return services.submit_feedback(
        actor=ANONYMOUS, kind="pilot", message=message, page="Stadtplan", contact="ada@example.org", caller_key=message
    )


def age(feedback_id: UUID, **changes: dt.datetime) -> None:
    Feedback.objects.filter(id=feedback_id).update(**changes)


def days_of(town: TenantInfo) -> set[dt.date]:
    with as_projector():
        return set(DueDay.objects.filter(kind=retention.DUE, tenant_id=town.id).values_list("day", flat=True))


def texts_of(editor: Actor) -> dict[UUID, tuple[str, str, str]]:
    return {one.id: (one.message, one.page, one.contact) for one in selectors.list_feedback(actor=editor)}


@pytest.mark.parametrize(
    ("since", "state", "goes"),
    [
        (dt.date(2026, 11, 27), "handled", dt.date(2027, 12, 1)),
        (dt.date(2026, 11, 27), "waiting", dt.date(2029, 12, 1)),
        (dt.date(2028, 2, 29), "handled", dt.date(2029, 3, 1)),
        (dt.date(2026, 12, 31), "handled", dt.date(2028, 1, 1)),
    ],
)
def test_messages_go_on_the_first_of_the_month_after_their_period(since: dt.date, state: str, goes: dt.date) -> None:
    assert day_to_forget(since, is_handled=state == "handled") == goes


def test_a_town_is_entered_on_its_days_and_on_no_other(
    in_gladbeck: TenantInfo, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    handled, waiting = write("erledigt"), write("offen")
    services.mark_feedback_handled(actor=editor, feedback_id=handled)
    first, last = sorted(days_of(in_gladbeck))
    assert (first, last) == (day_to_forget(today, is_handled=True), day_to_forget(today, is_handled=False))
    entered = Mock(wraps=retention.seal_plain)
    monkeypatch.setattr(retention, "seal_plain", entered)
    assert retention.forget_in_all_towns(first - DAY) == 0
    assert not entered.called
    assert retention.forget_in_all_towns(first) == 1
    assert set(texts_of(editor)) == {waiting}
    assert store.list_scopes(handled) == [], "no backup tells what it was"
    assert store.list_scopes(waiting) == [str(in_gladbeck.id)]
    [entry, *_earlier] = list_entries(tenant_id=in_gladbeck.id)
    assert (entry.action, entry.data) == ("portal.feedback.forgotten", {"count": 1})
    retention.forget_in_all_towns(first + DAY)
    assert entered.call_count == 1, "what is done is not looked at again"
    assert retention.forget_in_all_towns(last) == 1
    assert not Feedback.objects.exists()
    assert days_of(in_gladbeck) == set()


def test_what_is_not_over_stays(in_gladbeck: TenantInfo, editor: Actor) -> None:
    now = timezone.now()
    handled, waiting = write("erledigt"), write("offen")
    services.mark_feedback_handled(actor=editor, feedback_id=handled)
    age(handled, handled_at=now - 363 * DAY, created_at=now - 2000 * DAY)
    age(waiting, created_at=now - (3 * 365 - 2) * DAY)
    assert retention.forget_old(actor=SYSTEM, today=timezone.localdate()) == 0
    with pytest.raises(NotAllowed):
        retention.forget_old(actor=editor, today=timezone.localdate())


def test_a_town_in_trouble_is_tried_again_the_next_day(
    in_gladbeck: TenantInfo, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    (due,) = days_of(in_gladbeck)
    with monkeypatch.context() as broken:
        broken.setattr(store, "destroy_keys", Mock(side_effect=ExternalTemporary("away")))
        assert retention.forget_in_all_towns(due) == 0
    assert len(texts_of(editor)) == 1
    assert retention.forget_in_all_towns(due + DAY) == 1


def test_what_the_release_before_wrote_is_read_and_then_sealed(in_gladbeck: TenantInfo, editor: Actor) -> None:
    old = Feedback.objects.create(kind="pilot", message="von früher", page="Start", contact="alt@example.org")
    with as_projector():
        DueDay.objects.all().delete()
    with as_migration():
        import_module("tenants.outbox.migrations.0003_feedback_days").note_towns(apps, None)
    before = texts_of(editor)
    assert before == {old.id: ("von früher", "Start", "alt@example.org")}
    retention.forget_in_all_towns(timezone.localdate())
    old.refresh_from_db()
    assert (old.message, old.page, old.contact) == ("", "", "")
    assert texts_of(editor) == before
    assert day_to_forget(timezone.localdate(), is_handled=False) in days_of(in_gladbeck)
    assert min(days_of(in_gladbeck)) == timezone.localdate() + DAY, "and once more for what old processes still write"


def test_a_town_that_an_archive_brings_tells_its_days_anew(in_gladbeck: TenantInfo, editor: Actor) -> None:
    write()
    with as_projector():
        DueDay.objects.all().delete()
    assert retention.retell_due_days(SYSTEM) == 0
    today = timezone.localdate()
    assert days_of(in_gladbeck) == {today, day_to_forget(today, is_handled=False)}


def test_a_list_asks_for_all_keys_at_once(
    in_gladbeck: TenantInfo, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(f"Nummer {number}")
    asked = Mock(wraps=store.get_keys)
    monkeypatch.setattr(store, "get_keys", asked)
    with CaptureQueriesContext(connection) as queries:
        assert len(texts_of(editor)) == 3
    assert asked.call_count == 1
    assert len([one for one in queries if "portal_feedback" in one["sql"]]) == 1


def test_what_cannot_be_read_says_so_and_can_be_deleted(
    desk: Client, in_gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, kept, strange = write("verloren"), write("noch da"), write("fremd")
    store.destroy_keys(lost)
    Feedback.objects.filter(id=strange).update(sealed=Feedback.objects.get(id=kept).sealed)
    (wrapped,) = store.get_keys(str(in_gladbeck.id), [strange]).values()
    page = desk.get("/verwaltung/rueckmeldungen/").content.decode()
    assert page.count("Diese Nachricht kann nicht mehr gelesen werden") == 2
    assert "noch da" in page
    assert store.replace_key(wrapped, wrapped=b"unter einem anderen Hauptschluessel", master_key=wrapped.master_key)
    assert "noch da" in desk.get("/verwaltung/rueckmeldungen/").content.decode(), "one key in pieces hides no other"
    assert desk.post(f"/verwaltung/rueckmeldungen/{lost}/loeschen/").status_code == 302
    assert desk.post(f"/verwaltung/rueckmeldungen/{kept}/loeschen/").status_code == 302
    assert store.list_scopes(kept) == []
    assert Feedback.objects.count() == 1


def test_a_message_opens_in_its_own_town_only(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, visit: Callable[[str], Client]
) -> None:
    row = Feedback.objects.get(id=write())
    with in_tenant(dorsten.ref):
        assert "kann nicht mehr gelesen werden" in read_all([row])[row.id].text
