"""Somebody uses everything there is: neither a dump of the databases nor the store of sessions holds what was said."""

from __future__ import annotations

import os
import re
from typing import Any, Final

import pyotp
import pytest
from django.test import Client
from redis import Redis

from shared_services.accounts.book import find_by_email
from shared_services.identity import sessions
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, list_mails
from tenants.context import as_accounts
from tenants.registry.sites import TenantInfo, directory
from tests.dumps import dump_of, dump_of_keys, tables_with

EMAIL: Final = "ilka.unverwechselbar@example.org"
OTHER_EMAIL: Final = "ilka.neuanfang@example.org"
PASSWORD: Final = "Regen über Zeche Unverwechselbar 1904"
SAID: Final = {
    "person": {"given_name": "Ilkamarie", "family_name": "Unverwechselbarkeit", "birth_place": "Zollvereinhausen"},
    "adresse": {"street": "Zechenbahntrasse 4711", "postcode": "45964", "city": "Schachtzeichenstadt"},
    "kontakt": {"phone": "02043 9876543"},
    "bank": {"account_holder": "Ilkamarie U.", "iban": "DE89 3704 0044 0532 0130 00"},
    "haushalt/neu": {"given_name": "Oskarlotte", "family_name": "Mitbewohnerin", "relation": "child"},
    "unternehmen/neu": {"company": "Fördertechnik Unverwechselbar", "register_number": "HRB 47114711", "role": "owner"},
}
# As they are typed, and as they are kept; what is not one person's (a postcode, a role) proves nothing.
VALUES: Final = (
    *("unverwechselbar", "neuanfang", "Ilkamarie", "Zollvereinhausen", "Zechenbahntrasse", "Schachtzeichenstadt"),
    *("9876543", "37040044", "3704 0044", "Oskarlotte", "Mitbewohnerin", "47114711", "Ilkaphone"),
    *("Aufzugsklage", "Schachtkellerseite", "ilka.antwortet"),
)
WRITTEN: Final = {"message": "Die Aufzugsklage bin ich.", "page": "Schachtkellerseite"}
_DEVICE_COOKIE: Final = "verbund-geraet"
AGENT: Final = "Mozilla/5.0 (Ilkaphone; Unverwechselbar 17)"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.VERBUND_MAIL = True


def tell(browser: Browser, path: str, values: dict[str, str]) -> None:
    """Fill in a form of one's own data."""
    shown = browser.client(UMBRELLA).get(path).content.decode()
    version = re.search(r'name="version"[^>]*value="([^"]*)"', shown)
    given = {"version": version[1] if version else "", **values}
    answer = browser.client(UMBRELLA).post(path, given)
    assert answer.status_code == 302, (path, answer.status_code)


def use_everything(browser: Browser, town: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> str:
    """Register, tell everything, remember a service, write to town and region, be mistaken, lose a session.

    Return the secret of the app.
    """
    for host in (UMBRELLA, town.host):
        browser.client(host).defaults["HTTP_USER_AGENT"] = AGENT
    browser.post(UMBRELLA, "/konto/registrieren/", {"email": EMAIL})
    browser.post(UMBRELLA, list_mails()[-1].link, {"password": PASSWORD})
    for group, values in SAID.items():
        tell(browser, f"/konto/daten/{group}/", values)
    new = {"email": OTHER_EMAIL, "current_password": PASSWORD}
    assert browser.client(UMBRELLA).post("/konto/daten/e-mail/", new).status_code == 302
    page = browser.client(UMBRELLA).get("/konto/sicherheit/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]{30,})</code>", page)
    assert secret
    plain = secret[1].replace(" ", "")
    browser.post(UMBRELLA, "/konto/sicherheit/app/", {"code": pyotp.TOTP(plain).now()})
    browser.get(town.host, "/konto/")
    assert browser.post(town.host, "/konto/merken/hund-anmelden/", {}).status_code == 200
    answer_to = "ilka.antwortet@example.org"
    told = {"kind": "pilot", **WRITTEN, "contact": answer_to}
    assert browser.client(town.host).post("/feedback/", told).status_code == 302
    told = {**WRITTEN, "email": answer_to}
    assert browser.client(UMBRELLA).post("/barrierefreiheit/rueckmeldung/", told).status_code == 302
    stranger = Browser(browser._visit)
    stranger.post(UMBRELLA, "/konto/anmelden/passwort/", {"email": EMAIL, "password": f"falsch {PASSWORD}"})
    stranger.post(UMBRELLA, "/konto/passwort-vergessen/", {"email": EMAIL})
    # A form that comes too late is kept, too.
    later = sessions.now_seconds() + sessions.MAX_IDLE_SECONDS + 1
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    browser.post(UMBRELLA, "/konto/daten/adresse/", SAID["adresse"])
    return plain


def keys_with(pattern: str) -> list[str]:
    """Return the keys of the store of sessions and caches in whose name or value the pattern stands."""
    found = []
    with Redis.from_url(os.environ["VERBUND_REDIS_URL"]) as store:
        for key in store.scan_iter(count=1000):
            value = store.get(key) if store.type(key) == b"string" else b""
            if re.search(pattern.encode(), key + b" " + (value or b""), re.IGNORECASE):
                found.append(key.decode())
    return found


def test_no_dump_and_no_session_holds_what_somebody_has_said(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the fixtures of others: in the transaction that they work in nothing would be there to be dumped.
    browser = Browser(lambda host: Client(headers={"host": host}))
    secret = use_everything(browser, directory.snapshot().tenants["gladbeck"], monkeypatch)
    plain = [*VALUES, secret, PASSWORD, browser.client(UMBRELLA).cookies[_DEVICE_COOKIE].value]
    dump = dump_of(fresh_database)
    assert tables_with(dump, plain) == []
    assert tables_with(dump_of_keys(), plain) == []
    assert keys_with("|".join(re.escape(form) for one in plain for form in (one, one.encode().hex()))) == []
    with as_accounts():
        account = find_by_email(EMAIL)
    assert account is not None
    found = tables_with(dump, [str(account.id)])
    assert "public.accounts_citizenaccount" in found, "what was said has been written and committed"
    assert "t_gladbeck.bookmarks_bookmark" in found, "in the town, too"
    found = tables_with(dump, ["Gladbeck"])
    assert "public.registry_tenant" in found, "it would find something"
    assert any(table.startswith("t_gladbeck.") for table in found), "in the towns' schemas, too"
