"""Mails are written in the transaction of what they tell, in the reader's language, by the writer's own role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tenants.context import as_editor, as_operator, as_umbrella, in_tenant
from tenants.errors import InvalidInput
from tenants.mail import services
from tenants.mail.content import MailContent
from tenants.mail.models import OutgoingMail
from tenants.mail.senders import Sender, region_sender, town_sender
from tenants.mail.services import send_mail_later
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db

Write = Callable[..., bool]
Rows = Callable[[], list[OutgoingMail]]


def plain(subject: str = "Betreff") -> Callable[[], MailContent]:
    return lambda: MailContent(subject=subject, paragraphs=("Text",))


def test_without_a_mail_server_nothing_is_written(write: Write, rows: Rows, settings: Settings) -> None:
    settings.VERBUND_MAIL = False
    assert not write()
    assert rows() == []


def test_a_transaction_that_fails_sends_nothing(
    write: Write,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(services, "_wake", [lambda: woken.append(1)])
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
        assert rows() == []
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        write(key="a")
        write(key="b")
    assert woken == [1]


def test_it_is_written_in_the_readers_language(rows: Rows, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref):
        for language in ("de", "en"):
            send_mail_later(
                kind="test",
                key=language,
                to="ada@gladbeck.test",
                compose=lambda: MailContent(subject=_("Sitzungen"), paragraphs=()),
                sender=town_sender(),
                language=language,
            )
    german, english = rows()
    assert german.envelope.subject == "Sitzungen"
    assert english.envelope.subject != "Sitzungen"
    assert "Guten Tag," in german.envelope.text
    assert "Guten Tag," not in english.envelope.text


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x00", "\u2028"])
def test_nobody_slips_a_header_in(rows: Rows, gladbeck: TenantInfo, line_break: str) -> None:
    evil = f"Hallo{line_break}Bcc: alle@example.test"
    good = {"kind": "test", "key": "k", "to": "ada@gladbeck.test", "compose": plain()}
    with in_tenant(gladbeck.ref):
        sender = town_sender()
        cases: list[dict[str, object]] = [
            {"compose": plain(evil), "sender": sender},
            {"to": f"ada@gladbeck.test{line_break}x", "sender": sender},
            {"sender": Sender(name=evil, home_url="http://x/")},
            {"sender": Sender(name="x", home_url="http://x/", reply_to=evil)},
        ]
        for case in cases:
            with pytest.raises(InvalidInput):
                send_mail_later(**{**good, **case})  # type: ignore[arg-type]  # keywords by name
    assert rows() == []


def test_an_address_has_to_be_one(gladbeck: TenantInfo, write: Write) -> None:
    for wrong in ("", "ada", "ada@gladbeck.test, bert@gladbeck.test", "Ada <ada@gladbeck.test>"):
        with pytest.raises(InvalidInput):
            write(wrong, key="k")


def test_umbrella_editors_and_console_can_write_too(rows: Rows) -> None:
    sender = region_sender(directory.snapshot().regions["emscher-lippe"])
    for number, context in enumerate((as_umbrella, as_editor, as_operator)):
        with context():
            assert send_mail_later(kind="test", key=f"k{number}", to="a@b.test", compose=plain(), sender=sender)
    assert len({row.owner_role for row in rows()}) == 3
    assert {row.region for row in rows()} == {"emscher-lippe"}


def test_a_town_writes_its_own_mails_only_and_reads_none(
    gladbeck: TenantInfo, dorsten: TenantInfo, write: Write
) -> None:
    write()
    insert = (
        "INSERT INTO public.mail_outgoingmail (id, owner_role, region, key, kind, language, sealed, sender_name,"
        " reply_to, state, attempts, next_attempt_at, expires_at, last_answer,"
        " created_at) VALUES (gen_random_uuid(), %s, '', 'x', 'x', 'de', '', '', '', 'waiting',"
        " 0, now(), now(), '', now())"
    )
    with in_tenant(dorsten.ref):
        for statement in (
            "SELECT * FROM public.mail_outgoingmail",
            "UPDATE public.mail_outgoingmail SET key = 'x'",
            "DELETE FROM public.mail_outgoingmail",
            "SELECT * FROM public.mail_mailproblem",
            insert,
        ):
            parameters = [gladbeck.ref.role] if statement is insert else None
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, parameters)
