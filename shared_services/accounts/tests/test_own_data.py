"""Household, companies, attributes and choices: own data only, nothing lost, and proofs that nobody types."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared_services.accounts import businesses, household
from shared_services.accounts.attributes import change_attributes, list_attributes, version_of
from shared_services.accounts.book import get_account_id, get_own_account
from shared_services.accounts.choices import Choices, get_choices, set_choices
from shared_services.accounts.events import list_events
from shared_services.accounts.models import AttributeName, BusinessPerson, BusinessProof
from shared_services.accounts.people import Person
from shared_services.accounts.selectors import get_prefill
from shared_services.accounts.tests.cast import account_of
from tenants.context import as_accounts
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.trust import TrustLevel

MILA = {"given_name": "Mila", "family_name": "Beispiel", "birth_date": "2019-06-21", "relation": "child"}
SHOP = {"company": "Blumenladen", "legal_form": "sole", "city": "Gladbeck", "postcode": "45964", "role": "owner"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> UUID:
    """Return the account of somebody."""
    return account_of(Person(subject="f:tests:anna", level=TrustLevel.BASIS))


@pytest.fixture
def ben() -> UUID:
    """Return the account of somebody else."""
    return account_of(Person(subject="f:tests:ben", level=TrustLevel.BASIS))


def gerda(level: TrustLevel = TrustLevel.SUBSTANTIELL, *, organisation: str = "Muster Bau GmbH") -> UUID:
    """Return the account of somebody for whom Mein Unternehmenskonto speaks."""
    return account_of(
        Person(
            subject="f:tests:gerda",
            level=level,
            source="unternehmenskonto",
            organisation=organisation,
            organisation_id="DE123456789",
        )
    )


def actions(account_id: UUID) -> list[str]:
    return [one.action for one in list_events(account_id)]


def test_two_windows_do_not_overwrite_each_other(anna: UUID) -> None:
    seen = version_of(list_attributes(anna), ["city"])
    assert change_attributes(account_id=anna, values={"city": "Gladbeck"}, version=seen) == ["city"]
    with pytest.raises(Conflict) as refused:
        change_attributes(account_id=anna, values={"city": "Bottrop"}, version=seen)
    assert refused.value.code == "stale"
    assert list_attributes(anna)["city"].value == "Gladbeck"
    now = version_of(list_attributes(anna), ["city"])
    change_attributes(account_id=anna, values={"city": "Bottrop"}, version=now)
    assert list_attributes(anna)["city"].value == "Bottrop"


def test_a_change_elsewhere_is_no_change_here(anna: UUID) -> None:
    seen = version_of(list_attributes(anna), ["city"])
    change_attributes(account_id=anna, values={"phone": "02043 990"})
    assert change_attributes(account_id=anna, values={"city": "Gladbeck"}, version=seen) == ["city"]


def test_what_did_not_change_is_no_entry(anna: UUID) -> None:
    change_attributes(account_id=anna, values={"iban": "DE89 3704 0044 0532 0130 00"})
    before = actions(anna)
    assert change_attributes(account_id=anna, values={"iban": "DE89370400440532013000"}) == []
    assert actions(anna) == before


def test_an_empty_value_is_forgotten(anna: UUID) -> None:
    change_attributes(account_id=anna, values={"city": "Gladbeck"})
    assert change_attributes(account_id=anna, values={"city": " "}) == ["city"]
    assert list_attributes(anna) == {}


def test_a_form_takes_over_only_what_is_known_surely_enough() -> None:
    account_id = account_of(
        Person(subject="f:1", level=TrustLevel.HOCH, source="bundid", attributes={"family_name": "Mustermann"})
    )
    change_attributes(account_id=account_id, values={"phone": "02043 990"})
    names = [AttributeName.FAMILY_NAME, AttributeName.PHONE, AttributeName.IBAN]
    assert set(get_prefill(account_id, names=names)) == {"family_name", "phone"}
    sure = get_prefill(account_id, names=names, at_level=TrustLevel.SUBSTANTIELL)
    assert {name: one.level for name, one in sure.items()} == {"family_name": TrustLevel.HOCH}


def test_the_household_is_told_changed_and_forgotten(anna: UUID) -> None:
    member_id = household.add_member(account_id=anna, values=MILA)
    (mila,) = household.list_household(anna)
    assert (mila.name, mila.birth_date, mila.relation) == ("Mila Beispiel", "2019-06-21", "child")
    changed = {**MILA, "family_name": "Muster"}
    household.change_member(account_id=anna, member_id=member_id, version=mila.version, values=changed)
    assert household.get_member(anna, member_id=member_id).name == "Mila Muster"
    household.remove_member(account_id=anna, member_id=member_id)
    assert household.list_household(anna) == []
    assert actions(anna)[:3] == ["household.removed", "household.changed", "household.added"]


def test_a_form_of_an_older_household_is_noticed(anna: UUID) -> None:
    member_id = household.add_member(account_id=anna, values=MILA)
    household.change_member(account_id=anna, member_id=member_id, version=1, values=MILA)
    with pytest.raises(Conflict):
        household.change_member(account_id=anna, member_id=member_id, version=1, values=MILA)


@pytest.mark.parametrize(
    ("field", "value"),
    [("given_name", " "), ("relation", "chef"), ("relation", ""), ("birth_date", "2999-01-01"), ("family_name", "<b>")],
)
def test_what_is_wrong_with_a_person_is_said_at_the_field(anna: UUID, field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        household.add_member(account_id=anna, values={**MILA, field: value})
    assert set(refused.value.fields) == {field}


def test_a_household_has_an_end(anna: UUID) -> None:
    for _number in range(20):
        household.add_member(account_id=anna, values=MILA)
    with pytest.raises(InvalidInput, match="zwanzig"):
        household.add_member(account_id=anna, values=MILA)


def test_other_peoples_entries_are_not_there(anna: UUID, ben: UUID) -> None:
    member_id = household.add_member(account_id=anna, values=MILA)
    business_id = businesses.add_business(account_id=anna, values=SHOP)
    for attempt in (
        lambda: household.get_member(ben, member_id=member_id),
        lambda: household.change_member(account_id=ben, member_id=member_id, version=1, values=MILA),
        lambda: household.remove_member(account_id=ben, member_id=member_id),
        lambda: businesses.get_business(ben, business_id=business_id),
        lambda: businesses.change_business(account_id=ben, business_id=business_id, version=1, values=SHOP),
        lambda: businesses.remove_business(account_id=ben, business_id=business_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert len(household.list_household(anna)) == len(businesses.list_businesses(anna)) == 1


def test_a_company_that_somebody_types_is_not_proved(anna: UUID) -> None:
    business_id = businesses.add_business(account_id=anna, values={**SHOP, "proof": "provider", "level": "3"})
    shop = businesses.get_business(anna, business_id=business_id)
    assert (shop.proof, shop.is_proved, shop.level) == (BusinessProof.NONE, False, TrustLevel.NONE)


def test_a_company_that_a_provider_tells_is_proved_and_keeps_its_name() -> None:
    account_id = gerda()
    (firm,) = businesses.list_businesses(account_id)
    assert (firm.company, firm.is_proved, firm.source) == ("Muster Bau GmbH", True, "unternehmenskonto")
    values = {**SHOP, "company": "Andere GmbH", "role": "manager"}
    businesses.change_business(account_id=account_id, business_id=firm.id, version=firm.version, values=values)
    (firm,) = businesses.list_businesses(account_id)
    assert (firm.company, firm.role, firm.is_proved) == ("Muster Bau GmbH", "manager", True)
    # The next sign-in keeps what the person has said beside it, and takes over a new name.
    gerda(organisation="Muster Hochbau GmbH")
    (firm,) = businesses.list_businesses(account_id)
    assert (firm.company, firm.role) == ("Muster Hochbau GmbH", "manager")


def test_a_password_at_a_provider_proves_no_company() -> None:
    assert businesses.list_businesses(gerda(TrustLevel.BASIS)) == []


def test_a_documents_proof_is_for_one_name(anna: UUID) -> None:
    business_id = businesses.add_business(account_id=anna, values=SHOP)
    with as_accounts():
        BusinessPerson.objects.filter(id=business_id).update(proof=BusinessProof.DOCUMENT, level=TrustLevel.BASIS)
    businesses.change_business(account_id=anna, business_id=business_id, version=1, values={**SHOP, "city": "Dorsten"})
    assert businesses.get_business(anna, business_id=business_id).is_proved
    other = {**SHOP, "company": "Bank AG"}
    businesses.change_business(account_id=anna, business_id=business_id, version=2, values=other)
    assert not businesses.get_business(anna, business_id=business_id).is_proved


def test_choices_are_kept_and_an_older_form_is_noticed(anna: UUID) -> None:
    before = get_choices(anna)
    assert before == Choices(language="de")
    wanted = Choices(language="en")
    assert set_choices(account_id=anna, choices=wanted, version=before.version)
    assert get_choices(anna) == wanted
    assert not set_choices(account_id=anna, choices=wanted, version=wanted.version)
    with pytest.raises(Conflict):
        set_choices(account_id=anna, choices=before, version=before.version)
    with pytest.raises(InvalidInput):
        set_choices(account_id=anna, choices=Choices("tlh"), version=wanted.version)


def told_by_keycloak(email: str, *, subject: str = "f:tests:kim", source: str = "", is_verified: bool = True) -> UUID:
    """Return the account of somebody of whom our Keycloak tells an address."""
    person = Person(subject=subject, level=TrustLevel.BASIS, source=source, email=email, is_email_verified=is_verified)
    return account_of(person)


def test_an_address_that_was_changed_at_keycloak_is_followed() -> None:
    account_id = told_by_keycloak("kim@example.org")
    told_by_keycloak("kim.neu@example.org")
    assert get_own_account(account_id).email == "kim.neu@example.org"
    assert get_account_id("kim.neu@example.org") == account_id
    assert get_account_id("kim@example.org") is None
    assert actions(account_id)[0] == "account.email_changed"


def test_an_address_that_nobody_has_verified_or_another_provider_knows_is_not_followed() -> None:
    account_id = told_by_keycloak("kim@example.org")
    told_by_keycloak("kim.neu@example.org", is_verified=False)
    told_by_keycloak("kim.neu@example.org", source="bundid")
    assert get_own_account(account_id).email == "kim@example.org"


def test_an_address_of_somebody_elses_account_leads_there_still() -> None:
    told_by_keycloak("kim@example.org")
    lena = told_by_keycloak("lena@example.org", subject="f:tests:lena")
    told_by_keycloak("lena@example.org")
    assert get_account_id("lena@example.org") == lena
