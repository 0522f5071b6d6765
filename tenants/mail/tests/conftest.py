"""A mail server in a process of its own, and mails written by a town."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from tenants.context import as_projector, in_tenant
from tenants.mail.content import MailContent
from tenants.mail.models import OutgoingMail
from tenants.mail.senders import town_sender
from tenants.mail.services import send_mail_later
from tenants.registry.sites import TenantInfo

SINK = Path(__file__).parent / "sink.py"


@dataclass(frozen=True)
class Mailbox:
    """What the server took, and where it listens."""

    folder: Path
    port: int

    def read(self) -> list[tuple[str, EmailMessage]]:
        """Return address and message of all mails, the oldest first."""
        found = []
        for path in sorted(self.folder.glob("*.json")):
            told = json.loads(path.read_text())
            found.append((told["to"], email.message_from_bytes(told["message"].encode(), policy=email.policy.default)))
        return found


@pytest.fixture(scope="session")
def _sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    folder = tmp_path_factory.mktemp("sink")
    command = [sys.executable, str(SINK), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- our own program
    assert process.stdout
    with process.stdout:
        yield Mailbox(folder, int(process.stdout.readline()))
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def mailbox(_sink: Mailbox, settings: Settings) -> Mailbox:
    """Return the server, empty, with the settings that lead to it."""
    for path in _sink.folder.iterdir():
        path.unlink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "portal@verbund.test"
    return _sink


@pytest.fixture
def write(gladbeck: TenantInfo) -> Callable[..., bool]:
    """Return how Gladbeck writes a mail."""

    def write_one(to: str = "ada@gladbeck.test", *, key: str = "", subject: str = "Etwas ist geschehen") -> bool:
        def compose() -> MailContent:
            return MailContent(
                subject=subject,
                paragraphs=("das ist geschehen & mehr.",),
                points=(("Drei Prüfungen", "http://gladbeck.localhost/verwaltung/"),),
                link="http://gladbeck.localhost/verwaltung/einladung/geheim/",
                link_label="Ansehen",
            )

        with in_tenant(gladbeck.ref):
            return send_mail_later(kind="test", key=key or to, to=to, compose=compose, sender=town_sender())

    return write_one


@pytest.fixture
def rows(db: None) -> Callable[[], list[OutgoingMail]]:
    """Return what is in the table, as the worker sees it, in the order of writing."""

    def read() -> list[OutgoingMail]:
        with as_projector():
            return list(OutgoingMail.objects.order_by("id"))

    return read
