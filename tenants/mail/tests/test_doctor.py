"""The doctor asks the mail server, and knows of mail that does not arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tenants.context import as_projector
from tenants.doctor.mail import examine_mail
from tenants.mail.delivery import deliver_due
from tenants.mail.models import OutgoingMail
from tenants.mail.tests.conftest import Mailbox

pytestmark = pytest.mark.django_db


def codes() -> list[tuple[str, str]]:
    return [(one.code, one.tenant) for one in examine_mail()]


def test_a_server_that_answers_is_no_finding(mailbox: Mailbox) -> None:
    assert codes() == []


def test_a_server_that_is_away_or_refuses_is_a_problem(mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    assert codes() == [("mail_server", "")]
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = mailbox.port, True
    assert codes() == [("mail_server", "")]
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "portal", "falsch"
    (finding,) = examine_mail()
    assert "535" in finding.what
    settings.VERBUND_MAIL = False
    assert codes() == []


def test_mail_that_waits_or_was_refused_is_named(mailbox: Mailbox, write: Callable[..., bool]) -> None:
    write("unknown@gladbeck.test")
    write("greylisted@gladbeck.test")
    deliver_due()
    assert codes() == [("mail_problems", "gladbeck")]
    with as_projector():
        OutgoingMail.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert codes() == [("mail_waiting", ""), ("mail_problems", "gladbeck")]
