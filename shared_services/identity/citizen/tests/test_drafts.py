"""A sign-in that comes in between costs nobody what they have typed, and shows it to nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import caches

from shared_services.accounts import household
from shared_services.accounts.attributes import learn_attributes, list_attributes
from shared_services.accounts.book import key_for
from shared_services.accounts.sessions import end_sessions
from shared_services.identity import sessions
from shared_services.identity.citizen.handover import BuiltInSignIn
from shared_services.identity.citizen.proof import ELEVATION_SECONDS
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen, open_account
from tenants.context import as_accounts, as_umbrella
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel

ADDRESS, BANK = "/konto/daten/adresse/", "/konto/daten/bank/"
TYPED = {"street": "Zechenbahntrasse 4711", "postcode": "45964", "city": "Gladbeck"}
MONEY = {"account_holder": "Anna Beispiel", "iban": "DE89 3704 0044 0532 0130 00"}


@pytest.fixture
def signed_in(browser: Browser, anna: Citizen) -> Browser:
    """Return a browser in which Anna is signed in at the umbrella."""
    browser.sign_in(anna)
    return browser


@pytest.fixture
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets so much time pass that a session is over."""

    def pass_time() -> None:
        later = sessions.now_seconds() + sessions.MAX_IDLE_SECONDS + 1
        monkeypatch.setattr(sessions, "now_seconds", lambda: later)

    return pass_time


def page_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def hidden_version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', page)
    assert found
    return found.group(1)


def begin(browser: Browser, path: str) -> dict[str, str]:
    """Open a form; return what it brings along."""
    return {"version": hidden_version(page_of(browser.get(UMBRELLA, path)))}


def be_proved(account_id: UUID) -> None:
    """Let an eID card say something of a person."""
    with as_accounts():
        values = {"family_name": "Beispiel"}
        learn_attributes(key_for(account_id), values=values, level=TrustLevel.HOCH, source="bundid")


def set_level(browser: Browser, level: TrustLevel, *, ago: int = 0) -> None:
    """Let the running session have a level that was proved so many seconds ago."""
    with as_umbrella():
        session = browser.client(UMBRELLA).session
        session["account"]["proof"] |= {"level": int(level), "proved_at": sessions.now_seconds() - ago}
        session.save()


def test_who_is_signed_out_while_typing_finds_it_again(
    signed_in: Browser, anna: Citizen, an_hour_later: Callable[[], None]
) -> None:
    form = begin(signed_in, ADDRESS)
    an_hour_later()
    asked = page_of(signed_in.post(UMBRELLA, ADDRESS, {**form, **TYPED}))
    assert "Was Sie eingetippt haben, ist noch da" in asked
    assert signed_in.path.startswith("/konto/anmelden/passwort/")
    assert list_attributes(anna.id) == {}
    back = page_of(signed_in.sign_in(anna, target=ADDRESS))
    assert signed_in.path == ADDRESS
    assert "Noch nicht gespeichert" in back
    assert f'value="{TYPED["street"]}"' in back
    signed_in.post(UMBRELLA, ADDRESS, {"version": hidden_version(back), **TYPED})
    assert list_attributes(anna.id)["street"].value == TYPED["street"]
    assert "Noch nicht gespeichert" not in page_of(signed_in.get(UMBRELLA, ADDRESS))


def test_the_way_back_is_the_form_itself(signed_in: Browser, an_hour_later: Callable[[], None]) -> None:
    an_hour_later()
    sent = signed_in.client(UMBRELLA).post(ADDRESS, TYPED)
    assert sent["Location"] == "/konto/anmelden/?weiter=%2Fkonto%2Fdaten%2Fadresse%2F"


def test_days_and_lists_come_back_too(signed_in: Browser, anna: Citizen, an_hour_later: Callable[[], None]) -> None:
    path = "/konto/daten/haushalt/neu/"
    born = {"birth_date_day": "21", "birth_date_month": "6", "birth_date_year": "2019"}
    an_hour_later()
    signed_in.post(UMBRELLA, path, {"given_name": "Mila", "family_name": "Beispiel", "relation": "child", **born})
    back = page_of(signed_in.sign_in(anna, target=path))
    for chosen in ("21", "6", "2019", "Mila"):
        assert f'value="{chosen}"' in back, chosen
    assert '<option value="child" selected' in back
    assert household.list_household(anna.id) == []


def test_somebody_else_at_the_same_browser_finds_nothing(signed_in: Browser, an_hour_later: Callable[[], None]) -> None:
    ben = open_account("ben@example.org")
    an_hour_later()
    signed_in.post(UMBRELLA, ADDRESS, TYPED)
    page = page_of(signed_in.sign_in(ben, target=ADDRESS))
    assert signed_in.path == ADDRESS
    assert "Zechenbahntrasse" not in page


def test_nobody_types_into_the_form_of_somebody_who_has_ended_all_sessions(
    signed_in: Browser, anna: Citizen, an_hour_later: Callable[[], None]
) -> None:
    """A cookie that somebody has stolen before must not put an address where its owner will press "save"."""
    end_sessions(anna.id)
    an_hour_later()
    signed_in.post(UMBRELLA, ADDRESS, TYPED)
    assert "Zechenbahntrasse" not in page_of(signed_in.sign_in(anna, target=ADDRESS))


def test_nobody_who_was_never_signed_in_leaves_anything(browser: Browser, anna: Citizen) -> None:
    browser.client(UMBRELLA).post(ADDRESS, TYPED)
    assert "Zechenbahntrasse" not in page_of(browser.sign_in(anna, target=ADDRESS))


def test_what_is_kept_is_sealed(
    signed_in: Browser, an_hour_later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    an_hour_later()
    kept: list[str] = []
    store = caches["sessions"]
    usual = type(store).set

    def noted(self: Any, key: str, value: Any, *args: Any, **more: Any) -> Any:
        kept.append(f"{key}={value}")
        return usual(self, key, value, *args, **more)

    monkeypatch.setattr(type(store), "set", noted)
    signed_in.post(UMBRELLA, ADDRESS, {**TYPED, "password": "Regen über Zeche"})
    (draft,) = [one for one in kept if one.startswith("citizen.draft:")]
    assert "Zechenbahntrasse" not in draft
    assert "4711" not in draft


def test_a_button_leads_back_to_the_page_that_shows_it(
    browser: Browser, anna: Citizen, gladbeck: TenantInfo, an_hour_later: Callable[[], None]
) -> None:
    browser.sign_in(anna, host=gladbeck.host)
    an_hour_later()
    shown = {"referer": f"http://{gladbeck.host}/leistungen/hund-anmelden/"}
    path = "/konto/merken/hund-anmelden/"
    sent = browser.client(gladbeck.host).post(path, headers=shown)
    assert sent.status_code == 403
    # A page in between: the policy of a form's page allows no redirect to another host.
    assert 'content="0; url=/konto/anmelden/?weiter=%2Fleistungen%2Fhund-anmelden%2F"' in page_of(sent)
    elsewhere = browser.client(gladbeck.host).post(path, headers={"referer": "https://boese.example/x"})
    assert 'content="0; url=/konto/anmelden/"' in page_of(elsewhere)


@pytest.fixture
def _a_card_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the deployment have a provider that gives every level."""
    monkeypatch.setattr(BuiltInSignIn, "list_steps_up", lambda _self, _level: [("bundid", "BundID")])


@pytest.mark.usefixtures("_a_card_reader")
def test_bank_details_are_stored_as_surely_as_the_person_is_known(signed_in: Browser, anna: Citizen) -> None:
    be_proved(anna.id)
    set_level(signed_in, TrustLevel.HOCH, ago=ELEVATION_SECONDS + 1)
    form = begin(signed_in, BANK)
    told = page_of(signed_in.get(UMBRELLA, BANK))
    assert "Zum Speichern weisen Sie sich aus" in told
    asked = signed_in.post(UMBRELLA, BANK, {**form, **MONEY})
    page = page_of(asked)
    assert asked.status_code == 403
    assert "lenkt niemand mit Ihrem Passwort allein Geld um" in page
    assert "eine halbe Stunde lang noch da" in page
    assert "niveau=substantiell&amp;ueber=bundid&amp;weiter=%2Fkonto%2Fdaten%2Fbank%2F" in page
    assert "iban" not in list_attributes(anna.id)
    set_level(signed_in, TrustLevel.SUBSTANTIELL)
    back = page_of(signed_in.get(UMBRELLA, BANK))
    assert "Zum Speichern weisen Sie sich aus" not in back
    assert f'value="{MONEY["iban"]}"' in back
    signed_in.post(UMBRELLA, BANK, {"version": hidden_version(back), **MONEY})
    assert list_attributes(anna.id)["iban"].value == MONEY["iban"].replace(" ", "")


@pytest.mark.usefixtures("_a_card_reader")
def test_whoever_only_has_a_password_keeps_using_it(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, BANK, {**begin(signed_in, BANK), **MONEY})
    assert list_attributes(anna.id)["account_holder"].value == MONEY["account_holder"]


@pytest.mark.usefixtures("_a_card_reader")
def test_bank_details_are_taken_out_without_a_card(signed_in: Browser, anna: Citizen) -> None:
    signed_in.post(UMBRELLA, BANK, {**begin(signed_in, BANK), **MONEY})
    be_proved(anna.id)
    gone = signed_in.post(UMBRELLA, BANK, {**begin(signed_in, BANK), "account_holder": "", "iban": ""})
    assert gone.status_code == 200
    assert "iban" not in list_attributes(anna.id)


def test_where_no_provider_gives_the_level_nobody_is_kept_out(signed_in: Browser, anna: Citizen) -> None:
    be_proved(anna.id)
    signed_in.post(UMBRELLA, BANK, {**begin(signed_in, BANK), **MONEY})
    assert "iban" in list_attributes(anna.id)
