"""Open an account and find back into one where Keycloak keeps them: no answer tells whether there is an account."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
import structlog
from django.test import Client

from shared_services.accounts.wishes import list_waiting
from shared_services.identity.citizen.tests.at_keycloak import Person
from shared_services.identity.citizen.tests.cast import UMBRELLA
from shared_services.identity.keycloak.admin import Api, full_admin, realm_admin
from shared_services.identity.keycloak.linkmails import LINK_UNTIL
from shared_services.identity.keycloak.tasks import grant_wishes, remove_unopened
from tenants.context import as_migration
from tenants.mail.models import OutgoingMail
from tests.keycloak import KeycloakForTests

PASSWORD: Final = "Regen über Zeche Moltke 1904"
SENT: Final = "Sehen Sie in Ihr Postfach"
REGISTER: Final = "/konto/registrieren/?kommune=gladbeck"
FORGOTTEN: Final = "/konto/passwort-vergessen/?kommune=gladbeck"
SINK: Final = Path(__file__).parents[4] / "tenants" / "mail" / "tests" / "sink.py"
_MAIL_SECONDS: Final = 20


class Mailboxes:
    """What Keycloak and the portal have sent."""

    def __init__(self, folder: Path) -> None:
        """Look into the folder of Keycloak's mail server."""
        self._folder = folder

    def of_keycloak(self, to: str) -> list[str]:
        """Return subject and text of Keycloak's mails to an address, oldest first."""
        found = [json.loads(one.read_text(encoding="utf-8")) for one in sorted(self._folder.glob("*.json"))]
        return [_text(one["message"]) for one in found if one["to"] == to]

    def link(self, to: str) -> str:
        """Return the link of the newest one."""
        found = re.search(r"https?://\S+", self.of_keycloak(to)[-1])
        assert found
        return found.group(0)

    @staticmethod
    def of_portal() -> list[str]:
        """Return the kinds of our own mails."""
        with as_migration():
            return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


@pytest.fixture
def mailboxes(keycloak: KeycloakForTests, settings: Any, tmp_path: Path, db: None) -> Iterator[Mailboxes]:
    """Give Keycloak a mail server for a test."""
    settings.VERBUND_MAIL = True
    api = Api(full_admin())
    with subprocess.Popen([sys.executable, str(SINK), str(tmp_path)], stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        port = sink.stdout.readline().strip()
        api.put("", {"smtpServer": {"host": "127.0.0.1", "port": port, "from": "portal@verbund.test"}})
        yield Mailboxes(tmp_path)
        api.put("", {"smtpServer": {}})
        sink.terminate()


@pytest.fixture
def address(keycloak: KeycloakForTests) -> Iterator[Callable[[], str]]:
    """Return a new address each time; who has an account with one of them is removed after the test."""
    made: list[str] = []

    def new() -> str:
        made.append(f"neu.{uuid4().hex[:12]}@example.org")
        return made[-1]

    yield new
    api = Api(full_admin())
    for email in made:
        for user in api.get("/users", email=email, exact="true"):
            api.delete(f"/users/{user['id']}")


@pytest.fixture
def owner(address: Callable[[], str]) -> str:
    """Return the address of somebody with an account."""
    email = address()
    user = {
        "username": email,
        "email": email,
        "emailVerified": True,
        "enabled": True,
        "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
    }
    Api(full_admin()).post("/users", user)
    return email


def user_of(email: str) -> dict[str, Any] | None:
    """Return somebody as Keycloak knows them."""
    found = Api(realm_admin()).get("/users", email=email, exact="true", briefRepresentation="false")
    return dict(found[0]) if found else None


def ask(client: Client, path: str, email: str) -> tuple[int, str]:
    """Fill in a form; return the answer without what differs in every answer."""
    answer = client.post(path, {"email": email})
    shown = re.sub(r'nonce="[^"]*"|value="[^"]{40,}"|csrf\S+', "", answer.content.decode())
    return answer.status_code, shown


def test_explore(mailboxes: Mailboxes, address: Callable[[], str], owner: str, visit: Callable[[str], Client], person: Callable[[], Person]) -> None:
    new = address()
    stranger, known = ask(visit(UMBRELLA), REGISTER, new), ask(visit(UMBRELLA), REGISTER, owner)
    assert stranger == known
    assert SENT in stranger[1]
    assert grant_wishes() == 2
    print(mailboxes.of_portal(), mailboxes.of_keycloak(new), mailboxes.of_keycloak(owner))
    print(user_of(new))
    somebody = person().begin(target="/leistungen/?q=Hund")
    print(somebody.visitor.page[-2500:])
    v = somebody.visitor
    v.follow(mailboxes.link(new))
    print("A", v.heading(), v.url)
    m = re.search(r'<p><a href="([^"]+)"', v.page)
    v.follow(html.unescape(m.group(1)))
    print("B", v.heading(), v.url)
    print(user_of(new))
    f=re.search(r'(?s)<form.*?</form>', v.page).group(0)
    print(re.findall(r"<input[^>]*>", f))
    v.submit(**{"password-new": PASSWORD, "password-confirm": PASSWORD})
    print("C", v.heading(), v.url, re.findall(r'<a href="([^"]+)"', v.page))
    a = somebody.client.get("/konto/anmelden/zurueck/")
    print(a.status_code, a["Location"])
    assert 0


def _text(message: str) -> str:
    parsed = message_from_string(message, policy=default)
    body = parsed.get_body(("plain",))
    assert body is not None
    return f"{parsed['Subject']}\n{body.get_content()}"
