"""`verbund operators`, and lost second factors."""

from __future__ import annotations

import json

from django.conf import settings
from django.test import Client

from federation.cli.tests.conftest import Run
from shared_services.identity.tests.cast import make_staff
from tenants.context import as_operator, in_tenant
from tenants.operators.selectors import get_account_id, get_session_account
from tenants.registry.sites import TenantInfo

EMAIL = "otto@provider.test"


def test_a_person_of_a_provider_is_added_by_link_and_let_out(db: None, run: Run, gladbeck: TenantInfo) -> None:
    made = run("operators", "add", gladbeck.operator.slug, EMAIL, "--name", "Otto Perator", "--json")
    path = json.loads(made.stdout)["invitation"].partition(settings.VERBUND_CONSOLE_HOST)[2].partition("/")[2]
    assert Client(headers={"host": settings.VERBUND_CONSOLE_HOST}).get(f"/{path}").status_code == 200
    assert "/einladung/" in run("operators", "invite", EMAIL).stdout
    assert "zurückgesetzt" in run("operators", "reset-factor", EMAIL).stdout
    assert "beendet" in run("operators", "deactivate", EMAIL).stdout
    with as_operator():
        account = get_session_account(get_account_id(EMAIL) or gladbeck.id)
    assert account is not None
    assert not account.is_active
    assert run("operators", "invite", EMAIL).exit_code == 1


def test_the_last_administrators_lost_phone_is_a_command(db: None, run: Run, gladbeck: TenantInfo) -> None:
    account = make_staff(gladbeck, "ada@gladbeck.test", "administrator")
    with in_tenant(gladbeck.ref):
        assert not account.has_factor
    assert "zurückgesetzt" in run("tenants", "reset-factor", "gladbeck", account.email).stdout
    assert run("tenants", "reset-factor", "gladbeck", "niemand@gladbeck.test").exit_code == 1
    assert run("tenants", "reset-factor", "gibt-es-nicht", account.email).exit_code == 1
