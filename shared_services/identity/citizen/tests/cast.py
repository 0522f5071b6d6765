"""Citizens of the tests, and a browser that goes from host to host as people's do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import pyotp
from django.core import mail
from django.test import Client

from shared_services.accounts import registration, secondfactor
from shared_services.accounts.book import key_for
from shared_services.accounts.links import make_link
from shared_services.accounts.models import LinkPurpose
from tenants.context import as_accounts, as_migration
from tenants.ids import uuid7
from tenants.mail.models import OutgoingMail
from tenants.mail.senders import Sender
from tenants.registry.sites import TenantInfo

PASSWORD: Final = "Regen über Zeche Moltke 1904"
UMBRELLA: Final = "emscher-lippe.localhost"


@dataclass(frozen=True)
class Citizen:
    """Somebody with an account."""

    id: UUID
    email: str


def open_account(email: str, password: str = PASSWORD) -> Citizen:
    """Open an account as a link in a mail would."""
    key = key_for(uuid7())
    with as_accounts():
        token = make_link(key, purpose=LinkPurpose.REGISTER, contents={"email": email}, account_id=None)
    return Citizen(registration.finish_registration(token=token, password=password).id, email)


class Browser:
    """Keeps the cookies of each host and follows redirects between hosts."""

    def __init__(self, visit: Callable[[str], Client]) -> None:
        """Start without cookies."""
        self._visit = visit
        self._clients: dict[str, Client] = {}
        self.host = ""
        self.path = ""

    def client(self, host: str) -> Client:
        """Return this browser's client of a host."""
        if host not in self._clients:
            self._clients[host] = self._visit(host)
        return self._clients[host]

    def get(self, host: str, path: str, **more: Any) -> Any:
        """Open a page and follow wherever it leads."""
        return self._follow(host, path, self.client(host).get(path, **more))

    def post(self, host: str, path: str, data: dict[str, str]) -> Any:
        """Send a form and follow wherever it leads."""
        return self._follow(host, path, self.client(host).post(path, data))

    def sign_in(self, citizen: Citizen, *, host: str = UMBRELLA, target: str = "", password: str = PASSWORD) -> Any:
        """Sign in as people do: begin at a host, fill in the umbrella's form, come back."""
        self.get(host, f"/konto/anmelden/?weiter={target}" if target else "/konto/anmelden/")
        form = {"email": citizen.email, "password": password, "weiter": self._wanted()}
        return self.post(self.host, "/konto/anmelden/passwort/", form)

    def _wanted(self) -> str:
        from urllib.parse import parse_qs  # noqa: PLC0415 -- one use

        return parse_qs(urlsplit(self.path).query).get("weiter", [""])[0]

    def _follow(self, host: str, path: str, response: Any) -> Any:
        for _hop in range(12):
            self.host, self.path = host, path
            if response.status_code not in {301, 302}:
                return response
            parts = urlsplit(response["Location"])
            host = (parts.hostname or host) if parts.netloc else host
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            response = self.client(host).get(path)
        raise AssertionError("too many redirects")


def a_sender() -> Sender:
    """Return in whose name mails go out where no request says it."""
    return Sender(name="Emscher-Lippe", home_url=f"http://{UMBRELLA}", region="emscher-lippe")


@dataclass(frozen=True)
class SentMail:
    """A mail that waits for its delivery."""

    kind: str
    to: str
    language: str
    text: str

    @property
    def link(self) -> str:
        """The path of its link into the account."""
        found = re.search(r"https?://[^/\s]+((?:/en)?/konto/\S+)", self.text)
        assert found, self.text
        return found.group(1)


def list_mails(kind: str = "") -> list[SentMail]:
    """Return the mails that were written, the oldest first; of one kind if it is named."""
    with as_migration():
        rows = list(OutgoingMail.objects.order_by("id"))
    return [
        SentMail(row.kind, row.envelope.recipient, row.language, row.envelope.text)
        for row in rows
        if not kind or row.kind == kind
    ]


def last_mail() -> Any:
    """Return the mail that was sent last."""
    return mail.outbox[-1]


def code_for(browser: Browser, tenant: TenantInfo) -> str:
    """Let a town begin, and return the address with the code without opening it."""
    begun = browser.client(tenant.host).get("/konto/anmelden/")["Location"]
    handed = browser.client(UMBRELLA).get(begun.partition(UMBRELLA)[2])
    return str(handed["Location"].partition(tenant.host)[2])


def set_up_app(citizen: Citizen) -> tuple[str, list[str]]:
    """Set an app up; return its secret and the recovery codes."""
    secondfactor.begin_setup(account_id=citizen.id, issuer="Tests", label=citizen.email)
    secret = secondfactor.get_waiting_secret(citizen.id)
    return secret, secondfactor.finish_setup(account_id=citizen.id, code=pyotp.TOTP(secret).now(), sender=a_sender())
