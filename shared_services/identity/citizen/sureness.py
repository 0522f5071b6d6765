"""How surely it must be known who somebody is, for what they are about to store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shared_services.accounts.attributes import Attribute
from shared_services.accounts.models import AttributeName
from shared_services.identity.citizen.services import provider
from tenants.trust import TrustLevel

# Where money goes: whoever finds an open session or a password must not lead it elsewhere.
_OF_MONEY: Final = (AttributeName.IBAN, AttributeName.ACCOUNT_HOLDER)
_FOR_MONEY: Final = TrustLevel.SUBSTANTIELL


def level_for_money(known: Mapping[str, Attribute]) -> TrustLevel:
    """Return the level at which a person stores bank details.

    Of whom an identity provider has told something surely, they are stored as surely. Whoever only has a password keeps
    using it. A deployment without a provider of that level asks for none: nobody could go on.
    """
    surest = max((one.level for one in known.values()), default=TrustLevel.BASIS)
    is_asked = surest >= _FOR_MONEY and bool(provider().list_steps_up(_FOR_MONEY))
    return _FOR_MONEY if is_asked else TrustLevel.BASIS


def level_to_store(known: Mapping[str, Attribute], values: Mapping[str, str]) -> TrustLevel:
    """Return the level at which these values may be stored over what is known.

    What is taken out leads no money anywhere, and what stays needs nothing.
    """
    before = {name: known[name].value if name in known else "" for name in _OF_MONEY}
    leads_elsewhere = any(values.get(name) and values[name] != before[name] for name in _OF_MONEY)
    return level_for_money(known) if leads_elsewhere else TrustLevel.BASIS
