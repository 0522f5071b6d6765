"""What forms of other apps may take over from an account."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from shared_services.accounts.attributes import Attribute, list_attributes
from tenants.trust import TrustLevel


def get_prefill(
    account_id: UUID, *, names: Collection[str], at_level: TrustLevel = TrustLevel.NONE
) -> dict[str, Attribute]:
    """Return what is known of a person under these names, as surely as `at_level` or more surely, by name.

    The level belongs to each attribute: a form locks one when `Attribute.level` is what its service needs. What is not
    known surely enough is left out, so that nobody takes a typed name for a proved one.
    Raises: Unreadable; ExternalTemporary without the key store.
    """
    known = list_attributes(account_id)
    return {name: known[name] for name in names if name in known and known[name].level >= at_level}
