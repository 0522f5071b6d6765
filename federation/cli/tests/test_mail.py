"""`verbund mail`: what did not arrive, and one mail by hand."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from pytest_django import Settings

from federation.cli.tests.conftest import Run
from tenants.context import as_projector
from tenants.mail.models import MailProblem
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db


def test_problems_are_listed(run: Run, gladbeck: TenantInfo) -> None:
    assert "angekommen" in run("mail", "problems").output
    with as_projector():
        MailProblem.objects.create(tenant_id=gladbeck.id, kind="reminder", code="550", recipient_domain="x.test")
    (row,) = json.loads(run("mail", "problems", "--json").output)
    assert (row["where"], row["code"], row["recipient_domain"]) == ("gladbeck", "550", "x.test")


def test_one_mail_by_hand(run: Run, settings: Settings) -> None:
    assert run("mail", "test", "ada@gladbeck.test").exit_code == 0
    assert [one.to for one in mail.outbox] == [["ada@gladbeck.test"]]
    assert run("mail", "test", "ada").exit_code == 1
    settings.VERBUND_MAIL = False
    assert "kein Mailserver" in run("mail", "test", "ada@gladbeck.test").output
