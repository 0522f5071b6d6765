"""What tests of second factors share: a clock that stands, and an app that shows codes by it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyotp

from shared_services.identity.tests.cast import PASSWORD
from tenants.accounts import AccountInfo
from tenants.context import TenantRef, in_tenant
from tenants.staff.services import FACTORS

__all__ = ("PASSWORD", "App", "Clock", "enrolled")


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
