"""Staff at Keycloak: which person there has which account here."""

from typing import ClassVar

from tenants.rights import ALL, Rights, SharedAppConfig


class StaffAtKeycloakConfig(SharedAppConfig):
    """Shared app: a link is a matter of this deployment's Keycloak, so no town takes it along when it moves."""

    name = "shared_services.identity.staff_oidc"
    label = "staff_oidc"
    # As with citizens' accounts: no tenant's role sees who signs in elsewhere.
    rights: ClassVar[Rights] = {"WorkLink": {"accounts": ALL}}
