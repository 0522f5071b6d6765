"""The two ways in for citizens, walked alike: the built-in one, and Keycloak with simulated identity providers."""

from __future__ import annotations

import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.journeys.cast import Person
from tests.journeys.product import Product

PASSWORD: Final = "Regen über Zeche Moltke 1904"
_LINK: Final = re.compile(r"https?://\S+")
_MAIL_SECONDS: Final = 30


def hurry_past(_page: Page) -> None:
    """Look at nothing."""


@dataclass(frozen=True)
class Way(ABC):
    """How people come in at a running product."""

    product: Product
    mails: Path

    @abstractmethod
    def register(self, page: Page, email: str, *, on_page: Callable[[Page], object] = hurry_past) -> None:
        """Open an account from the sign-in page, by the link in the mail; ends on the portal.

        `on_page`: what is done on each page that the link leads to.
        """

    @abstractmethod
    def sign_in(self, page: Page, user: str) -> None:
        """Fill in the form of somebody who has an account."""

    @abstractmethod
    def prove(self, page: Page, user: str) -> None:
        """Come back as somebody from a simulated identity provider, on whose page one is."""

    @abstractmethod
    def prove_again(self, page: Page, user: str) -> None:
        """Come back from it once more in the same browser, where no level is asked for."""

    @abstractmethod
    def decline(self, page: Page, user: str) -> None:
        """Come to a provider's page as somebody, and call it off there."""

    @abstractmethod
    def expect_form(self, page: Page) -> None:
        """Expect to be asked who one is."""

    @abstractmethod
    def add_passkey(self, page: Page) -> None:
        """Set a passkey up from one's own account; ends there."""

    @abstractmethod
    def sign_in_with_passkey(self, page: Page) -> None:
        """Sign in with it."""

    @property
    @abstractmethod
    def owner(self) -> str:
        """Somebody who has an account already."""

    @abstractmethod
    def come_to_work(self, page: Page, person: Person) -> None:
        """Sign in somebody who works here; ends on the first page of the work area."""

    @abstractmethod
    def expect_refusal(self, page: Page, person: Person, *, town: str) -> None:
        """Try to come in at a town where somebody does not work, and expect to be told."""

    def link_in_mail(self, to: str, *, path: str = "") -> str:
        """Wait for a mail to this address and return the link in it, one with this in its path."""
        deadline = time.monotonic() + _MAIL_SECONDS
        while time.monotonic() < deadline:
            for text in self._texts(to):
                found = _LINK.search(text)
                if found and path in found.group(0):
                    return found.group(0).rstrip(".>)")
            time.sleep(0.2)
        raise AssertionError(f"no mail to {to} within {_MAIL_SECONDS} s")

    def _texts(self, to: str) -> Iterator[str]:
        for file in sorted(self.mails.glob("*"), reverse=True):
            if file.name.startswith("."):
                continue
            raw = file.read_text(encoding="utf-8")
            text = json.loads(raw)["message"] if file.suffix == ".json" else raw
            message = message_from_bytes(text.encode())
            if to in str(message["To"]):
                yield _plain_text(message)


def _plain_text(message: Message) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    return content.decode(part.get_content_charset() or "utf-8") if isinstance(content, bytes) else ""


def put_authenticator_into(page: Page) -> Any:
    """Give a browser a device for passkeys that agrees to everything. Return the session that holds it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def app_secret(user: str) -> str:
    """Return the secret of the app that somebody who works here has at Keycloak."""
    return f"geheimnis-{user}"


class BuiltIn(Way):
    """Forms at the umbrella of the region."""

    owner = "ben@buerger.example"  # type: ignore[assignment]  # a constant does for the property

    def register(self, page: Page, email: str, *, on_page: Callable[[Page], object] = hurry_past) -> None:
        """Ask for a link, follow it, choose a password."""
        page.get_by_role("link", name="Konto eröffnen").click()
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_role("button", name="Link schicken").click()
        page.goto(self.link_in_mail(email))
        on_page(page)
        page.get_by_label("Passwort").fill(PASSWORD)
        page.get_by_role("button", name="Konto eröffnen").click()
        expect(page.get_by_role("heading", name="Mein Konto", level=1)).to_be_visible()

    def sign_in(self, page: Page, user: str) -> None:
        """Fill in address and password."""
        page.get_by_label("E-Mail-Adresse").fill(user)
        page.get_by_label("Passwort").fill("verbund-demo-citizen")
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()

    def prove(self, page: Page, user: str) -> None:
        """Choose somebody on the page that stands for the provider's."""
        page.locator(f"button[name=person][value='{user}']").click()

    def prove_again(self, page: Page, user: str) -> None:
        """Choose them again: the page remembers nobody."""
        self.prove(page, user)

    def decline(self, page: Page, user: str) -> None:
        """Choose somebody who declines."""
        self.prove(page, user)

    def expect_form(self, page: Page) -> None:
        """Expect the umbrella's form."""
        expect(page.get_by_role("heading", name="Anmelden", level=1)).to_be_visible()
        expect(page.get_by_label("Passwort")).to_be_visible()

    def add_passkey(self, page: Page) -> None:
        """Name it and let the browser make it."""
        page.get_by_label("Name").fill("Telefon")
        page.get_by_role("button", name="Passkey einrichten").click()
        expect(page.get_by_role("main")).to_contain_text("Ihr Passkey ist eingerichtet")

    def sign_in_with_passkey(self, page: Page) -> None:
        """Press the button beside the form."""
        page.get_by_role("button", name="Mit Passkey anmelden").click()

    def come_to_work(self, page: Page, person: Person) -> None:
        """Fill in the form of the place."""
        person.sign_in(page, self.product)

    def expect_refusal(self, page: Page, person: Person, *, town: str) -> None:
        """Fill in the other town's form."""
        page.goto(self.product.at(town, "/verwaltung/anmelden/"))
        page.get_by_label("E-Mail-Adresse").fill(person.email)
        page.get_by_label("Passwort").fill(person.password)
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("stimmen nicht")


class Keycloak(Way):
    """Keycloak's own pages, in our theme."""

    owner = "anna"  # type: ignore[assignment]  # as above

    def register(self, page: Page, email: str, *, on_page: Callable[[Page], object] = hurry_past) -> None:
        """Ask for a link on the portal's form, follow it, say name and password at Keycloak, and sign in with them."""
        page.get_by_role("link", name="Konto eröffnen").click()
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_role("button", name="Link schicken").click()
        expect(page.get_by_role("heading", name="Sehen Sie in Ihr Postfach")).to_be_visible()
        page.goto(self.link_in_mail(email))
        on_page(page)
        page.get_by_role("link", name="Klicken Sie hier").click()
        page.get_by_label("Vorname").fill("Nadja")
        on_page(page)
        page.get_by_label("Nachname").fill("Neu")
        page.locator("form [type=submit]").first.click()
        page.locator("#password-new").fill(PASSWORD)
        on_page(page)
        page.locator("#password-confirm").fill(PASSWORD)
        page.locator("form [type=submit]").first.click()
        page.get_by_role("link", name="Weiter zum Portal").click()
        page.locator("#username").fill(email)
        page.locator("#password").fill(PASSWORD)
        page.locator("#kc-login").click()
        expect(page.get_by_role("button", name="Abmelden").first).to_be_visible()

    def sign_in(self, page: Page, user: str) -> None:
        """Fill in name and password."""
        page.locator("#username").fill(user)
        page.locator("#password").fill(f"{user}-passwort")
        page.locator("#kc-login").click()

    def prove(self, page: Page, user: str) -> None:
        """Sign in at the simulator."""
        self.sign_in(page, user)

    def prove_again(self, page: Page, user: str) -> None:
        """The simulator knows the person still, and does not ask."""

    def decline(self, page: Page, user: str) -> None:
        """Sign in, and say no to what is asked then."""
        self.sign_in(page, user)
        page.locator("#kc-decline").click()

    def expect_form(self, page: Page) -> None:
        """Expect Keycloak's form."""
        expect(page.locator("#username")).to_be_visible()

    def add_passkey(self, page: Page) -> None:
        """Go to Keycloak's page and come back."""
        page.on("dialog", lambda dialog: dialog.accept("Telefon"))
        page.get_by_role("link", name="Passkey einrichten").click()
        page.locator("#registerWebAuthn").click()
        expect(page.get_by_role("main")).to_contain_text("Ihre Änderung beim Anmeldedienst ist gespeichert")

    def sign_in_with_passkey(self, page: Page) -> None:
        """Press the button beside the form; a browser that offers the passkey by itself is faster."""
        with suppress(PlaywrightError):
            page.locator("#authenticateWebAuthnButton").click(timeout=3_000)

    def come_to_work(self, page: Page, person: Person) -> None:
        """Open the work area, which leads to Keycloak's form, and show a code after the password."""
        # Keycloak's library comes with it: most processes of a run do without.
        from shared_services.identity.keycloak.tests.walker import one_time_code  # noqa: PLC0415 -- see above

        page.goto(self.product.at(person.site, person.area))
        page.locator("#username").fill(person.email)
        page.locator("#password").fill(person.password)
        page.locator("#kc-login").click()
        page.get_by_label("Code aus der App").fill(one_time_code(app_secret(person.email)))
        page.locator("#kc-login").click()
        expect(page.get_by_role("button", name="Abmelden")).to_be_visible()

    def expect_refusal(self, page: Page, person: Person, *, town: str) -> None:
        """Open the other town's area: Keycloak knows the person already, the town does not."""
        page.goto(self.product.at(town, person.area))
        # A town with a directory of its own asks by which way.
        elsewhere = page.get_by_role("link", name="Zum Anmeldedienst")
        expect(elsewhere.or_(page.get_by_text("keinen Zugang"))).to_be_visible()
        if elsewhere.is_visible():
            elsewhere.click()
        expect(page.get_by_role("main")).to_contain_text("keinen Zugang")
        expect(page.get_by_role("link", name="Mit einem anderen Konto anmelden")).to_be_visible()
