"""`verbund accounts`: what is due is told first, and done then."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from django.utils import timezone

from shared_services.accounts.models import CitizenAccount
from shared_services.accounts.tests.cast import open_account
from tenants.context import as_accounts

Run = Callable[..., Result]
pytestmark = pytest.mark.django_db


def test_what_is_due_is_told_and_then_done(run: Run) -> None:
    account_id = open_account("ilka@example.org")
    with as_accounts():
        CitizenAccount.objects.filter(id=account_id).update(last_used_on=timezone.localdate() - timedelta(days=900))
    assert json.loads(run("accounts", "retention", "--dry-run", "--json").stdout)["to_announce"] == 1
    assert json.loads(run("accounts", "retention", "--json").stdout)["announced"] == 1
    again = run("accounts", "retention").stdout
    assert "Löschungen angekündigt" in again
    assert json.loads(run("accounts", "retention", "--dry-run", "--json").stdout)["to_announce"] == 0
