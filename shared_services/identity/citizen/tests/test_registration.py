"""Opening an account and finding back into it: by links in mails, and answers that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen
from tenants.context import as_migration
from tenants.mail.models import OutgoingMail
from tenants.registry.sites import TenantInfo

NEW_PASSWORD = "Kanal bei Flut und Nebel 77"
SENT = "Sehen Sie in Ihr Postfach"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.VERBUND_MAIL = True


def link_in_last_mail() -> str:
    with as_migration():
        text = OutgoingMail.objects.latest("id").envelope.text
    found = re.search(r"https?://[^/\s]+(/konto/\S+)", text)
    assert found, text
    return found.group(1)


def page_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_link_opens_an_account_and_works_once(browser: Browser) -> None:
    assert SENT in page_of(browser.post(UMBRELLA, "/konto/registrieren/", {"email": "Neu@Example.org"}))
    link = link_in_last_mail()
    assert "neu@example.org" in page_of(browser.get(UMBRELLA, link))
    assert browser.post(UMBRELLA, link, {"password": "kurz"}).status_code == 422
    browser.post(UMBRELLA, link, {"password": NEW_PASSWORD})
    assert browser.path == "/konto/"
    assert Browser(browser._visit).get(UMBRELLA, link).status_code == 404


def test_whoever_has_an_account_gets_the_same_answer(browser: Browser, anna: Citizen) -> None:
    stranger = page_of(browser.post(UMBRELLA, "/konto/registrieren/", {"email": "fremd@example.org"}))
    known = page_of(browser.post(UMBRELLA, "/konto/registrieren/", {"email": anna.email}))
    assert SENT in stranger
    assert SENT in known
    assert link_in_last_mail() == "/konto/anmelden/"


@pytest.mark.parametrize("path", ["/konto/registrieren/", "/konto/passwort-vergessen/"])
def test_what_is_no_address_is_said_at_the_field(browser: Browser, path: str) -> None:
    answer = browser.post(UMBRELLA, path, {"email": "kein at-Zeichen"})
    assert answer.status_code == 422
    assert "name@beispiel.de" in page_of(answer)


def test_a_forgotten_password_is_replaced_and_all_devices_are_out(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    other = Browser(browser._visit)
    assert SENT in page_of(other.post(UMBRELLA, "/konto/passwort-vergessen/", {"email": anna.email}))
    other.post(UMBRELLA, link_in_last_mail(), {"password": NEW_PASSWORD})
    browser.get(UMBRELLA, "/konto/")
    assert browser.path.startswith("/konto/anmelden/passwort/")
    other.sign_in(anna, password=NEW_PASSWORD)
    assert other.path == "/konto/"


def test_who_forgets_a_password_without_an_account_gets_the_same_answer(browser: Browser) -> None:
    assert SENT in page_of(browser.post(UMBRELLA, "/konto/passwort-vergessen/", {"email": "fremd@example.org"}))


def test_the_form_may_lead_back_to_the_town_that_asked_and_to_no_other_host(
    browser: Browser, gladbeck: TenantInfo, visit: Callable[[str], Any]
) -> None:
    def form_action(page: Any) -> str:
        parts = page["Content-Security-Policy"].split(";")
        return str(next(part.strip() for part in parts if part.strip().startswith("form-action")))

    asked = browser.get(gladbeck.host, "/konto/anmelden/")
    assert browser.path.startswith("/konto/anmelden/passwort/")
    assert form_action(asked) == f"form-action 'self' http://{gladbeck.host}"
    plain = visit(UMBRELLA).get("/konto/anmelden/passwort/?weiter=/konto/weitergeben/?kommune=boese.example")
    assert form_action(plain) == "form-action 'self'"
