"""Absence and deputies, clerks and their offices."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from tenants.accounts import AccountInfo
from tenants.actors import system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_projector, current_tenant, in_tenant
from tenants.errors import InvalidInput, NotAllowed, NotFound
from tenants.ids import uuid7
from tenants.mail.models import OutgoingMail
from tenants.outbox.models import DueDay
from tenants.registry.sites import TenantInfo
from tenants.staff import invitations, services, tasks
from tenants.staff.absence import DUE, acting_for, end_absence, list_possible_deputies, set_absence, tell_deputies
from tenants.staff.absencemails import ABSENCE_PATH
from tenants.staff.models import StaffAccount
from tenants.staff.selectors import get_session_account

SYSTEM = system_actor("tests")
PASSWORD = "Fördergerüst im Nebel"
TAX, REGISTRY = uuid7(), uuid7()
DAY = dt.timedelta(days=1)


def person(town: TenantInfo, name: str, *roles: str, offices: tuple[UUID, ...] = ()) -> AccountInfo:
    with in_tenant(town.ref):
        return services.create_account(
            actor=SYSTEM, email=f"{name}@town.test", name=name.title(), password=PASSWORD, roles=roles, offices=offices
        )


def away(town: TenantInfo, account: AccountInfo, deputy: AccountInfo | None, *, first: int = 0, last: int = 1) -> None:
    today = timezone.localdate()
    with in_tenant(town.ref):
        set_absence(
            actor=account.as_actor(),
            account_id=account.id,
            first_day=today + first * DAY,
            last_day=today + last * DAY,
            deputy=deputy.id if deputy else None,
        )


def test_a_deputy_acts_while_the_other_is_away_and_no_longer(gladbeck: TenantInfo) -> None:
    clara = person(gladbeck, "clara", "clerk", offices=(TAX,))
    carl = person(gladbeck, "carl", "clerk", "editor", offices=(TAX, REGISTRY))
    away(gladbeck, clara, carl, first=1, last=2)
    today = timezone.localdate()
    with in_tenant(gladbeck.ref):
        acting = [[one.id for one in acting_for(carl.id, today=today + number * DAY)] for number in range(4)]
        assert acting == [[], [clara.id], [clara.id], []]
        assert acting_for(clara.id) == []
        absence = StaffAccount.objects.get(id=clara.id)
        assert (absence.absent_from, absence.absent_until) == (today + DAY, today + 2 * DAY)
        entry = AuditEntry.objects.get(action="staff.absence_set", subject=clara.subject)
    assert entry.data["deputy"] == str(carl.id)


def test_who_comes_back_early_says_so(gladbeck: TenantInfo) -> None:
    clara, carl = (person(gladbeck, name, "clerk", offices=(TAX,)) for name in ("clara", "carl"))
    away(gladbeck, clara, carl)
    with in_tenant(gladbeck.ref):
        assert [one.id for one in acting_for(carl.id)] == [clara.id]
        end_absence(actor=clara.as_actor(), account_id=clara.id)
        assert acting_for(carl.id) == []
        account = get_session_account(clara.id)
    assert account is not None
    assert account.absence is None


def test_a_deputy_holds_what_it_takes(gladbeck: TenantInfo) -> None:
    clara = person(gladbeck, "clara", "clerk", offices=(TAX, REGISTRY))
    half = person(gladbeck, "half", "clerk", offices=(TAX,))
    editor = person(gladbeck, "edda", "editor")
    both = person(gladbeck, "both", "clerk", offices=(TAX, REGISTRY))
    boss = person(gladbeck, "boss", "administrator")
    with in_tenant(gladbeck.ref):
        able = list_possible_deputies(actor=clara.as_actor(), account_id=clara.id)
        assert both.id in {one.id for one in able}
        assert not {half.id, editor.id, clara.id, boss.id} & {one.id for one in able}
        assert boss.id in {one.id for one in list_possible_deputies(actor=editor.as_actor(), account_id=editor.id)}
    for wrong in (half, editor, clara):
        with pytest.raises(InvalidInput) as refused:
            away(gladbeck, clara, wrong)
        assert "deputy" in refused.value.fields


def test_a_deputy_who_loses_the_right_or_leaves_acts_for_nobody(gladbeck: TenantInfo) -> None:
    clara, carl = (person(gladbeck, name, "clerk", offices=(TAX,)) for name in ("clara", "carl"))
    away(gladbeck, clara, carl)
    with in_tenant(gladbeck.ref):
        services.set_roles(actor=SYSTEM, account_id=carl.id, roles=["clerk"], offices=[REGISTRY])
        assert acting_for(carl.id) == []
        services.set_roles(actor=SYSTEM, account_id=carl.id, roles=["clerk"], offices=[TAX, REGISTRY])
        assert len(acting_for(carl.id)) == 1
        StaffAccount.objects.filter(id=carl.id).update(is_active=False)
        assert acting_for(carl.id) == []


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-3, -1), (0, 400)])
def test_impossible_days_are_refused(gladbeck: TenantInfo, first: int, last: int) -> None:
    clara = person(gladbeck, "clara", "clerk", offices=(TAX,))
    with pytest.raises(InvalidInput) as refused:
        away(gladbeck, clara, None, first=first, last=last)
    assert "last_day" in refused.value.fields


def test_absence_is_set_by_oneself_and_by_administrators(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    clara, edda = person(gladbeck, "clara", "clerk", offices=(TAX,)), person(gladbeck, "edda", "editor")
    boss, stranger = person(gladbeck, "boss", "administrator"), person(dorsten, "ada", "administrator")
    today = timezone.localdate()
    with in_tenant(gladbeck.ref):
        for actor in (edda, stranger):
            with pytest.raises(NotAllowed):
                set_absence(actor=actor.as_actor(), account_id=clara.id, first_day=today, last_day=today)
        set_absence(actor=boss.as_actor(), account_id=clara.id, first_day=today, last_day=today)
        with pytest.raises(NotFound):
            end_absence(actor=boss.as_actor(), account_id=stranger.id)


def test_clerks_have_offices_and_only_they(gladbeck: TenantInfo) -> None:
    with pytest.raises(InvalidInput) as refused:
        person(gladbeck, "clara", "clerk")
    assert "offices" in refused.value.fields
    clara = person(gladbeck, "clara", "clerk", offices=(TAX,))
    with in_tenant(gladbeck.ref):
        changed = services.set_roles(actor=SYSTEM, account_id=clara.id, roles=["cashier"], offices=[TAX])
        assert (set(changed.roles), set(changed.offices)) == ({"cashier"}, set())
        assert changed.session_epoch == clara.session_epoch + 1


def test_an_invitation_brings_the_offices_along(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        invitation = invitations.invite(actor=SYSTEM, email="neu@town.test", roles=["clerk"], offices=[REGISTRY])
        account = invitations.accept_invitation(token=invitation.token, name="Nele Neu", password=PASSWORD)
    assert (set(account.roles), set(account.offices)) == ({"clerk"}, {REGISTRY})


def mails() -> list[str]:
    with as_projector():
        return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


def test_deputies_are_told_when_named_when_it_begins_and_when_it_is_over(gladbeck: TenantInfo) -> None:
    clara, carl = (person(gladbeck, name, "clerk", offices=(TAX,)) for name in ("clara", "carl"))
    away(gladbeck, clara, carl, first=3, last=5)
    assert mails() == ["staff.deputy_named"]
    today = timezone.localdate()
    with in_tenant(gladbeck.ref):
        told = [tell_deputies(today=today + number * DAY) for number in range(3, 8)]
        assert tell_deputies(today=today + 12 * DAY) == 0
    assert told[-1] == 1
    assert mails() == ["staff.deputy_named", "staff.deputy_begun", "staff.deputy_over"], "each once"


def test_a_deputy_is_told_at_once_what_holds_at_once(gladbeck: TenantInfo) -> None:
    clara, carl, cleo = (person(gladbeck, name, "clerk", offices=(TAX,)) for name in ("clara", "carl", "cleo"))
    away(gladbeck, clara, carl)
    away(gladbeck, clara, cleo)
    with in_tenant(gladbeck.ref):
        end_absence(actor=clara.as_actor(), account_id=clara.id)
        end_absence(actor=clara.as_actor(), account_id=clara.id)
    assert mails() == ["staff.deputy_begun", "staff.deputy_over", "staff.deputy_begun", "staff.deputy_over"]


def test_without_a_deputy_nobody_is_told(gladbeck: TenantInfo) -> None:
    away(gladbeck, person(gladbeck, "clara", "clerk", offices=(TAX,)), None)
    assert mails() == []


def test_the_mail_leads_to_the_page_of_absences() -> None:
    assert reverse("identity:absence", urlconf="federation.urls.tenant") == ABSENCE_PATH


def test_the_daily_task_enters_only_towns_where_something_begins_or_is_over(
    gladbeck: TenantInfo, dorsten: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: set[str] = set()
    with as_projector():
        DueDay.objects.all().delete()

    def note(*, today: dt.date) -> int:
        entered.add(f"{current_tenant().slug} {(today - timezone.localdate()).days}")
        return 1

    monkeypatch.setattr(tasks, "tell_deputies", note)
    away(gladbeck, person(gladbeck, "clara", "editor"), None, first=3, last=9)
    away(dorsten, person(dorsten, "dora", "editor"), None, first=4, last=4)
    for number in range(16):
        tasks.tell_all_deputies(timezone.localdate() + number * DAY)
    # Twice more each time: the workers may have been away.
    assert entered == {
        *(f"gladbeck {day}" for day in (3, 4, 5, 10, 11, 12)),
        *(f"dorsten {day}" for day in (4, 5, 6, 7)),
    }
    with as_projector():
        assert not DueDay.objects.exists(), "what is over is forgotten"


def test_a_town_says_only_its_own_days(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(DatabaseError), transaction.atomic():
        DueDay.objects.create(
            owner_role=dorsten.ref.role, tenant_id=dorsten.id, kind="staff.absence", day=timezone.localdate()
        )


def test_absences_said_before_there_were_days_are_taken_over(gladbeck: TenantInfo) -> None:
    away(gladbeck, person(gladbeck, "clara", "editor"), None, first=3, last=9)
    today = timezone.localdate()
    with as_projector():
        DueDay.objects.all().delete()
    migration = import_module("tenants.outbox.migrations.0002_due_days")
    with as_migration():
        migration.take_over(apps, None)
        days = set(DueDay.objects.values_list("owner_role", "kind", "day"))
    assert {(gladbeck.ref.role, DUE, today + 3 * DAY), (gladbeck.ref.role, DUE, today + 10 * DAY)} <= days
