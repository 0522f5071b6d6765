"""What people may say of themselves, each value by itself. No database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_services.accounts.values import (
    ATTRIBUTE_CHECKS,
    bank_name,
    check_birth_date,
    check_iban,
    check_text,
    check_values,
    mask_iban,
    readable_iban,
    require_postcode_of_country,
)
from tenants.errors import InvalidInput

GOOD = "DE89370400440532013000"


@pytest.mark.parametrize("typed", [GOOD, "DE89 3704 0044 0532 0130 00", "de89370400440532013000", "NL91ABNA0417164300"])
def test_an_iban_is_kept_without_blanks(typed: str) -> None:
    assert check_iban(typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize(
    "typed",
    [
        "DE89370400440532013001",  # a wrong digit
        "DE98370400440532013000",  # the two check digits swapped
        "DE8937040044053201300",  # one digit is missing
        "XX89370400440532013000",
        "532013000",
        "DE８９370400440532013000",  # digits of another script
        "DE89<script>",
    ],
)
def test_a_wrong_iban_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(ValueError, match="Bankkarte"):
        check_iban(typed)


def test_the_bank_has_a_name_where_it_is_known() -> None:
    assert bank_name(GOOD) == "Commerzbank"
    assert bank_name("DE89") == ""


def test_of_a_masked_iban_only_country_and_the_last_four_can_be_read() -> None:
    assert mask_iban(GOOD) == "DE•• •••• 3000"
    assert mask_iban("DE89") == "••••"
    assert readable_iban(GOOD) == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize("typed", ["1899-12-31", "2999-01-01", "31.12.1980", "1980-02-30", "gestern"])
def test_a_day_of_birth_is_a_day_that_was(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Datum|Geburtsdatum"):
        check_birth_date(typed)


def test_a_german_postcode_has_five_digits_and_others_have_their_own() -> None:
    for good in ({"postcode": "45964"}, {"postcode": "1011 AB", "country": "Niederlande"}, {"postcode": ""}):
        require_postcode_of_country(good)
    for bad in ({"postcode": "4596"}, {"postcode": "1011 AB", "country": "deutschland"}):
        with pytest.raises(InvalidInput) as refused:
            require_postcode_of_country(bad)
        assert set(refused.value.fields) == {"postcode"}


def test_all_wrong_fields_are_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_values({"phone": "12", "iban": "x", "city": "Gladbeck"}, checks=ATTRIBUTE_CHECKS)
    assert set(refused.value.fields) == {"phone", "iban"}


@given(st.text(max_size=200))
def test_text_is_refused_or_kept_as_it_is(typed: str) -> None:
    try:
        assert check_text(typed) == typed
    except ValueError:
        assert len(typed) > 120 or any(char in "<>\x7f\u2028\u2029" or char < " " for char in typed)
