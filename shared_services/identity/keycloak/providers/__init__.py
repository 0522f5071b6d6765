"""Identity providers: the kinds that come along."""

from shared_services.identity.keycloak.providers.contrib.bundid import BUNDID
from shared_services.identity.keycloak.providers.contrib.staff_directory import STAFF_DIRECTORY
from shared_services.identity.keycloak.providers.contrib.state_account import STATE_ACCOUNT
from shared_services.identity.keycloak.providers.contrib.unternehmenskonto import UNTERNEHMENSKONTO
from shared_services.identity.keycloak.providers.registry import ProviderRegistry

providers = ProviderRegistry([BUNDID, UNTERNEHMENSKONTO, STATE_ACCOUNT, STAFF_DIRECTORY])

__all__ = ("providers",)
