"""What lies on the disk tells nothing of the people: no table holds a value of theirs, in text or in bytes."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared_services.accounts import businesses, household, registration, secondfactor
from shared_services.accounts.attributes import change_attributes, list_attributes
from shared_services.accounts.book import find_by_email, get_own_account
from shared_services.accounts.devices import SignInDevice
from shared_services.accounts.emailchange import begin_email_change
from shared_services.accounts.events import list_events
from shared_services.accounts.models import AttributeName, CitizenAccount
from shared_services.accounts.people import Person
from shared_services.accounts.sessions import NewSession, open_session
from shared_services.accounts.tests.cast import account_of
from tenants.actors import ANONYMOUS, system_actor
from tenants.context import as_accounts, as_migration
from tenants.errors import InvalidInput, NotAllowed
from tenants.keystore import store
from tenants.keystore.sealing import Unreadable
from tenants.mail.senders import Sender
from tenants.rights import list_table_rights
from tenants.trust import TrustLevel

EMAIL: Final = "ilka.unverwechselbar@example.org"
VALUES: Final = {
    "given_name": "Ilkamarie",
    "family_name": "Unverwechselbar",
    "birth_date": "1971-11-23",
    "street": "Zechenbahntrasse 4711",
    "phone": "+4920439876543",
    "iban": "DE89370400440532013000",
}
OTHER_EMAIL: Final = "ilka.neuanfang@example.org"
MEMBER: Final = {
    "given_name": "Oskarlotte",
    "family_name": "Mitbewohnerin",
    "birth_date": "2014-02-17",
    "relation": "child",
}
COMPANY: Final = {
    "company": "Unverwechselbare Fördertechnik",
    "register_court": "Amtsgericht Zollvereinstadt",
    "register_number": "HRB 47114711",
    "street": "Schachtzeichenweg 9",
    "role": "owner",
}
# Words of the application, which stand in many places.
WORDS: Final = {"child", "owner"}
DEVICE: Final = "ein-geheimnis-das-nur-dieser-browser-hat"
AGENT: Final = "Mozilla/5.0 (Ilkaphone; Unverwechselbar 17)"
pytestmark = pytest.mark.django_db


def open_ilkas_account() -> CitizenAccount:
    registration.create_account(actor=system_actor("tests"), email=EMAIL, password="Regen über Zeche Moltke 1904")
    with as_accounts():
        account = find_by_email(EMAIL)
    assert account is not None
    change_attributes(account_id=account.id, values=VALUES)
    household.add_member(account_id=account.id, values=MEMBER)
    businesses.add_business(account_id=account.id, values=COMPANY)
    sender = Sender(name="Tests", home_url="https://tests.example")
    for secret in (DEVICE, DEVICE[::-1]):
        device = SignInDevice(secret=secret, user_agent=AGENT, describe=lambda: AGENT, sender=sender)
        new = NewSession(site="tests", level=TrustLevel.BASIS, user_agent=AGENT, device=device)
        open_session(account_id=account.id, new=new)
    begin_email_change(account_id=account.id, email=OTHER_EMAIL, sender=sender)
    secondfactor.begin_setup(account_id=account.id, issuer="Tests", label=EMAIL)
    return account


def tables_with(value: str) -> list[str]:
    """Return the tables of the whole database in which a value stands, as text or as the hexadecimal form of bytes."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND (n.nspname = 'public' OR n.nspname = 't_gladbeck')"
        )
        found = []
        for (table,) in cursor.fetchall():
            query = f"SELECT 1 FROM {table} t WHERE t::text ILIKE %s OR t::text ILIKE %s LIMIT 1"  # noqa: S608
            cursor.execute(query, [f"%{value}%", f"%{value.encode().hex()}%"])
            found += [table] if cursor.fetchone() else []
        return found


def test_no_table_holds_a_value_of_a_person(settings: Any) -> None:
    settings.VERBUND_MAIL = True
    account = open_ilkas_account()
    secret = secondfactor.get_waiting_secret(account.id)
    said = [
        value for values in (VALUES, MEMBER, COMPANY) for value in values.values() if value not in {"child", "owner"}
    ]
    for value in (EMAIL, OTHER_EMAIL, AGENT, DEVICE, secret, *said):
        assert tables_with(value) == [], value


def test_the_search_finds_what_is_not_sealed() -> None:
    """The test above would find something: the name of a town stands in many tables."""
    assert tables_with("Gladbeck")


def test_what_was_said_is_read_back_and_told_in_the_history_by_name_only() -> None:
    account = open_ilkas_account()
    assert {name: one.value for name, one in list_attributes(account.id).items()} == VALUES
    assert get_own_account(account.id).email == EMAIL
    (change,) = [one for one in list_events(account.id) if one.action == "data.changed"]
    assert change.details == {"fields": sorted(VALUES)}


def test_without_the_key_nothing_of_a_person_can_be_read() -> None:
    account = open_ilkas_account()
    store.destroy_keys(account.id)
    for read in (list_attributes, get_own_account, list_events):
        with pytest.raises(Unreadable):
            read(account.id)


def test_no_role_of_a_town_or_the_console_sees_an_account() -> None:
    ours = {table: groups for table, groups in list_table_rights().items() if table.startswith("accounts_")}
    assert ours
    assert {group for groups in ours.values() for group in groups} == {"accounts"}


def test_only_a_command_opens_accounts_for_others() -> None:
    with pytest.raises(NotAllowed):
        registration.create_account(actor=ANONYMOUS, email=EMAIL, password="x")


def person(level: TrustLevel, **values: str) -> Person:
    return Person(subject="f:tests:ilka", level=level, source="bundid", attributes=values)


def test_what_a_provider_has_verified_is_locked() -> None:
    account_id = account_of(person(TrustLevel.HOCH, family_name="Unverwechselbar"))
    with pytest.raises(InvalidInput) as refused:
        change_attributes(account_id=account_id, values={"family_name": "Anders", "phone": "1"})
    assert set(refused.value.fields) == {"family_name"}
    assert set(list_attributes(account_id)) == {"family_name"}, "all or nothing"


def test_a_lower_level_changes_nothing_that_is_known_at_a_higher_one() -> None:
    account_id = account_of(person(TrustLevel.HOCH, family_name="Unverwechselbar"))
    account_of(person(TrustLevel.BASIS, family_name="Tippfehler", given_name="Ilka"))
    known = list_attributes(account_id)
    assert (known["family_name"].value, known["family_name"].level) == ("Unverwechselbar", TrustLevel.HOCH)
    assert (known["given_name"].value, known["given_name"].level) == ("Ilka", TrustLevel.BASIS)


def test_a_new_name_from_the_provider_replaces_the_old_one() -> None:
    account_id = account_of(person(TrustLevel.HOCH, family_name="Ledig"))
    account_of(person(TrustLevel.HOCH, family_name="Vermählt"))
    assert list_attributes(account_id)["family_name"].value == "Vermählt"


@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(list(TrustLevel)[1:]), st.sampled_from(["A", "B", ""])), max_size=6))
def test_an_attribute_is_always_that_of_the_highest_level_told_last(
    db: None, steps: list[tuple[TrustLevel, str]]
) -> None:
    subject = f"f:{time.time_ns()}"
    account_id = account_of(Person(subject=subject, level=TrustLevel.BASIS))
    best: tuple[TrustLevel, str] | None = None
    for level, value in steps:
        account_of(Person(subject=subject, level=level, source="x", attributes={"family_name": value}))
        if value and (best is None or level >= best[0]):
            best = (level, value)
    known = list_attributes(account_id).get(AttributeName.FAMILY_NAME)
    assert (known and (known.level, known.value)) == best


def test_a_password_is_kept_as_a_hash_only() -> None:
    account = open_ilkas_account()
    assert account.password.startswith("argon2")
