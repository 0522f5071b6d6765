"""Contact data as people type it."""

from __future__ import annotations

import pytest

from shared_services.portal.contactdata import check_contact
from tenants.phones import parse_phone, readable_phone


@pytest.mark.parametrize("typed", ["0221 4710 150", "0221/4710150", "+49 221 4710150", "(0221) 4710-150"])
def test_a_number_is_stored_so_that_phones_can_dial_it(typed: str) -> None:
    assert parse_phone(typed) == "+492214710150"
    assert readable_phone("+492214710150") == "0221 4710150"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "Rathaus"),
        ("phone", "12"),
        ("email", "rathaus@"),
        ("website_url", "javascript:alert(1)"),
        ("website_url", "ftp://gladbeck.de"),
        ("app_url", "gladbeck.de"),
        ("postcode", "4596"),
        ("street", "x" * 201),
    ],
)
def test_what_nobody_could_use_is_refused_at_its_field(field: str, value: str) -> None:
    clean, errors = check_contact({field: value})
    assert list(errors) == [field]
    assert field not in clean


def test_everything_may_stay_empty() -> None:
    clean, errors = check_contact({})
    assert not errors
    assert set(clean.values()) == {""}


def test_the_number_of_all_authorities_is_one() -> None:
    assert readable_phone(parse_phone("115")) == "115"
