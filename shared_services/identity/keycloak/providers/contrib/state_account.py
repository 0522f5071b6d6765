"""A state's own account for citizens, where there still is one; levels in the words of the eIDAS regulation."""

from typing import Final

from shared_services.identity.keycloak.providers.base import ProviderKind, Told

STATE_ACCOUNT: Final = ProviderKind(
    kind="state_account",
    label="Servicekonto des Landes",
    tells={
        "bpk2": Told(oidc="bPK2", saml="urn:oid:1.3.6.1.4.1.25484.494450.3"),
        "trust_level": Told(oidc="eidas_level", saml="urn:oid:1.2.40.0.10.2.1.1.261.94"),
        "firstName": Told(oidc="given_name", saml="urn:oid:2.5.4.42"),
        "lastName": Told(oidc="family_name", saml="urn:oid:2.5.4.4"),
        "contact_email": Told(oidc="mail", saml="urn:oid:0.9.2342.19200300.100.1.3"),
    },
    identified_by="bpk2",
    level_words={
        "basis": "http://eidas.europa.eu/LoA/low",
        "substantiell": "http://eidas.europa.eu/LoA/substantial",
        "hoch": "http://eidas.europa.eu/LoA/high",
    },
)
