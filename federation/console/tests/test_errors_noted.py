"""The last error of a tenant is kept: after the fact, seldom, and never with what people typed."""

from __future__ import annotations

from typing import Any

import pytest
from celery.signals import task_failure
from django.core.signals import got_request_exception, request_finished
from django.db import DatabaseError
from django.http import Http404, HttpRequest

from federation.console import errors_noted
from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.models import Tenant
from tenants.registry.sites import Site, TenantInfo

pytestmark = pytest.mark.django_db


class FailedTask:
    """As much of a Celery task as its signal needs."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request


def fail_request(tenant: TenantInfo, error: Exception) -> None:
    request = HttpRequest()
    setattr(request, "site", Site(kind="tenant", host=tenant.host, tenant=tenant))  # noqa: B010 -- as middleware does
    setattr(request, "request_id", "0199-abc")  # noqa: B010
    try:
        raise error  # noqa: TRY301 -- the signal is sent where an exception is handled
    except Exception:  # noqa: BLE001 -- as Django's handler does
        got_request_exception.send(sender=None, request=request)


def finish_request() -> None:
    """As at the end of a request, without closing the connection of the test."""
    errors_noted._note_waiting()


def noted(tenant: TenantInfo) -> str:
    with as_operator():
        return str(Tenant.objects.get(id=tenant.id).last_error)


def test_it_listens() -> None:
    for signal in (got_request_exception, request_finished):
        assert any(one[0][0] == "console.errors_noted" for one in signal.receivers)


def test_a_pages_error_is_noted_when_the_request_is_over(gladbeck: TenantInfo) -> None:
    fail_request(gladbeck, ValueError("Erika Mustermann"))
    assert noted(gladbeck) == ""
    finish_request()
    assert noted(gladbeck) == "ValueError (request 0199-abc)"


def test_at_most_once_a_minute_for_each_tenant(
    gladbeck: TenantInfo, dorsten: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (ValueError(), KeyError()):
        fail_request(gladbeck, error)
        finish_request()
    fail_request(dorsten, KeyError())
    finish_request()
    assert noted(gladbeck).startswith("ValueError")
    assert noted(dorsten).startswith("KeyError")
    monkeypatch.setattr(errors_noted, "INTERVAL_SECONDS", 0.0)
    fail_request(gladbeck, KeyError())
    finish_request()
    assert noted(gladbeck).startswith("KeyError")


@pytest.mark.parametrize("error", [NotFound("gibt es nicht"), Http404()])
def test_what_is_expected_is_not_noted(gladbeck: TenantInfo, error: Exception) -> None:
    fail_request(gladbeck, error)
    finish_request()
    assert noted(gladbeck) == ""


def test_it_never_fails_itself(gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_details: Any) -> None:
        raise DatabaseError("connection lost")

    monkeypatch.setattr(errors_noted, "note_error", lost)
    fail_request(gladbeck, ValueError())
    finish_request()


def test_a_tasks_error_is_noted(gladbeck: TenantInfo) -> None:
    carried = {"id": str(gladbeck.id), "slug": "gladbeck", "schema": "t_gladbeck", "role": gladbeck.ref.role}
    task = FailedTask({"verbund_tenant": carried})
    task_failure.send(sender=task, task_id="7", exception=RuntimeError("Erika"), args=(), kwargs={}, einfo=None)
    assert noted(gladbeck) == "RuntimeError (task 7)"


def test_a_task_of_no_tenant_is_nobodys_error(gladbeck: TenantInfo) -> None:
    task_failure.send(sender=FailedTask({}), task_id="7", exception=RuntimeError(), args=(), kwargs={})
    assert noted(gladbeck) == ""
