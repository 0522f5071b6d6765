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
        "BusinessDocument": _OWN,
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

    def ready(self) -> None:
        """Take in what towns tell of looks at people's data; have deletions carried out once they are decided."""
        from shared_services.accounts import deletion, looks, tasks  # noqa: PLC0415 -- models are ready now
        from shared_services.accounts.doctor import examine_deletions  # noqa: PLC0415
        from tenants.doctor.selectors import register_check  # noqa: PLC0415
        from tenants.outbox.services import handles  # noqa: PLC0415

        handles(looks.KIND)(looks.add_look)
        deletion.on_request(lambda deletion_id: tasks.finish_deletion.delay(str(deletion_id)))
        register_check(examine_deletions)
