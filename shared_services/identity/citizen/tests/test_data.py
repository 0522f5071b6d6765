"""The pages of a person's own data: what is seen, changed, locked, noticed, and nobody else's."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from shared_services.accounts import household
from shared_services.accounts.attributes import change_attributes, learn_attributes, list_attributes
from shared_services.accounts.book import key_for
from shared_services.accounts.businesses import learn_business, list_businesses
from shared_services.accounts.choices import get_choices
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen, open_account
from tenants.context import as_accounts
from tenants.trust import TrustLevel

DATA = "/konto/daten/"
IBAN = "DE89370400440532013000"
MILA = {"given_name": "Mila", "family_name": "Beispiel", "birth_date": "2019-06-21", "relation": "child"}


@pytest.fixture
def signed_in(browser: Browser, anna: Citizen) -> Browser:
    """Return a browser in which Anna is signed in at the umbrella."""
    browser.sign_in(anna)
    return browser


def page_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def version_in(response: Any) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', response.content.decode())
    assert found
    return found.group(1)


def prove(account_id: UUID, **values: str) -> None:
    """Let the eID card say something of a person."""
    with as_accounts():
        learn_attributes(key_for(account_id), values=values, level=TrustLevel.HOCH, source="bundid")


def send(browser: Browser, path: str, **values: str) -> Any:
    """Fill in a form as it was shown, with these values."""
    shown = browser.client(UMBRELLA).get(path)
    return browser.post(UMBRELLA, path, {"version": version_in(shown), **values})


def test_each_group_says_what_is_known_how_surely_and_from_whom(signed_in: Browser, anna: Citizen) -> None:
    change_attributes(account_id=anna.id, values={"street": "Hochstraße 3", "phone": "02043 9900123"})
    prove(anna.id, family_name="Beispiel", birth_date="1986-04-17")
    page = page_of(signed_in.get(UMBRELLA, DATA))
    assert "Hochstraße 3" in page
    assert "02043 9900123" in page
    assert re.search(r"Von Ihnen selbst, seit .*?Vertrauensniveau einfach", page)
    assert "17. April 1986" in page
    assert re.search(r"Von bundid, seit .*?Vertrauensniveau hoch", page)
    assert page.count("geprüft</span>") == 2
    assert "Geprüfte Angaben ändern Sie dort, wo sie herkommen: bei bundid" in page


def test_values_are_typed_and_kept(signed_in: Browser, anna: Citizen) -> None:
    born = {"birth_date_day": "17", "birth_date_month": "4", "birth_date_year": "1986"}
    page = send(signed_in, f"{DATA}person/", given_name="  Anna  Lena ", family_name="Beispiel", **born)
    assert signed_in.path == DATA
    assert "Gespeichert." in page_of(page)
    known = {name: one.value for name, one in list_attributes(anna.id).items()}
    assert known == {"given_name": "Anna Lena", "family_name": "Beispiel", "birth_date": "1986-04-17"}
    shown = page_of(signed_in.get(UMBRELLA, f"{DATA}person/"))
    assert 'name="birth_date_year" id="id_birth_date_year" value="1986"' in shown


def test_what_is_verified_stands_there_locked_and_takes_no_input(signed_in: Browser, anna: Citizen) -> None:
    prove(anna.id, family_name="Beispiel")
    shown = signed_in.get(UMBRELLA, f"{DATA}person/")
    assert 'name="family_name"' not in page_of(shown)
    assert "Diese Angaben sind gesperrt" in page_of(shown)
    send(signed_in, f"{DATA}person/", family_name="Gefälscht", given_name="Anna")
    known = list_attributes(anna.id)
    assert (known["family_name"].value, known["family_name"].level) == ("Beispiel", TrustLevel.HOCH)
    assert known["given_name"].level == TrustLevel.BASIS


def test_a_form_of_another_window_is_noticed_and_nothing_is_lost(signed_in: Browser, anna: Citizen) -> None:
    path = f"{DATA}adresse/"
    old = version_in(signed_in.get(UMBRELLA, path))
    send(signed_in, path, street="Hochstraße 3", postcode="45964", city="Gladbeck")
    typed = {"street": "Neue Straße 1", "postcode": "45964", "city": "Gladbeck"}
    refused = signed_in.post(UMBRELLA, path, {"version": old, **typed})
    assert refused.status_code == 409
    assert "haben sich inzwischen geändert" in page_of(refused)
    assert "Hochstraße 3" in page_of(refused), "what holds now"
    assert 'value="Neue Straße 1"' in page_of(refused), "what was typed"
    assert list_attributes(anna.id)["street"].value == "Hochstraße 3"
    # Whoever has seen both and sends the page again, means it.
    signed_in.post(UMBRELLA, path, {"version": version_in(refused), **typed})
    assert list_attributes(anna.id)["street"].value == "Neue Straße 1"


@pytest.mark.parametrize(
    ("language", "sentence"), [("", "Diese IBAN stimmt nicht."), ("/en", "This IBAN is not correct.")]
)
def test_a_wrong_iban_is_said_at_its_field_in_both_languages(
    signed_in: Browser, anna: Citizen, language: str, sentence: str
) -> None:
    refused = send(signed_in, f"{language}{DATA}bank/", account_holder="Anna", iban=f"{IBAN[:-1]}1")
    assert refused.status_code == 422
    page = page_of(refused)
    assert sentence in page
    assert 'href="#id_iban"' in page
    assert 'aria-invalid="true"' in page
    assert f'value="{IBAN[:-1]}1"' in page, "what was typed is still there"
    assert list_attributes(anna.id) == {}, "all or nothing"


def test_the_iban_is_masked_until_somebody_asks(signed_in: Browser) -> None:
    page = page_of(send(signed_in, f"{DATA}bank/", account_holder="Anna Beispiel", iban="de89 3704 0044 0532 0130 00"))
    assert "DE•• •••• 3000 (Commerzbank)" in page
    assert "0532" not in page
    assert "DE89 3704 0044 0532 0130 00" in page_of(signed_in.get(UMBRELLA, f"{DATA}?zeigen=iban"))


def test_people_of_the_household_come_change_and_go(signed_in: Browser, anna: Citizen) -> None:
    born = {"birth_date_day": "21", "birth_date_month": "6", "birth_date_year": "2019"}
    path = f"{DATA}haushalt/neu/"
    missing = signed_in.post(UMBRELLA, path, {"given_name": "Mila"})
    assert missing.status_code == 422
    assert "Geben Sie den Nachnamen ein." in page_of(missing)
    page = page_of(
        signed_in.post(UMBRELLA, path, {"given_name": "Mila", "family_name": "Beispiel", "relation": "child", **born})
    )
    assert "Mila Beispiel" in page
    assert "Kind, geboren am 21. Juni 2019" in page
    (mila,) = household.list_household(anna.id)
    entry = f"{DATA}haushalt/{mila.id}/"
    send(signed_in, entry, given_name="Mila", family_name="Muster", relation="child", **born)
    stale = signed_in.post(
        UMBRELLA, entry, {"version": "1", "given_name": "M", "family_name": "B", "relation": "child"}
    )
    assert stale.status_code == 409
    assert "Mila Muster" in page_of(stale)
    assert "Mila Muster" not in page_of(signed_in.post(UMBRELLA, f"{entry}entfernen/", {}))
    assert household.list_household(anna.id) == []


def test_only_what_may_be_left_empty_is_called_optional(signed_in: Browser) -> None:
    page = page_of(signed_in.get(UMBRELLA, f"{DATA}haushalt/neu/"))
    assert page.count('class="kern-label__optional"') == 1
    page = page_of(signed_in.get(UMBRELLA, f"{DATA}unternehmen/neu/"))
    assert page.count('class="kern-label__optional"') == 6


def test_nobody_reaches_other_peoples_entries(signed_in: Browser) -> None:
    ben = open_account("ben@example.org")
    change_attributes(account_id=ben.id, values={"city": "Havixbeck"})
    member_id = household.add_member(account_id=ben.id, values=MILA)
    assert "Havixbeck" not in page_of(signed_in.get(UMBRELLA, DATA))
    entry = f"{DATA}haushalt/{member_id}/"
    assert signed_in.get(UMBRELLA, entry).status_code == 404
    assert signed_in.post(UMBRELLA, entry, {"version": "1", **MILA}).status_code == 404
    assert signed_in.post(UMBRELLA, f"{entry}entfernen/", {}).status_code == 404
    assert len(household.list_household(ben.id)) == 1


def test_an_unproved_company_is_shown_as_unproved(signed_in: Browser, anna: Citizen) -> None:
    shop = {"company": "Blumenladen", "role": "owner", "legal_form": "sole", "proof": "provider"}
    page = page_of(signed_in.post(UMBRELLA, f"{DATA}unternehmen/neu/", shop))
    assert "nicht nachgewiesen" in page
    assert "ist noch nicht nachgewiesen" in page
    (mine,) = list_businesses(anna.id)
    assert not mine.is_proved


def test_the_name_of_a_proved_company_stays(signed_in: Browser, anna: Citizen) -> None:
    with as_accounts():
        learn_business(
            key_for(anna.id),
            organisation_id="DE1",
            name="Muster Bau GmbH",
            level=TrustLevel.SUBSTANTIELL,
            source="unternehmenskonto",
        )
    (firm,) = list_businesses(anna.id)
    entry = f"{DATA}unternehmen/{firm.id}/"
    shown = page_of(signed_in.get(UMBRELLA, entry))
    assert 'name="company"' not in shown
    assert "Diesen Namen hat unternehmenskonto bestätigt" in shown
    page = page_of(send(signed_in, entry, company="Andere GmbH", role="manager"))
    assert "Muster Bau GmbH" in page
    assert "vom Unternehmenskonto bestätigt" in page
    assert "Andere GmbH" not in page


def test_the_language_of_mails_is_chosen(signed_in: Browser, anna: Citizen) -> None:
    page = page_of(send(signed_in, f"{DATA}sprache/", language="en"))
    assert "Englisch" in page
    assert get_choices(anna.id).language == "en"


def test_an_unknown_group_does_not_exist(signed_in: Browser) -> None:
    assert signed_in.get(UMBRELLA, f"{DATA}steuern/").status_code == 404


def test_no_value_of_a_person_stands_in_an_address(signed_in: Browser) -> None:
    sent = signed_in.client(UMBRELLA).post(f"{DATA}kontakt/", {"phone": "02043 9900123", "version": ""})
    assert sent.status_code in {302, 409}
    page = signed_in.get(UMBRELLA, DATA).content.decode()
    assert not re.search(r'href="[^"]*(?:9900123|anna%40|anna@)', page)


def test_the_pages_need_no_script(signed_in: Browser) -> None:
    for path in (DATA, f"{DATA}person/", f"{DATA}bank/", f"{DATA}haushalt/neu/", f"{DATA}unternehmen/neu/"):
        page = page_of(signed_in.get(UMBRELLA, path))
        assert "hx-" not in page
        assert re.search(r'<form method="post"', page)
