"""Events reach their projection once, in order; a failing one holds up its own tenant only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tenants.context import NoTenantError, as_projector, in_tenant
from tenants.outbox import services
from tenants.outbox.models import OutboxEvent
from tenants.outbox.services import handles, project_waiting, publish, publish_many
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
KIND = "tests.event"


@pytest.fixture
def seen() -> Iterator[list[tuple[str, object]]]:
    """A projection that notes what it gets and fails where it is asked to."""
    got: list[tuple[str, object]] = []

    @handles(KIND)
    def note(event: OutboxEvent) -> None:
        if event.data.get("fail"):
            message = "planned"
            raise RuntimeError(message)
        got.append((event.owner_role, event.data["n"]))

    yield got
    del services._handlers[KIND]


def write(tenant: TenantInfo, **data: object) -> None:
    with in_tenant(tenant.ref):
        publish(kind=KIND, data=data)


def test_events_are_projected_once_and_in_order(
    seen: list[tuple[str, object]], gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    for number in range(3):
        write(gladbeck, n=number)
        write(dorsten, n=number)
    assert project_waiting() == 6
    assert project_waiting() == 0
    assert [n for role, n in seen if role == gladbeck.ref.role] == [0, 1, 2]
    assert [n for role, n in seen if role == dorsten.ref.role] == [0, 1, 2]


def test_many_events_are_written_at_once_and_keep_their_order(
    seen: list[tuple[str, object]], gladbeck: TenantInfo, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with in_tenant(gladbeck.ref), django_assert_num_queries(1):
        publish_many(kind=KIND, data=({"n": number} for number in range(300)))
    assert project_waiting() == 300
    assert [n for _role, n in seen] == list(range(300))


def test_a_failing_event_waits_with_its_error_and_holds_up_its_own_tenant_only(
    seen: list[tuple[str, object]], gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    write(gladbeck, n=1, fail=True)
    write(gladbeck, n=2)
    write(dorsten, n=1)
    project_waiting()
    assert seen == [(dorsten.ref.role, 1)]
    with as_projector():
        failed = OutboxEvent.objects.get(kind=KIND, error__contains="planned")
        assert failed.done_at is None
        OutboxEvent.objects.filter(id=failed.id).update(data={"n": 1})
    project_waiting()
    assert seen == [(dorsten.ref.role, 1), (gladbeck.ref.role, 1), (gladbeck.ref.role, 2)]


def test_an_event_of_a_rolled_back_change_never_was(seen: list[tuple[str, object]], gladbeck: TenantInfo) -> None:
    with transaction.atomic():
        write(gladbeck, n=1)
        transaction.set_rollback(True)
    assert project_waiting() == 0
    assert seen == []


def test_outside_of_a_tenant_there_is_nothing_to_tell() -> None:
    with pytest.raises(NoTenantError):
        publish(kind=KIND, data={})


def test_a_kind_has_one_projection(seen: list[tuple[str, object]]) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        handles(KIND)(seen.append)  # type: ignore[arg-type]
