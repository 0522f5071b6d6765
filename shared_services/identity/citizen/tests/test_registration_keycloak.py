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
from shared_services.identity.citizen.tests.cast import PASSWORD, UMBRELLA, list_mails
from shared_services.identity.keycloak.admin import Api, full_admin, realm_admin
from shared_services.identity.keycloak.linkmails import LINK_UNTIL
from shared_services.identity.keycloak.tasks import grant_wishes, remove_unopened
from tenants.context import as_migration
from tenants.mail.models import OutgoingMail
from tests.keycloak import KeycloakForTests

SENT: Final = "Sehen Sie in Ihr Postfach"
REGISTER: Final = "/konto/registrieren/?kommune=gladbeck"
FORGOTTEN: Final = "/konto/passwort-vergessen/?kommune=gladbeck"
SINK: Final = Path(__file__).parents[4] / "tenants" / "mail" / "tests" / "sink.py"


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
    with subprocess.Popen([sys.executable, str(SINK), str(tmp_path)], stdout=subprocess.PIPE, text=True) as sink:  # noqa: S603 -- ours
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


def test_an_address_with_an_account_and_one_without_get_the_same_answer_and_different_mails(
    mailboxes: Mailboxes, address: Callable[[], str], owner: str, visit: Callable[[str], Client]
) -> None:
    new = address()
    stranger = ask(visit(UMBRELLA), REGISTER, new)
    assert stranger == ask(visit(UMBRELLA), REGISTER, owner)
    assert stranger[0] == 200
    assert SENT in stranger[1]
    # Nothing has been asked or sent yet: the time of the answer tells nothing either.
    assert (user_of(new), mailboxes.of_portal()) == (None, [])

    assert grant_wishes() == 2
    (mail,) = mailboxes.of_keycloak(new)
    assert mail.startswith("Ihr Link zum Bürgerkonto")
    assert "Serviceportal Emscher-Lippe" in mail
    assert mailboxes.of_keycloak(owner) == []
    assert mailboxes.of_portal() == ["accounts.exists"]
    assert grant_wishes() == 0


def test_a_forgotten_password_is_set_anew_and_strangers_get_the_same_answer(
    mailboxes: Mailboxes, address: Callable[[], str], owner: str, visit: Callable[[str], Client]
) -> None:
    new = address()
    assert ask(visit(UMBRELLA), f"/en{FORGOTTEN}", new) == ask(visit(UMBRELLA), f"/en{FORGOTTEN}", owner)
    assert grant_wishes() == 2
    assert mailboxes.link(owner)
    assert mailboxes.of_keycloak(new) == []
    assert mailboxes.of_portal() == ["accounts.none"]
    assert user_of(new) is None


def test_the_link_opens_the_account_and_leads_back_to_the_page_one_came_from(
    mailboxes: Mailboxes,
    address: Callable[[], str],
    visit: Callable[[str], Client],
    person: Callable[[], Person],
    keycloak: KeycloakForTests,
) -> None:
    new, target = address(), "/leistungen/?q=Hund"
    somebody = person().begin(target=target)
    ask(visit(UMBRELLA), _path(somebody.visitor.page, "Konto eröffnen"), new)
    grant_wishes()
    portal = choose_password(somebody, mailboxes.link(new))
    assert portal == "http://gladbeck.localhost/konto/anmelden/zurueck/"
    again = somebody.client.get("/konto/anmelden/zurueck/")
    assert again["Location"] == "/konto/anmelden/?weiter=%2Fleistungen%2F%3Fq%3DHund"
    somebody.begin(target=target).visitor.submit(username=new, password=PASSWORD)
    assert somebody.come_back()["Location"] == target
    assert somebody.level() == "einfach"
    known = user_of(new)
    assert known
    assert (known["firstName"], known["lastName"]) == ("Nadja", "Neu")
    assert keycloak.lines_with(known["id"], 'type="LOGIN"')
    told = "".join(line for line in keycloak.log_lines() if known["id"] in line)
    assert {"ADMIN_CREATE", "UPDATE_PROFILE", "UPDATE_CREDENTIAL", "LOGIN"} <= set(re.findall(r'type="(\w+)"', told))
    assert not [line for line in keycloak.log_lines() if new in line or "Nadja" in line]


def test_whoever_loses_the_link_gets_another_and_the_same_user(
    mailboxes: Mailboxes, address: Callable[[], str], visit: Callable[[str], Client]
) -> None:
    new = address()
    for path in (f"/en{REGISTER}", REGISTER, FORGOTTEN):
        ask(visit(UMBRELLA), path, new)
        assert grant_wishes() == 1
    first, second, third = mailboxes.of_keycloak(new)
    # In the language of whoever opened the account.
    assert first.startswith("Your link")
    assert second.startswith("Your link")
    assert third.startswith("Your link")
    assert mailboxes.of_portal() == []


def test_users_whose_link_nobody_followed_go_and_all_others_stay(
    mailboxes: Mailboxes, address: Callable[[], str], visit: Callable[[str], Client], person: Callable[[], Person]
) -> None:
    late, young, opened = address(), address(), address()
    for email in (late, young, opened):
        ask(visit(UMBRELLA), REGISTER, email)
    assert grant_wishes() == 3
    # Whoever has only begun to follow the link has shown the mailbox: that is theirs.
    follow(person(), mailboxes.link(opened))
    for email in (late, opened):
        _let_link_pass(email)
    assert remove_unopened() == 1
    assert user_of(late) is None
    assert user_of(young)
    assert user_of(opened)


def test_while_keycloak_is_away_the_answer_is_the_same_and_the_wish_waits(
    mailboxes: Mailboxes, address: Callable[[], str], visit: Callable[[str], Client], settings: Any
) -> None:
    new, there = address(), settings.VERBUND_KEYCLOAK_URL
    settings.VERBUND_KEYCLOAK_URL = "http://127.0.0.1:9"
    assert SENT in ask(visit(UMBRELLA), REGISTER, new)[1]
    assert grant_wishes() == 0
    assert len(list_waiting()) == 1
    settings.VERBUND_KEYCLOAK_URL = there
    assert grant_wishes() == 1
    assert list_waiting() == []
    assert mailboxes.link(new)


def test_a_mail_that_keycloak_cannot_send_holds_up_nobody(
    mailboxes: Mailboxes, address: Callable[[], str], visit: Callable[[str], Client]
) -> None:
    new = address()
    ask(visit(UMBRELLA), REGISTER, "unknown@example.org")
    ask(visit(UMBRELLA), REGISTER, new)
    assert grant_wishes() == 1
    assert mailboxes.link(new)
    left = user_of("unknown@example.org")
    assert left
    Api(realm_admin()).delete(f"/users/{left['id']}")


def test_too_many_mails_are_refused_and_logged(
    address: Callable[[], str], visit: Callable[[str], Client], db: None
) -> None:
    new, client = address(), visit(UMBRELLA)
    assert [ask(client, REGISTER, new)[0] for _mail in range(5)] == [200] * 5
    with structlog.testing.capture_logs() as logs:
        status, page = ask(client, FORGOTTEN, new)
    assert status == 429
    assert "zu viele Versuche" in page
    assert ("limits.reached", "citizen.mail.to") in [(one["event"], one.get("limit")) for one in logs]


def test_keycloaks_own_pages_tell_no_one_who_has_an_account(
    keycloak: KeycloakForTests, owner: str, person: Callable[[], Person]
) -> None:
    """Nobody, a wrong password, and an account that is locked look the same; its own forms for both are off."""

    def refused(user: str) -> str:
        page = person().begin().visitor.submit(username=user, password="falsch falsch falsch").page
        found = re.search(r"(?s)<form[^>]*kc-form-login.*?</form>", page)
        assert found
        return re.sub(r'action="[^"]*"|value="[^"]*"', "", found.group(0))

    nobody = refused("niemand@example.org")
    assert "E-Mail-Adresse oder Passwort stimmen nicht" in nobody
    assert [refused(owner) for _try in range(6)] == [nobody] * 6
    locked = Api(realm_admin()).get(f"/attack-detection/brute-force/users/{user_of(owner)['id']}")  # type: ignore[index]
    assert locked["disabled"] is True

    visitor = person().begin().visitor
    for page in ("registration", "reset-credentials"):
        visitor.follow(visitor.url.replace("/protocol/openid-connect/auth", f"/login-actions/{page}"))
        assert "<form" not in visitor.page or "kc-register-form" not in visitor.page
        assert "kc-reset-password-form" not in visitor.page


def test_another_address_is_asked_for_at_the_portal_and_keycloak_follows_the_link(
    mailboxes: Mailboxes,
    address: Callable[[], str],
    owner: str,
    visit: Callable[[str], Client],
    person: Callable[[], Person],
    settings: Any,
) -> None:
    other, new = address(), address()
    Api(full_admin()).post("/users", {"username": other, "email": other, "emailVerified": True, "enabled": True})
    somebody, subject = Person(visit(UMBRELLA), person().visitor), user_of(owner)
    assert subject
    somebody.begin().visitor.submit(username=owner, password=PASSWORD)
    somebody.come_back()
    there = settings.VERBUND_KEYCLOAK_URL
    # Somebody else's; one that is free while Keycloak is away; and then once more. Only the mailbox tells them apart.
    for wanted, place, status in ((other, there, 409), (new, "http://127.0.0.1:9", 503), (new, there, 302)):
        asked = somebody.client.post("/konto/daten/e-mail/", {"email": wanted})
        assert asked["Location"] == "/konto/daten/#kontakt"
        settings.VERBUND_KEYCLOAK_URL = place
        done = somebody.client.post(list_mails("accounts.new_email")[-1].link)
        settings.VERBUND_KEYCLOAK_URL = there
        assert done.status_code == status
        assert bool(user_of(owner)) is (status != 302)
    moved = user_of(new)
    assert moved
    assert (moved["id"], moved["emailVerified"]) == (subject["id"], True)


def test_keycloaks_own_account_pages_change_no_address(keycloak: KeycloakForTests) -> None:
    profile = Api(realm_admin()).get("/users/profile")
    (email,) = (one for one in profile["attributes"] if one["name"] == "email")
    assert email["permissions"]["edit"] == ["admin"]
    actions = {one["alias"]: one["enabled"] for one in Api(full_admin()).get("/authentication/required-actions")}
    assert actions["UPDATE_EMAIL"] is False


def follow(somebody: Person, link: str) -> None:
    """Open the link of a mail and go on from the page that says what it is for: programs open links, too."""
    visitor = somebody.visitor.follow(link)
    visitor.follow(_path(visitor.page, "Klicken Sie hier", host=True))


def choose_password(somebody: Person, link: str) -> str:
    """Follow a link, choose a password, and return where Keycloak leads on."""
    follow(somebody, link)
    assert "trust_level" not in somebody.visitor.page, "people are asked for what they can change"
    somebody.visitor.submit(firstName="Nadja", lastName="Neu")
    done = somebody.visitor.submit(**{"password-new": PASSWORD, "password-confirm": PASSWORD})
    assert "Ihre Angaben sind gespeichert" in done.page
    return _path(done.page, "Weiter zum Portal", host=True)


def _path(page: str, label: str, *, host: bool = False) -> str:
    """Return where a link of a page leads."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>[^<]*{label}', page)
    assert found, page
    address = html.unescape(found.group(1))
    return address if host else re.sub(r"^https?://[^/]+", "", address)


def _let_link_pass(email: str) -> None:
    user = user_of(email)
    assert user
    attributes = {**user["attributes"], LINK_UNTIL: [str(int(time.time()) - 25 * 3600)]}
    Api(realm_admin()).put(f"/users/{user['id']}", {**user, "attributes": attributes})


def _text(message: str) -> str:
    parsed = message_from_string(message, policy=default)
    body = parsed.get_body(("plain",))
    assert body is not None
    return f"{parsed['Subject']}\n{body.get_content()}"
