"""What tests of second factors share: a clock that stands, an app that shows codes by it, and people with passkeys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pyotp
from django.test import Client

from shared_services.identity.tests.authenticator import Device
from shared_services.identity.tests.cast import PASSWORD, attempt, sign_in_path, text_of
from tenants.accounts import AccountInfo
from tenants.context import TenantRef, in_tenant
from tenants.staff.services import FACTORS

__all__ = ("PASSWORD", "App", "Clock", "Worker", "enrolled")


class Clock:
    """Stands in for the module `time` where codes are counted: a test says when a step is over."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.now = 1_800_000_000

    def time(self) -> float:
        """Return the time, as the real one does."""
        return float(self.now)

    def next_step(self) -> None:
        """Let the app show its next code."""
        self.now += 30


@dataclass
class App:
    """A person's app with its secret, and the recovery codes that were written down."""

    clock: Clock
    secret: str
    codes: list[str] = field(default_factory=list)

    def code(self, *, steps_ago: int = 0) -> str:
        """Return what the app shows now, or showed before."""
        return str(pyotp.TOTP(self.secret).at(self.clock.now - 30 * steps_ago))


def enrolled(account: AccountInfo, *, town: TenantRef, clock: Clock) -> App:
    """Set the second factor of a member of staff up; the next code is good."""
    with in_tenant(town):
        setup = FACTORS.begin(actor=account.as_actor(), issuer="Tests")
        app = App(clock, setup.secret)
        app.codes = FACTORS.finish(actor=account.as_actor(), code=app.code()).codes
    clock.next_step()
    return app


@dataclass
class Worker:
    """Somebody who works at a host, a browser there, and a device."""

    account: AccountInfo
    client: Client
    device: Device

    @property
    def root(self) -> str:
        """Where work begins."""
        return sign_in_path(self.device.host).removesuffix("anmelden/")

    def post(self, path: str, **sent: str) -> Any:
        """Send a form of the work area."""
        return self.client.post(f"{self.root}{path}", sent)

    def sign_in(self) -> Any:
        """Show the password."""
        return attempt(self.client, self.account.email)

    def add(self, *, name: str = "Telefon", **more: str) -> Any:
        """Make a passkey and bring it."""
        options = text_of(self.post("konto/passkeys/aufgabe/"))
        return self.post("konto/passkeys/neu/", answer=self.device.make(options), name=name, **more)

    def ask(self, client: Client | None = None) -> str:
        """Return the site's question for a passkey."""
        return text_of((client or self.client).post(f"{self.root}anmelden/passkey/aufgabe/"))

    def show(self, *, weiter: str = "") -> Any:
        """Sign in with the passkey alone."""
        return self.post("anmelden/passkey/", answer=self.device.show(self.ask()), weiter=weiter)

    def get_in_with_a_passkey(self) -> list[str]:
        """Set the first passkey up; return the recovery codes, and be signed out again."""
        self.sign_in()
        self.post("konto/bestaetigen/", password=PASSWORD)
        codes = re.findall(r"<code>([A-Z2-9-]{17})</code>", text_of(self.add()))
        self.post("abmelden/")
        return codes
