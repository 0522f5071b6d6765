"""Somebody at a browser who works here: a portal on one side, Keycloak's pages on the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from shared_services.identity.keycloak.tests.walker import Visitor, one_time_code
from shared_services.identity.tests.cast import PASSWORD, SYSTEM
from tenants.accounts import AccountInfo
from tenants.operators.services import create_operator_account
from tenants.registry.sites import TenantInfo

# As Keycloak shows it where one sets an app up.
_NEW_SECRET = re.compile(r'name="totpSecret" value="([^"]+)"')


@dataclass
class Worker:
    """A person with a name at Keycloak. `secret` is that of the app for one-time codes, once there is one."""

    client: Client
    visitor: Visitor
    user: str
    secret: str = ""

    def go(self, path: str) -> Any:
        """Open a page of the portal and follow wherever that leads, to Keycloak and back; return the portal's page."""
        return self._follow(self.client.get(path))

    def sign_in(self, path: str) -> Any:
        """Open a page, and give Keycloak whatever it asks for."""
        self.go(path)
        for _form in range(4):
            if self.is_here:
                break
            self.visitor.submit(**self._answer())
            if self.visitor.answer:
                self.come_back()
        return self.page

    def come_back(self) -> Any:
        """Bring Keycloak's answer to the portal."""
        parts = urlsplit(self.visitor.url)
        return self._follow(self.client.get(f"{parts.path}?{parts.query}"))

    @property
    def is_here(self) -> bool:
        """Whether the browser shows a page of the portal."""
        return self.page is not None

    page: Any = None

    def _follow(self, response: Any) -> Any:
        for _hop in range(20):
            if response.status_code not in {301, 302}:
                self.page = response
                return response
            location = response["Location"]
            if urlsplit(location).netloc != urlsplit(self.visitor.issuer).netloc:
                parts = urlsplit(location)
                response = self.client.get(f"{parts.path}?{parts.query}")
                continue
            self.page = None
            self.visitor.follow(location)
            if not self.visitor.answer:
                return None
            parts = urlsplit(self.visitor.url)
            response = self.client.get(f"{parts.path}?{parts.query}")
        raise AssertionError("too many redirects")

    def _answer(self) -> dict[str, str]:
        page = self.visitor.page
        new = _NEW_SECRET.search(page)
        if new:
            self.secret = new.group(1)
            return {"totp": one_time_code(self.secret), "userLabel": "Telefon"}
        if 'name="otp"' in page:
            return {"otp": one_time_code(self.secret)}
        if 'name="password"' in page:
            return {"username": self.user, "password": f"{self.user}-passwort"}
        raise AssertionError(f"what does {self.visitor.url} ask? {self.visitor.heading()}")


def make_operator(one: Worker, town: TenantInfo) -> AccountInfo:
    """Make an account for the console."""
    return create_operator_account(
        actor=SYSTEM,
        operator_slug=town.operator.slug,
        email=f"{one.user}@konsole.test",
        name="Otto Perator",
        password=PASSWORD,
    )
