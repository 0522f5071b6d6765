"""Mails reach the mail server once, wait while it can't take them, and are given up when it never will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from tenants.context import as_operator, as_projector
from tenants.mail.delivery import deliver_due
from tenants.mail.models import MailProblem, OutgoingMail
from tenants.mail.selectors import list_problems
from tenants.mail.services import forget_old
from tenants.mail.tests.conftest import Mailbox
from tenants.mail.trying import try_mail
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

Write = Callable[..., bool]
Rows = Callable[[], list[OutgoingMail]]


def make_due() -> None:
    with as_projector():
        OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def problems() -> list[tuple[str, str, str]]:
    with as_operator():
        return [(one.recipient_domain, one.code, one.said) for one in MailProblem.objects.order_by("id")]


def test_a_mail_arrives_in_both_forms_from_the_town(
    mailbox: Mailbox, write: Write, rows: Rows, gladbeck: TenantInfo
) -> None:
    assert write()
    assert deliver_due().sent == 1
    ((to, message),) = mailbox.read()
    assert to == "ada@gladbeck.test"
    assert message["From"] == f"{gladbeck.official_name} <portal@verbund.test>"
    assert message["Subject"] == "Etwas ist geschehen"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert html
    assert "das ist geschehen & mehr." in plain.get_content()
    assert "http://gladbeck.localhost/verwaltung/einladung/geheim/" in plain.get_content()
    assert "das ist geschehen &amp; mehr." in html.get_content()
    assert "prefers-color-scheme" in html.get_content()
    assert message["List-Unsubscribe"] is None


def test_what_was_sent_is_emptied_at_once_and_forgotten_later(mailbox: Mailbox, write: Write, rows: Rows) -> None:
    write()
    deliver_due()
    (row,) = rows()
    assert (row.state, bytes(row.sealed)) == ("sent", b"")
    assert forget_old(keep_days=30) == 0
    with as_projector():
        OutgoingMail.objects.update(done_at=timezone.now() - timedelta(days=31))
    assert forget_old(keep_days=30) == 1
    assert rows() == []


def test_one_key_is_one_mail(mailbox: Mailbox, write: Write) -> None:
    for _time in range(3):
        write(key="einmal")
    deliver_due()
    write(key="einmal")
    deliver_due()
    assert len(mailbox.read()) == 1


def test_an_unknown_address_is_given_up_and_told_without_the_address(
    mailbox: Mailbox, write: Write, rows: Rows, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    write("unknown@gladbeck.test")
    write("ada@gladbeck.test")
    with capture_logs() as logs:
        done = deliver_due()
    assert (done.sent, done.refused) == (1, 1)
    assert [row.state for row in rows()] == ["refused", "sent"]
    assert problems() == [("gladbeck.test", "550", "5.1.1 … unknown here")]
    assert "unknown@" not in str(logs)
    with as_operator():
        assert len(list_problems(tenant_ids=[gladbeck.id], regions=[])) == 1
        assert list_problems(tenant_ids=[dorsten.id], regions=["emscher-lippe"]) == []
    make_due()
    assert deliver_due().total == 0


def test_a_message_that_is_refused_is_given_up(mailbox: Mailbox, write: Write, rows: Rows) -> None:
    write("spam@gladbeck.test")
    assert deliver_due().refused == 1
    assert problems() == [("gladbeck.test", "554", "5.7.1 looks like spam")]
    assert not rows()[0].sealed


@pytest.mark.parametrize("who", ["greylisted", "full"])
def test_not_now_means_later_and_others_go_on(mailbox: Mailbox, write: Write, rows: Rows, who: str) -> None:
    write(f"{who}@gladbeck.test")
    write("ada@gladbeck.test")
    done = deliver_due()
    assert (done.sent, done.postponed, done.is_server_down) == (1, 1, False)
    assert deliver_due().total == 0
    (waiting, _sent) = rows()
    assert waiting.state == "waiting"
    assert waiting.next_attempt_at > timezone.now() + timedelta(seconds=50)
    assert "@" not in waiting.last_answer
    first_wait = waiting.next_attempt_at - timezone.now()
    make_due()
    deliver_due()
    assert rows()[0].next_attempt_at - timezone.now() > 2 * first_wait


@pytest.mark.parametrize("who", ["slow", "leaving", "speechless"])
def test_a_server_that_fails_costs_one_try_and_the_others_wait(
    mailbox: Mailbox, write: Write, rows: Rows, settings: Settings, who: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    write(f"{who}@gladbeck.test")
    write("ada@gladbeck.test")
    done = deliver_due()
    assert (done.sent, done.postponed, done.is_server_down) == (0, 1, True)
    assert [row.attempts for row in rows()] == [1, 0]
    make_due()
    with as_projector():
        OutgoingMail.objects.filter(key__startswith=who).delete()
    assert deliver_due().sent == 1


def test_a_mail_handed_over_twice_has_the_same_id(mailbox: Mailbox, write: Write) -> None:
    write("speechless@gladbeck.test")
    deliver_due()
    make_due()
    deliver_due()
    first, second = (message for _to, message in mailbox.read())
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@verbund.test>")


def test_no_server_no_starttls_wrong_password_wrong_sender_are_the_deployments_trouble(
    mailbox: Mailbox, write: Write, rows: Rows, settings: Settings
) -> None:
    write()
    settings.EMAIL_USE_TLS = True
    assert deliver_due().is_server_down
    settings.EMAIL_USE_TLS = False
    make_due()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal@verbund.test", "falsch"
    assert deliver_due().is_server_down
    assert rows()[0].last_answer == "535 5.7.8 … not with this password"
    settings.EMAIL_HOST_USER = ""
    make_due()
    settings.DEFAULT_FROM_EMAIL = "nobody@verbund.test"
    assert deliver_due().is_server_down
    make_due()
    settings.EMAIL_PORT = 1
    assert deliver_due().is_server_down
    assert mailbox.read() == []
    assert problems() == []
    make_due()
    settings.EMAIL_PORT, settings.DEFAULT_FROM_EMAIL = mailbox.port, "portal@verbund.test"
    assert deliver_due().sent == 1


def test_what_nobody_took_in_its_time_is_given_up(mailbox: Mailbox, write: Write, rows: Rows) -> None:
    write("greylisted@gladbeck.test")
    deliver_due()
    with as_projector():
        OutgoingMail.objects.update(expires_at=timezone.now())
    make_due()
    assert deliver_due().total == 0
    assert (rows()[0].state, bytes(rows()[0].sealed)) == ("expired", b"")
    assert [code for _domain, code, _said in problems()] == ["expired"]


def test_a_mail_that_another_worker_has_taken_is_left_to_it(mailbox: Mailbox, write: Write) -> None:
    write()
    with as_projector():
        OutgoingMail.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=5), attempts=1)
    assert deliver_due().total == 0
    make_due()
    assert deliver_due().sent == 1


def test_a_mail_by_hand_says_what_the_server_said(mailbox: Mailbox) -> None:
    assert try_mail(to="ada@gladbeck.test") is None
    refused = try_mail(to="unknown@gladbeck.test")
    assert refused
    assert (refused.verdict, refused.code) == ("refused", "550")
    assert len(mailbox.read()) == 1
