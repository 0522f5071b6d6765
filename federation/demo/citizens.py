"""What the demo's citizens have told of themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from federation.demo.files import read
from shared_services.accounts.attributes import change_attributes
from shared_services.accounts.book import get_account_id
from shared_services.accounts.businesses import add_business
from shared_services.accounts.household import add_member


def load_own_data(emails: Collection[str]) -> None:
    """Fill the accounts of new citizens: who has changed something since keeps it."""
    for row in read("accounts.yaml")["citizens"]:
        account_id = get_account_id(row["user"]) if row["user"] in emails else None
        if account_id is None:
            continue
        told: Mapping[str, Any] = row.get("data", {})
        change_attributes(account_id=account_id, values=told.get("attributes", {}))
        for member in told.get("household", []):
            add_member(account_id=account_id, values=member)
        for business in told.get("businesses", []):
            add_business(account_id=account_id, values=business)
