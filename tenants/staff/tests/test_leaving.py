"""Who has left is forgotten after two years, where nobody has asked them back."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.test import TestCase
from django.utils import timezone

from tenants.accounts import AccountInfo
from tenants.actors import system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_projector, in_tenant
from tenants.errors import NotAllowed
from tenants.keystore import store
from tenants.keystore.sealing import ensure_data_key
from tenants.outbox.models import DueDay
from tenants.registry.sites import TenantInfo
from tenants.staff import absence, arriving, leaving, services, tasks
from tenants.staff.absence import set_absence
from tenants.staff.models import Invitation, StaffAccount

SYSTEM = system_actor("tests")
DAY = dt.timedelta(days=1)


@pytest.fixture
def lea(gladbeck: TenantInfo) -> AccountInfo:
    """Return somebody who has a data key here, was invited once more, and leaves today."""
    with in_tenant(gladbeck.ref):
        boss, lea = (
            services.create_account(
                actor=SYSTEM,
                email=f"{name}@town.test",
                name=name.title(),
                password="Fördergerüst im Nebel",
                roles=["administrator"],
            )
            for name in ("bodo", "lea")
        )
        ensure_data_key(lea.id, scope=str(gladbeck.id))
        services.deactivate(actor=boss.as_actor(), account_id=lea.id)
        StaffAccount.objects.filter(id=lea.id).update(created_at=timezone.now() - 900 * DAY)
        Invitation.objects.create(
            email=lea.email, token_hash="x", expires_at=timezone.now() - DAY, accepted_at=timezone.now() - DAY
        )
    return lea


def is_known(town: TenantInfo, lea: AccountInfo) -> bool:
    with in_tenant(town.ref):
        return StaffAccount.objects.filter(email=lea.email).exists()


def test_name_and_address_go_two_years_later(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    over = timezone.localdate() + leaving.KEPT
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert tasks.forget_all_left(over - DAY) == 0
        assert is_known(gladbeck, lea)
        assert tasks.forget_all_left(over) == 1
    assert not is_known(gladbeck, lea)
    assert store.list_scopes(lea.id) == [], "what was sealed for the person opens no more"
    with in_tenant(gladbeck.ref):
        assert not Invitation.objects.filter(email=lea.email).exists()
    with as_projector():
        (entry,) = AuditEntry.objects.filter(action="staff.forgotten")
    assert (entry.subject, entry.data) == (lea.subject, {})
    assert tasks.forget_all_left(over) == 0


def test_who_works_here_stays(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    over = timezone.localdate() + leaving.KEPT
    with in_tenant(gladbeck.ref):
        before = set(StaffAccount.objects.filter(is_active=True).values_list("id", flat=True))
        leaving.forget_left(actor=SYSTEM, today=over)
        assert set(StaffAccount.objects.values_list("id", flat=True)) == before
        StaffAccount.objects.filter(id__in=before).update(created_at=timezone.now() - 900 * DAY)
        leaving.forget_left(actor=SYSTEM, today=over)
        assert set(StaffAccount.objects.values_list("id", flat=True)) == before


def test_who_came_back_and_left_again_is_kept_from_then_on(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    later = timezone.localdate() + leaving.KEPT - DAY
    with in_tenant(gladbeck.ref):
        assert leaving.forget_left(actor=SYSTEM, today=later) == 0, "the entry of the last leaving counts"
    assert is_known(gladbeck, lea)


def test_only_the_task_forgets(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAllowed):
        leaving.forget_left(actor=lea.as_actor(), today=timezone.localdate())


def test_those_who_left_before_there_were_days_are_taken_over(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    with as_projector():
        DueDay.objects.all().delete()
    with as_migration():
        import_module("tenants.outbox.migrations.0002_due_days").take_over(apps, None)
        days = set(DueDay.objects.filter(kind=leaving.DUE).values_list("tenant_id", "day"))
    assert (gladbeck.id, timezone.localdate() + leaving.KEPT) in days


def test_a_town_that_an_archive_brings_tells_its_days_anew(gladbeck: TenantInfo, lea: AccountInfo) -> None:
    today = timezone.localdate()
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=lea.id).update(is_active=True)
        set_absence(actor=lea.as_actor(), account_id=lea.id, first_day=today + 40 * DAY, last_day=today + 49 * DAY)
        StaffAccount.objects.filter(id=lea.id).update(is_active=False)
    with as_projector():
        DueDay.objects.all().delete()
    with in_tenant(gladbeck.ref):
        arriving.retell_due_days(SYSTEM)
    with as_projector():
        days = set(DueDay.objects.values_list("kind", "day"))
    assert {
        (absence.DUE, today + 40 * DAY),
        (absence.DUE, today + 50 * DAY),
        (leaving.DUE, today + leaving.KEPT),
    } <= days
