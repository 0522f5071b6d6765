"""While a mail waits nobody can read in the database who was written to, and after its day nobody can at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tenants.context import as_migration, as_operator, as_projector
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.keystore.sealing import Unreadable
from tenants.mail.delivery import deliver_due
from tenants.mail.envelopes import Envelope, destroy_old_keys, open_envelope, seal_envelope
from tenants.mail.models import MailProblem, OutgoingMail
from tenants.mail.tests.conftest import Mailbox

Write = Callable[..., bool]
Rows = Callable[[], list[OutgoingMail]]


def test_neither_address_nor_words_stand_in_the_table(write: Write) -> None:
    write("ada.lovelace@gladbeck.test", key="k", subject="Ihre Einladung")
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM mail_outgoingmail t")
        text = " ".join(row[0] for row in cursor.fetchall())
    for secret in ("ada.lovelace", "Einladung", "geheim"):
        assert secret not in text
        assert secret.encode().hex() not in text


def test_keys_of_days_that_are_over_go() -> None:
    long_ago = timezone.now() - timedelta(days=4000)
    mail_id = uuid7()
    sealed = seal_envelope(Envelope("a@b.test", "s", "t", "h"), mail_id=mail_id, expires_at=long_ago)
    destroy_old_keys(today=long_ago.date())
    assert open_envelope(sealed, mail_id=mail_id, expires_at=long_ago).text == "t", "on its own day it can be sent"
    assert destroy_old_keys(today=(long_ago + timedelta(days=1)).date()) == 1
    with pytest.raises(Unreadable):
        open_envelope(sealed, mail_id=mail_id, expires_at=long_ago)


def test_an_envelope_opens_for_its_own_mail_only(rows: Rows, write: Write) -> None:
    write("ada@gladbeck.test")
    write("eva@gladbeck.test")
    first, second = rows()
    with pytest.raises(Unreadable):
        open_envelope(first.sealed, mail_id=second.id, expires_at=second.expires_at)


def test_a_mail_that_nobody_can_read_is_given_up_and_told(mailbox: Mailbox, write: Write, rows: Rows) -> None:
    write()
    with as_projector():
        OutgoingMail.objects.update(sealed=b"from another deployment")
    assert deliver_due().refused == 1
    assert rows()[0].state == "refused"
    with as_operator():
        assert [one.code for one in MailProblem.objects.all()] == ["unreadable"]


def test_without_the_key_store_mails_wait(mailbox: Mailbox, write: Write, rows: Rows, settings: Settings) -> None:
    write()
    settings.VERBUND_KEYS_DATABASE_URL = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1"
    done = deliver_due()
    assert (done.postponed, done.is_server_down) == (1, True)
    assert rows()[0].state == "waiting"
    store.disconnect()
