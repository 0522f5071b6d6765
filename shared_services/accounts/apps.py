"""Citizens' accounts."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.names import Group
from tenants.rights import ALL, Rights, SharedAppConfig

# Neither a tenant's role nor the console's may see any of it.
_OWN: Mapping[Group, str] = {"accounts": ALL}


class AccountsConfig(SharedAppConfig):
    """Shared app: one account per person and deployment, used in every town."""

    name = "shared_services.accounts"
    label = "accounts"
    rights: ClassVar[Rights] = {
        "CitizenAccount": _OWN,
        "AccountAttribute": _OWN,
        "HouseholdMember": _OWN,
        "BusinessPerson": _OWN,
        "LinkedIdentity": _OWN,
        "OneTimePassword": _OWN,
        "Passkey": _OWN,
        "RecoveryCode": _OWN,
        "AccountSession": _OWN,
        "KnownDevice": _OWN,
        "AccountLink": _OWN,
        "AccountDeletion": _OWN,
        "ProviderChange": _OWN,
        # What happened to an account is added, and goes with it: nobody rewrites it.
        "AccountEvent": {"accounts": "SELECT, INSERT, DELETE"},
    }
