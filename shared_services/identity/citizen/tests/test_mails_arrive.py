"""Mails about an account's safety go all the way: from the page to the mail server, and as the owner reads them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from shared_services.identity.citizen.tests.cast import PASSWORD, UMBRELLA, Browser, Citizen
from tenants.mail.delivery import deliver_due
from tenants.mail.tests.conftest import Mailbox, _sink, mailbox

__all__ = ("_sink", "mailbox")

NEW = "anna.neu@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.VERBUND_MAIL = True


def taken_by(server: Mailbox) -> list[tuple[str, str, str]]:
    """Have what waits delivered; return to whom the server was told to bring it, subject and text of all so far."""
    deliver_due()
    return [(to, message["Subject"], text_of(message)) for to, message in server.read()]


def text_of(message: EmailMessage) -> str:
    """Return the plain text in one line."""
    plain = message.get_body(("plain",))
    assert plain
    return " ".join(plain.get_content().split())


def test_a_new_device_and_another_address_are_told_by_mail(mailbox: Mailbox, browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    assert taken_by(mailbox) == [], "the first browser is no news"
    other = Browser(browser._visit)
    other.client(UMBRELLA).defaults["HTTP_USER_AGENT"] = FIREFOX
    other.sign_in(anna)
    ((to, subject, text),) = taken_by(mailbox)
    assert (to, subject) == (anna.email, "Neue Anmeldung in Ihrem Konto")
    assert "Firefox" in text
    assert "Melden Sie das Gerät ab und setzen Sie sofort ein neues Passwort." in text
    assert f"http://{UMBRELLA}/konto/geraete/" in text

    browser.client(UMBRELLA).post("/konto/daten/e-mail/", {"email": NEW, "current_password": PASSWORD})
    asked = {to: (subject, text) for to, subject, text in taken_by(mailbox)[1:]}
    assert asked[NEW][0] == "Bestätigen Sie Ihre neue Adresse"
    assert asked[anna.email][0] == "Ihr Konto soll eine andere E-Mail-Adresse bekommen"
    assert NEW not in asked[anna.email][1]
    link = next(word for word in asked[NEW][1].split() if word.startswith(f"http://{UMBRELLA}/konto/"))
    browser.client(UMBRELLA).post(link.removeprefix(f"http://{UMBRELLA}"))
    changed = taken_by(mailbox)[3:]
    assert {(to, subject) for to, subject, _text in changed} == {
        (anna.email, "Ihre E-Mail-Adresse wurde geändert"),
        (NEW, "Ihre E-Mail-Adresse wurde geändert"),
    }
    assert all("Melden Sie sich ab jetzt mit der neuen Adresse an." in text for _to, _subject, text in changed)
    assert all(NEW not in text for _to, _subject, text in changed)
