"""Keycloak: what is known here of the clients of our portals there."""

from typing import ClassVar

from tenants.rights import ALL, Rights, SharedAppConfig


class KeycloakConfig(SharedAppConfig):
    """Shared app: one row for each portal with a client in Keycloak. Secrets are stored nowhere: see `secrets`."""

    name = "shared_services.identity.keycloak"
    label = "keycloak"
    rights: ClassVar[Rights] = {"PortalClient": {"operator": ALL}}

    def ready(self) -> None:
        """Have new portals' clients made and looked after, and people's users follow their accounts here."""
        from shared_services.accounts.deletion import leaves_elsewhere  # noqa: PLC0415 -- models are ready now
        from shared_services.accounts.emailchange import follows_elsewhere  # noqa: PLC0415
        from shared_services.identity.keycloak.doctor import (  # noqa: PLC0415 -- models are ready now
            REPAIRED,
            examine_clients,
            examine_introductions,
            repair_clients,
        )
        from shared_services.identity.keycloak.onboarding import seed_client  # noqa: PLC0415
        from shared_services.identity.keycloak.remains import list_remains  # noqa: PLC0415
        from shared_services.identity.keycloak.users import change_email, remove_users  # noqa: PLC0415
        from tenants.doctor.repairs import register_repair  # noqa: PLC0415
        from tenants.doctor.selectors import register_check  # noqa: PLC0415
        from tenants.lifecycle.services import register_look  # noqa: PLC0415
        from tenants.provisioning import seeds  # noqa: PLC0415

        seeds.register("keycloak.client", seed_client)
        register_look(list_remains)
        register_check(examine_clients)
        register_check(examine_introductions)
        register_repair(REPAIRED, repair_clients)
        leaves_elsewhere(remove_users)
        follows_elsewhere(change_email)
