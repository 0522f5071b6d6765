"""People are reminded once a week of what waits for them, in their language, and only if something does."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.drafts import DraftMarks
from shared_services.identity.tests.cast import SYSTEM, make_editor, make_staff
from shared_services.notifications import tasks, waiting
from shared_services.notifications.selectors import list_due
from shared_services.notifications.services import forget_rounds, period_of, remind_region, remind_town
from shared_services.notifications.unsubscribing import make_token, unsubscribe_path
from shared_services.notifications.waiting import get_town_waiting
from tenants.accounts import AccountInfo
from tenants.actors import ANONYMOUS, Actor
from tenants.context import as_projector, in_tenant
from tenants.mail.models import OutgoingMail
from tenants.registry.sites import TenantInfo, directory
from tenants.staff.selectors import get_session_account
from tenants.staff.services import create_account, deactivate, set_mail_choices

pytestmark = pytest.mark.django_db

WEEK, NEXT = "2026-W48", "2026-W49"
REGION = "emscher-lippe"


def mails() -> list[OutgoingMail]:
    with as_projector():
        return list(OutgoingMail.objects.filter(kind="reminder").order_by("id"))


def mails_to(address: str) -> list[OutgoingMail]:
    return [one for one in mails() if one.envelope.recipient == address]


def remind(town: TenantInfo, period: str = WEEK) -> int:
    with in_tenant(town.ref):
        return remind_town(period=period)


@pytest.fixture
def edda(gladbeck: TenantInfo) -> AccountInfo:
    """An editor of Gladbeck, where reviews wait."""
    with in_tenant(gladbeck.ref):
        assert get_town_waiting().reviews
    return make_staff(gladbeck, "edda.redaktion@gladbeck.test", "editor")


@pytest.fixture
def quiet_town(dorsten: TenantInfo) -> TenantInfo:
    """A town where nothing waits."""
    for town in directory.snapshot().tenants.values():
        with in_tenant(town.ref):
            if not get_town_waiting().total:
                return town
    pytest.fail("in every town of the demo something waits")


def test_an_editor_gets_one_mail_with_numbers_and_links(edda: AccountInfo, gladbeck: TenantInfo) -> None:
    remind(gladbeck)
    (mail,) = mails_to(edda.email)
    with in_tenant(gladbeck.ref):
        count = get_town_waiting().reviews
    assert f"{count} Prüfung" in mail.envelope.text
    assert f"{gladbeck.host}/verwaltung/leistungen/pruefungen/" in mail.envelope.text
    assert gladbeck.official_name in mail.envelope.subject
    assert "/verwaltung/erinnerungen/abbestellen/" in mail.envelope.unsubscribe_url
    assert mail.envelope.unsubscribe_url in mail.envelope.text


def test_a_second_run_in_a_week_writes_nothing_and_the_next_week_does(edda: AccountInfo, gladbeck: TenantInfo) -> None:
    remind(gladbeck)
    remind(gladbeck)
    assert len(mails_to(edda.email)) == 1
    remind(gladbeck, NEXT)
    assert len(mails_to(edda.email)) == 2


def test_where_nothing_waits_nobody_is_written_to(quiet_town: TenantInfo) -> None:
    make_staff(quiet_town, "ruhig@town.test", "editor")
    assert remind(quiet_town) == 0
    assert mails() == []


def test_whoever_is_gone_or_wants_none_gets_none(edda: AccountInfo, gladbeck: TenantInfo) -> None:
    away = make_staff(gladbeck, "weg@gladbeck.test", "editor")
    boss = make_staff(gladbeck, "ada@gladbeck.test", "administrator")
    with in_tenant(gladbeck.ref):
        set_mail_choices(actor=edda.as_actor(), language="de", wants_reminders=False)
        deactivate(actor=boss.as_actor(), account_id=away.id)
    remind(gladbeck)
    assert not mails_to(edda.email)
    assert not mails_to(away.email)
    assert len(mails_to(boss.email)) == 1


def test_a_person_reads_it_in_the_own_language(edda: AccountInfo, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        set_mail_choices(actor=edda.as_actor(), language="en", wants_reminders=True)
    remind(gladbeck)
    (mail,) = mails_to(edda.email)
    assert mail.language == "en"
    assert "Guten Tag" not in mail.envelope.text
    assert f"{gladbeck.host}/en/verwaltung/leistungen/pruefungen/" in mail.envelope.text


def test_who_wrote_a_draft_is_not_asked_to_approve_it(
    edda: AccountInfo, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_staff(gladbeck, "ada@gladbeck.test", "administrator")
    written = DraftMarks(Counter(), Counter({edda.id: 2}), to_approve=2)

    def marked(actor: Actor = ANONYMOUS) -> DraftMarks:
        return replace(written, to_approve=0) if actor.id == edda.id else written

    monkeypatch.setattr(waiting, "mark_drafts", marked)
    remind(gladbeck)
    (own,), (other,) = mails_to(edda.email), mails_to(boss.email)
    assert "Freigabe" not in own.envelope.text
    assert "2 Entwürfe warten auf Ihre Freigabe" in other.envelope.text
    assert "/verwaltung/leistungen/?merkmal=freigabe" in other.envelope.text


def test_a_regions_editor_gets_what_waits_on_the_own_layers() -> None:
    account = make_editor(REGION)
    remind_region(region=REGION, period=WEEK)
    remind_region(region=REGION, period=WEEK)
    (mail,) = mails_to(account.email)
    assert "/redaktion/beitraege/" in mail.envelope.text
    assert "Beitr" in mail.envelope.text
    assert mail.region == REGION


def test_due_is_who_was_not_reminded_in_this_period(
    edda: AccountInfo, gladbeck: TenantInfo, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    directory.snapshot()
    with django_assert_num_queries(1):
        towns, regions = list_due(WEEK)
    assert gladbeck in towns
    remind(gladbeck)
    remind_region(region=REGION, period=WEEK)
    towns_after, regions_after = list_due(WEEK)
    assert set(towns) - set(towns_after) == {gladbeck}
    assert [one.slug for one in regions if one not in regions_after] == [REGION]
    with as_projector():
        forget_rounds(before=NEXT)
    assert gladbeck in list_due(WEEK)[0]


def test_a_look_sends_one_task_for_each_until_all_are_reminded(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(tasks.remind_staff, "apply_async", lambda **_options: sent.append("town"))
    monkeypatch.setattr(tasks.remind_editors, "apply_async", lambda **_options: sent.append("region"))
    towns, regions = list_due(WEEK)
    assert tasks.send_due(WEEK) == len(towns) + len(regions) == len(sent)
    for town in towns:
        remind(town)
    for region in regions:
        remind_region(region=region.slug, period=WEEK)
    sent.clear()
    assert tasks.send_due(WEEK) == 0
    assert sent == []


def test_people_are_reminded_on_working_days_by_day() -> None:
    monday, saturday = dt.datetime(2026, 11, 23, 9), dt.datetime(2026, 11, 28, 9)  # noqa: DTZ001 -- as on the wall
    assert tasks.is_time(monday)
    assert not tasks.is_time(saturday)
    assert not tasks.is_time(monday.replace(hour=22))
    assert period_of(monday.date()) == WEEK
    assert period_of(dt.date(2027, 1, 1)) == "2026-W53"


def test_the_paths_in_reminders_are_those_of_the_pages(gladbeck: TenantInfo) -> None:
    with translation.override("de"):
        tenant = partial(reverse, urlconf="federation.urls.tenant")
        umbrella = partial(reverse, urlconf="federation.urls.umbrella")
        assert tenant("catalog_decisions:reviews") == waiting.REVIEWS_PATH
        assert tenant("catalog_decisions:services") == waiting.SERVICES_PATH
        assert tenant("catalog_local:services") == waiting.OWN_SERVICES_PATH
        assert umbrella("catalog_contributions:contributions") == waiting.CONTRIBUTIONS_PATH
        assert umbrella("catalog_editing:services") == waiting.DRAFTS_PATH
        assert umbrella("catalog_coverage:links") == waiting.LINKS_PATH
        token = make_token(gladbeck.id, scope="gladbeck")
        for area, route in (("/verwaltung/", tenant), ("/redaktion/", umbrella)):
            path = unsubscribe_path(gladbeck.id, scope="gladbeck", area=area)
            assert path == route("notifications:unsubscribe", args=[token])


def path_in(mail: OutgoingMail) -> str:
    return "/" + mail.envelope.unsubscribe_url.partition("//")[2].partition("/")[2]


def test_one_click_ends_them_and_a_look_does_not(
    edda: AccountInfo, gladbeck: TenantInfo, visit: Callable[[str], Client]
) -> None:
    remind(gladbeck)
    path = path_in(mails_to(edda.email)[0])
    client = visit(gladbeck.host)
    asked = client.get(path)
    assert "Nicht mehr erinnern" in asked.content.decode()
    assert "no-store" in asked["Cache-Control"]
    with in_tenant(gladbeck.ref):
        before = get_session_account(edda.id)
        assert before
        assert before.wants_reminders
    # What a mail program sends (RFC 8058): no cookie, no form of ours.
    strict = Client(enforce_csrf_checks=True, headers={"host": gladbeck.host})
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with in_tenant(gladbeck.ref):
        after = get_session_account(edda.id)
        assert after
        assert after.wants_reminders is False
    remind(gladbeck, NEXT)
    assert len(mails_to(edda.email)) == 1


def test_a_regions_editor_can_end_them_too(visit: Callable[[str], Client]) -> None:
    account = make_editor(REGION)
    remind_region(region=REGION, period=WEEK)
    path = path_in(mails_to(account.email)[0])
    assert visit(f"{REGION}.localhost").post(path).status_code == 200
    remind_region(region=REGION, period=NEXT)
    assert len(mails_to(account.email)) == 1


def test_a_link_that_was_not_made_here_ends_nothing(
    edda: AccountInfo, gladbeck: TenantInfo, dorsten: TenantInfo, visit: Callable[[str], Client]
) -> None:
    with in_tenant(dorsten.ref):
        other = create_account(
            actor=SYSTEM, email="x@dorsten.test", name="X", password="Zeche Moltke, Schacht 3", roles=["editor"]
        )
    good = make_token(edda.id, scope="gladbeck")
    wrong = (
        f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        make_token(edda.id, scope="dorsten"),
        make_token(other.id, scope="gladbeck"),
        edda.id.hex,
        "x" * 5000,
    )
    for token in wrong:
        answer = visit(gladbeck.host).post(f"/verwaltung/erinnerungen/abbestellen/{token}/")
        assert answer.status_code == 404, token[:80]
    remind(gladbeck)
    assert len(mails_to(edda.email)) == 1
