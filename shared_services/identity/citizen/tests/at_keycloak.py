"""Somebody at a browser, between a town's portal and the pages of the real Keycloak."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.test import Client

from shared_services.identity.keycloak.tests.walker import CALLBACK, Visitor

RETURN: Final = urlsplit(CALLBACK).path
PORTAL: Final = "/konto/"


class Person:
    """Somebody at a browser: the town's portal on one side, Keycloak's pages on the other."""

    def __init__(self, client: Client, visitor: Visitor) -> None:
        """Sit down."""
        self.client, self.visitor = client, visitor

    def begin(self, *, target: str = PORTAL, **wanted: str) -> Person:
        """Press "sign in" on the portal."""
        begun = self.client.get(f"/konto/anmelden/?{urlencode({'weiter': target, **wanted})}")
        assert begun.status_code == 302, begun.content.decode()
        self.visitor.follow(begun["Location"])
        return self

    def sign_in(self, user: str) -> Any:
        """Fill in Keycloak's or the provider's form and come back."""
        if not self.visitor.answer:
            self.visitor.sign_in(user)
        return self.come_back()

    def come_back(self, **changes: str) -> Any:
        """Bring the answer to the portal."""
        return self.client.get(f"{RETURN}?{urlencode({**self.visitor.answer, **changes})}")

    def level(self) -> str:
        """Return the level that the portal shows."""
        page = self.client.get(PORTAL).content.decode()
        return next(word for word in ("substantiell", "hoch", "einfach") if f"Vertrauensniveau: {word}" in page)
