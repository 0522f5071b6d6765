"""Who looked at a person's data is told to its owner, by towns that cannot see an account."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from shared_services.accounts import looks
from shared_services.accounts.events import list_events
from shared_services.accounts.looks import Look, LookedAt, LookReason, list_looking_towns, list_looks, note_look
from shared_services.accounts.models import AccountEvent, CitizenAccount
from shared_services.accounts.tests.cast import open_account
from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import as_accounts, as_migration, in_tenant
from tenants.errors import NotAllowed
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.outbox.models import OutboxEvent
from tenants.outbox.services import project_waiting, publish
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
LOOK = Look(
    what=[LookedAt.PERSON, LookedAt.BANK], reason=LookReason.APPLICATION, office="Steueramt", reference="2026-117"
)


def clerk_of(town: TenantInfo, *roles: str) -> Actor:
    return Actor(kind="staff", name="Sonja Sachbearbeitung", id=uuid7(), tenant_id=town.id, roles=frozenset(roles))


def look_at(town: TenantInfo, *account_ids: UUID, actor: Actor | None = None) -> None:
    with in_tenant(town.ref), transaction.atomic():
        note_look(actor=actor or clerk_of(town, "editor"), account_ids=account_ids, look=LOOK)


def test_the_owner_sees_office_role_what_and_why_and_no_name(gladbeck: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    look_at(gladbeck, account_id, actor=clerk_of(gladbeck, "administrator", "auditor"))
    assert list_looks(account_id) == []
    assert project_waiting() >= 1
    (seen,) = list_looks(account_id)
    assert (seen.tenant_id, seen.office, seen.role) == (gladbeck.id, "Steueramt", "auditor")
    assert (seen.what, seen.reason, seen.reference) == (("person", "bank"), "application", "2026-117")
    assert list_looking_towns(account_id) == [gladbeck.id]
    assert all(one.action != "data.looked_at" for one in list_events(account_id)), "on a page of its own"


def test_what_is_told_lies_sealed_even_in_the_outbox_and_without_the_clerks_name(gladbeck: TenantInfo) -> None:
    look_at(gladbeck, open_account("ilka@example.org"))
    with as_migration():
        written = str(list(OutboxEvent.objects.filter(kind=looks.KIND).values("data")))
    assert "Steueramt" not in written
    assert "Sonja" not in written


def test_the_towns_own_trail_says_who_it_was(gladbeck: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    look_at(gladbeck, account_id)
    with as_migration():
        entry = AuditEntry.objects.get(action="citizen.looked_at")
    assert (entry.actor_name, entry.subject) == ("Sonja Sachbearbeitung", f"citizen:{account_id}")


def test_a_look_that_was_rolled_back_was_none(gladbeck: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    with in_tenant(gladbeck.ref), transaction.atomic():
        note_look(actor=clerk_of(gladbeck), account_ids=[account_id], look=LOOK)
        transaction.set_rollback(True)
    project_waiting()
    assert list_looks(account_id) == []


def test_many_are_told_at_once_each_their_own(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    people = [open_account(f"{number}@example.org") for number in range(3)]
    look_at(gladbeck, *people)
    look_at(dorsten, people[0])
    project_waiting()
    assert [len(list_looks(one)) for one in people] == [2, 1, 1]
    assert [one.tenant_id for one in list_looks(people[0], tenant_id=dorsten.id)] == [dorsten.id]


@pytest.mark.parametrize("kind", ["citizen", "operator", "anonymous"])
def test_only_who_works_in_the_town_looks(kind: str, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    for actor in (Actor(kind=kind, id=uuid7()), clerk_of(dorsten)):  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            look_at(gladbeck, account_id, actor=actor)


def test_a_town_cannot_say_that_another_one_looked(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    look_at(gladbeck, account_id)
    with as_migration():
        OutboxEvent.objects.filter(kind=looks.KIND).update(tenant_id=dorsten.id)
    project_waiting()
    assert [one.tenant_id for one in list_looks(account_id)] == [gladbeck.id]


def test_what_a_town_has_garbled_is_shown_as_a_look_and_breaks_no_page(gladbeck: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    data = {"account": str(account_id), "at": "2026-11-27T04:00:00+00:00", "actor_kind": "staff", "sealed": "AAAA"}
    with in_tenant(gladbeck.ref), transaction.atomic():
        publish(kind=looks.KIND, data=data)
    project_waiting()
    (seen,) = list_looks(account_id)
    assert (seen.tenant_id, seen.what) == (gladbeck.id, ())


def test_looks_at_an_account_that_has_gone_hold_up_nothing(gladbeck: TenantInfo) -> None:
    account_id = open_account("ilka@example.org")
    look_at(gladbeck, account_id)
    with as_accounts():
        AccountEvent.objects.filter(account_id=account_id).delete()
        CitizenAccount.objects.filter(id=account_id).delete()
    store.destroy_keys(account_id)
    assert project_waiting() >= 1
    look_at(gladbeck, account_id)
    with as_migration():
        assert not OutboxEvent.objects.filter(kind=looks.KIND, done_at=None).exists()


def test_it_is_noted_in_the_transaction_that_reads(gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(transaction, "get_connection", Outside)
    with in_tenant(gladbeck.ref), pytest.raises(RuntimeError):
        note_look(actor=clerk_of(gladbeck), account_ids=[], look=LOOK)
