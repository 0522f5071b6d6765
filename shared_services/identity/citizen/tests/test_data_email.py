"""Another e-mail address: after a proof, by the link, told to the old one, and telling nobody of other accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shared_services.accounts.book import get_own_account
from shared_services.accounts.models import AccountLink, CitizenAccount
from shared_services.identity.citizen.tests.cast import PASSWORD, UMBRELLA, Browser, Citizen, list_mails, open_account
from tenants.context import as_accounts

PATH = "/konto/daten/e-mail/"
NEW = "anna.neu@example.org"
CHANGE = {"email": NEW, "current_password": PASSWORD}
LINK_KIND = "accounts.new_email"
NOTICE_KIND = "accounts.keep_email"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> None:
    settings.VERBUND_MAIL = True


@pytest.fixture
def signed_in(browser: Browser, anna: Citizen) -> Browser:
    """Return a browser in which Anna is signed in at the umbrella."""
    browser.sign_in(anna)
    return browser


def page_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def email_of(citizen: Citizen) -> str:
    return get_own_account(citizen.id).email


def test_the_new_address_counts_after_the_click_and_both_are_told(signed_in: Browser, anna: Citizen) -> None:
    page = page_of(signed_in.post(UMBRELLA, PATH, CHANGE))
    assert f"den wir an {NEW} geschickt haben" in page
    assert email_of(anna) == anna.email
    (link,), (notice,) = list_mails(LINK_KIND), list_mails(NOTICE_KIND)
    assert (link.to, notice.to) == (NEW, anna.email)
    assert NEW not in notice.text
    # A mail server that opens links changes nothing.
    assert NEW in page_of(signed_in.get(UMBRELLA, link.link))
    assert email_of(anna) == anna.email
    signed_in.post(UMBRELLA, link.link, {})
    assert email_of(anna) == NEW
    assert {mail.to for mail in list_mails("accounts.email_changed")} == {anna.email, NEW}
    fresh = Browser(signed_in._visit)
    assert "stimmen nicht" in page_of(fresh.sign_in(anna))
    fresh.sign_in(Citizen(anna.id, NEW))
    assert fresh.path == "/konto/"


def test_the_link_works_once(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    (mail,) = list_mails(LINK_KIND)
    signed_in.post(UMBRELLA, mail.link, {})
    assert signed_in.post(UMBRELLA, mail.link, {}).status_code == 404
    assert email_of(anna) == NEW


def test_a_link_that_is_too_old_works_no_more(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    with as_accounts():
        AccountLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    (mail,) = list_mails(LINK_KIND)
    assert signed_in.post(UMBRELLA, mail.link, {}).status_code == 404
    assert NEW not in page_of(signed_in.get(UMBRELLA, "/konto/daten/"))
    assert email_of(anna) == anna.email


def test_the_link_is_nothing_to_another_account(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    (mail,) = list_mails(LINK_KIND)
    ben, other = open_account("ben@example.org"), Browser(signed_in._visit)
    assert other.get(UMBRELLA, mail.link).status_code == 200
    assert other.path.startswith("/konto/anmelden/"), "whoever is not signed in signs in first"
    other.sign_in(ben)
    assert other.get(UMBRELLA, mail.link).status_code == 404
    assert other.post(UMBRELLA, mail.link, {}).status_code == 404
    assert (email_of(anna), email_of(ben)) == (anna.email, ben.email)


def test_the_old_address_stops_it_without_signing_in(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    (link,), (notice,) = list_mails(LINK_KIND), list_mails(NOTICE_KIND)
    owner = Browser(signed_in._visit)
    assert "Änderung verhindern" in page_of(owner.get(UMBRELLA, notice.link))
    assert "Ihre Adresse bleibt" in page_of(owner.post(UMBRELLA, notice.link, {}))
    assert owner.post(UMBRELLA, notice.link, {}).status_code == 404
    assert signed_in.post(UMBRELLA, link.link, {}).status_code == 404
    assert email_of(anna) == anna.email


def test_after_the_change_the_old_address_stops_nothing(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    (link,), (notice,) = list_mails(LINK_KIND), list_mails(NOTICE_KIND)
    signed_in.post(UMBRELLA, link.link, {})
    assert Browser(signed_in._visit).post(UMBRELLA, notice.link, {}).status_code == 404
    assert email_of(anna) == NEW


def test_the_person_takes_it_back(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    page = page_of(signed_in.post(UMBRELLA, "/konto/daten/e-mail/abbrechen/", {}))
    assert NEW not in page
    (link,) = list_mails(LINK_KIND)
    assert signed_in.post(UMBRELLA, link.link, {}).status_code == 404


def test_an_address_with_an_account_looks_the_same(signed_in: Browser, anna: Citizen) -> None:
    ben = open_account("ben@example.org")
    free = page_of(signed_in.post(UMBRELLA, PATH, CHANGE))
    taken = page_of(signed_in.post(UMBRELLA, PATH, {**CHANGE, "email": ben.email}))
    csrf = r'name="csrfmiddlewaretoken" value="'
    assert [part.partition('"')[2] for part in taken.replace(ben.email, NEW).split(csrf)] == [
        part.partition('"')[2] for part in free.split(csrf)
    ]
    assert [mail.to for mail in list_mails("accounts.exists")] == [ben.email]
    assert len(list_mails(LINK_KIND)) == 1
    assert (email_of(anna), email_of(ben)) == (anna.email, ben.email)


def test_an_account_that_was_opened_meanwhile_keeps_its_address(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    (link,) = list_mails(LINK_KIND)
    open_account(NEW)
    assert signed_in.post(UMBRELLA, link.link, {}).status_code == 409
    assert email_of(anna) == anna.email


def test_only_the_newest_link_works(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, PATH, CHANGE)
    signed_in.post(UMBRELLA, PATH, {**CHANGE, "email": "anna.anders@example.org"})
    first, second = list_mails(LINK_KIND)
    assert signed_in.post(UMBRELLA, first.link, {}).status_code == 404
    signed_in.post(UMBRELLA, second.link, {})
    assert email_of(anna) == "anna.anders@example.org"


def test_a_session_that_was_left_open_is_not_enough(signed_in: Browser, anna: Citizen) -> None:
    wrong = signed_in.post(UMBRELLA, PATH, {**CHANGE, "current_password": "falsch, aber lang genug"})
    assert wrong.status_code == 422
    assert "Das Passwort stimmt nicht." in page_of(wrong)
    answers = [signed_in.post(UMBRELLA, PATH, {**CHANGE, "current_password": "falsch"}) for _try in range(5)]
    assert answers[-1].status_code == 429
    assert signed_in.post(UMBRELLA, PATH, CHANGE).status_code == 429, "the right one has to wait, too"
    assert list_mails() == []


def test_without_a_password_a_sign_in_of_a_moment_ago_is_needed(
    signed_in: Browser, anna: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_accounts():
        CitizenAccount.objects.filter(id=anna.id).update(password="")
    assert 'name="current_password"' not in page_of(signed_in.get(UMBRELLA, PATH))
    monkeypatch.setattr("shared_services.identity.citizen.freshness.FRESH_SECONDS", 0)
    assert "gerade erst angemeldet" in page_of(signed_in.get(UMBRELLA, PATH))
    signed_in.post(UMBRELLA, PATH, {"email": NEW})
    assert list_mails() == []


@pytest.mark.parametrize("email", ["kein at-Zeichen", "anna@example.org"])
def test_an_address_that_is_none_or_the_same_is_said_at_its_field(
    signed_in: Browser, anna: Citizen, email: str
) -> None:
    answer = signed_in.post(UMBRELLA, PATH, {**CHANGE, "email": email})
    assert answer.status_code == 422
    assert 'href="#id_email"' in page_of(answer)
