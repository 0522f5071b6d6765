"""What the demo's citizens tell of themselves is what the services accept, in every group."""

from __future__ import annotations

import pytest

from federation.demo.citizens import load_own_data
from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.book import get_account_id
from shared_services.accounts.businesses import list_businesses
from shared_services.accounts.household import list_household
from shared_services.accounts.registration import create_account
from tenants.actors import system_actor

ANNA = "anna@buerger.example"


@pytest.mark.django_db
def test_anna_has_something_in_every_group_and_keeps_what_she_changes() -> None:
    # Where the demo was loaded before the tests, she is there already.
    is_new = create_account(actor=system_actor("tests"), email=ANNA, password="Regen über Zeche Moltke 1904")
    load_own_data([ANNA] if is_new else [])
    account_id = get_account_id(ANNA)
    assert account_id is not None
    assert {"family_name", "street", "phone", "iban"} <= set(list_attributes(account_id))
    assert [one.relation for one in list_household(account_id)] == ["partner", "child"]
    assert [one.is_proved for one in list_businesses(account_id)] == [False]
    load_own_data([])
    assert len(list_household(account_id)) == 2
