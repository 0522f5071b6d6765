"""Mails that the owner gets about an account's safety: in the account's language, and each once."""

from __future__ import annotations

from typing import Any, NoReturn

import pyotp
import pytest

from shared_services.accounts import secondfactor, tasks
from shared_services.accounts.choices import Choices, get_choices, set_choices
from shared_services.accounts.events import list_events
from shared_services.accounts.models import KnownDevice
from shared_services.identity.citizen.tests.cast import (
    UMBRELLA,
    Browser,
    Citizen,
    a_sender,
    list_mails,
    open_account,
    set_up_app,
)
from shared_services.identity.codelimits import CODES_PER_ACCOUNT, CodeLimit
from tenants.context import as_accounts, as_umbrella
from tenants.errors import ExternalTemporary
from tenants.registry.sites import TenantInfo

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
KIND = "accounts.new_device"
LOCKED = "accounts.factor_locked"
COOKIE = "verbund-geraet"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.VERBUND_MAIL = True


def sign_in_anew(browser: Browser, citizen: Citizen, **more: Any) -> Browser:
    """Sign in from a browser that nobody has seen before."""
    other = Browser(browser._visit)
    other.sign_in(citizen, **more)
    return other


def test_a_new_browser_is_told_once_and_the_first_one_is_the_owners(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    assert list_mails(KIND) == []
    other = sign_in_anew(browser, anna)
    (mail,) = list_mails(KIND)
    assert mail.to == anna.email
    assert mail.link == "/konto/geraete/"
    other.post(UMBRELLA, "/konto/abmelden/", {})
    other.sign_in(anna)
    browser.post(UMBRELLA, "/konto/abmelden/", {})
    browser.sign_in(anna)
    assert len(list_mails(KIND)) == 1
    assert [one.action for one in list_events(anna.id)].count("device.new") == 1


def test_the_mail_names_browser_and_system_in_the_accounts_language(browser: Browser, anna: Citizen) -> None:
    browser.sign_in(anna)
    wanted = Choices(language="en")
    set_choices(account_id=anna.id, choices=wanted, version=get_choices(anna.id).version)
    other = Browser(browser._visit)
    other.client(UMBRELLA).defaults["HTTP_USER_AGENT"] = FIREFOX["User-Agent"]
    other.sign_in(anna)
    (mail,) = list_mails(KIND)
    assert mail.language == "en"
    assert "Firefox on Linux" in mail.text
    assert mail.link == "/en/konto/geraete/"


def test_towns_that_are_told_of_a_sign_in_are_no_new_devices(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    browser.get(dorsten.host, "/konto/")
    assert list_mails(KIND) == []
    assert COOKIE in browser.client(UMBRELLA).cookies
    assert COOKIE not in browser.client(gladbeck.host).cookies


def test_the_cookie_is_kept_from_scripts_and_says_nothing(browser: Browser, anna: Citizen) -> None:
    browser.get(UMBRELLA, "/konto/anmelden/")
    assert COOKIE not in browser.client(UMBRELLA).cookies, "only who signs in gets one"
    browser.sign_in(anna)
    cookie = browser.client(UMBRELLA).cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert len(cookie.value) == 43
    with as_accounts():
        assert not KnownDevice.objects.filter(device_hash__contains=cookie.value).exists()


def test_one_browser_of_two_people_is_known_to_each_by_itself(browser: Browser, anna: Citizen) -> None:
    ben = open_account("ben@example.org")
    browser.sign_in(anna)
    sign_in_anew(browser, ben)
    browser.post(UMBRELLA, "/konto/abmelden/", {})
    browser.sign_in(ben)
    assert [mail.to for mail in list_mails(KIND)] == [ben.email]
    with as_accounts():
        hashes = set(KnownDevice.objects.values_list("device_hash", flat=True))
    assert len(hashes) == 3, "nobody can tell from the table that two accounts share a browser"


def test_a_made_up_cookie_is_replaced(browser: Browser, anna: Citizen) -> None:
    browser.client(UMBRELLA).cookies[COOKIE] = "x" * 4000
    browser.sign_in(anna)
    assert len(browser.client(UMBRELLA).cookies[COOKIE].value) == 43


def test_coming_and_going_of_second_factors_is_told(anna: Citizen) -> None:
    sender = a_sender()
    secondfactor.begin_setup(account_id=anna.id, issuer="Tests", label=anna.email)
    secondfactor.remove_app(account_id=anna.id, sender=sender)
    assert list_mails() == [], "one that was never taken into use is not missed"
    secondfactor.begin_setup(account_id=anna.id, issuer="Tests", label=anna.email)
    code = pyotp.TOTP(secondfactor.get_waiting_secret(anna.id)).now()
    secondfactor.finish_setup(account_id=anna.id, code=code, sender=sender)
    secondfactor.renew_recovery_codes(account_id=anna.id, sender=sender)
    secondfactor.remove_app(account_id=anna.id, sender=sender)
    assert [(mail.kind, mail.to) for mail in list_mails()] == [
        (f"accounts.{change}", anna.email) for change in ("app_added", "codes_renewed", "app_removed")
    ]


@pytest.fixture
def thief(browser: Browser, anna: Citizen) -> Browser:
    """Return a browser in which somebody has typed Anna's password and no code of her app."""
    set_up_app(anna)
    set_choices(account_id=anna.id, choices=Choices(language="en"), version=get_choices(anna.id).version)
    other = Browser(browser._visit)
    other.sign_in(anna)
    return other


def guess(thief: Browser) -> int:
    return int(thief.client(UMBRELLA).post(thief.path, {"code": "000000"}).status_code)


def test_whoever_knows_the_password_and_no_code_is_told_of_once_a_lock(thief: Browser, anna: Citizen) -> None:
    assert [guess(thief) for _try in range(CODES_PER_ACCOUNT - 1)] == [422] * (CODES_PER_ACCOUNT - 1)
    assert list_mails(LOCKED) == [], "its owner may be mistaken a few times"
    assert [guess(thief) for _try in range(3)] == [422, 429, 429]
    (mail,) = list_mails(LOCKED)
    assert (mail.to, mail.language, mail.link) == (anna.email, "en", "/en/konto/passwort-vergessen/")
    assert "somebody knows your password" in mail.text
    assert [one.action for one in list_events(anna.id)].count("factor.locked") == 1


def test_a_lock_after_the_owner_came_in_is_told_again(thief: Browser, anna: Citizen) -> None:
    limit = CodeLimit(str(anna.id), str(anna.id), is_of_app=True)
    for _lock in range(2):
        for _try in range(CODES_PER_ACCOUNT):
            guess(thief)
        with as_umbrella():
            limit.reset("citizen.sign_in.code")
    assert len(list_mails(LOCKED)) == 2


def test_wrong_passwords_stand_in_the_history_once_a_day_with_their_number(
    browser: Browser, anna: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[list[str]] = []
    monkeypatch.setattr(tasks.note_wrong_password, "delay", sent.append)
    for email in (anna.email, "niemand@example.org", anna.email.upper()):
        browser.post(UMBRELLA, "/konto/anmelden/passwort/", {"email": email, "password": "falsch, aber lang genug"})
    assert len(sent) == 3, "an address without an account costs the page just as much"
    assert "@" not in str(sent)
    for fingerprints in sent:
        tasks.note_wrong_password(fingerprints)
    (line,) = [one for one in list_events(anna.id) if one.action == "password.refused"]
    assert (line.actor_kind, line.details) == ("anonymous", {"times": 2})
    browser.sign_in(anna)
    page = browser.get(UMBRELLA, "/konto/verlauf/").content.decode()
    assert "2-mal an diesem Tag" in page


def test_a_recovery_code_that_was_used_is_told(browser: Browser, anna: Citizen) -> None:
    _secret, codes = set_up_app(anna)
    browser.sign_in(anna)
    assert browser.post(UMBRELLA, "/konto/anmelden/code/", {"code": codes[0]}).status_code == 200
    (mail,) = list_mails("accounts.code_used")
    assert mail.to == anna.email
    assert mail.link == "/konto/sicherheit/"
    assert [one.action for one in list_events(anna.id)].count("factor.code_used") == 1


def test_an_app_counts_only_together_with_its_recovery_codes(anna: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_named: object) -> NoReturn:
        raise ExternalTemporary("The key service does not answer.", code="key_service_unreachable")

    secondfactor.begin_setup(account_id=anna.id, issuer="Tests", label=anna.email)
    code = pyotp.TOTP(secondfactor.get_waiting_secret(anna.id)).now()
    with monkeypatch.context() as patched:
        patched.setattr(secondfactor, "new_recovery_codes", fail)
        with pytest.raises(ExternalTemporary):
            secondfactor.finish_setup(account_id=anna.id, code=code, sender=a_sender())
    assert not secondfactor.get_factors(anna.id).has_app
    assert len(secondfactor.finish_setup(account_id=anna.id, code=code, sender=a_sender())) > 1
