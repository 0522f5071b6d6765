"""BundID: the federation's account for citizens."""

from typing import Final

from shared_services.identity.keycloak.providers.base import ProviderKind, Takes, Told

# Source: BundID, interface description for online services (SAML attributes by OID).
BUNDID: Final = ProviderKind(
    kind="bundid",
    label="BundID",
    tells={
        "bpk2": Told(oidc="bPK2", saml="urn:oid:1.3.6.1.4.1.25484.494450.3"),
        "trust_level": Told(oidc="trust_level", saml="urn:oid:1.2.40.0.10.2.1.1.261.94"),
        "firstName": Told(oidc="given_name", saml="urn:oid:2.5.4.42"),
        "lastName": Told(oidc="family_name", saml="urn:oid:2.5.4.4"),
        "contact_email": Told(oidc="mail", saml="urn:oid:0.9.2342.19200300.100.1.3"),
        "birth_date": Told(oidc="birthdate", saml="urn:oid:1.2.40.0.10.2.1.1.55"),
        "street": Told(oidc="street_address", saml="urn:oid:2.5.4.16"),
        "postal_code": Told(oidc="postal_code", saml="urn:oid:2.5.4.17"),
        "town": Told(oidc="locality", saml="urn:oid:2.5.4.7"),
    },
    identified_by="bpk2",
    level_words={"basis": "STORK-QAA-Level-1", "substantiell": "STORK-QAA-Level-3", "hoch": "STORK-QAA-Level-4"},
    saml_extension="akdb",
    # Source: OrganizationDisplayName and OnlineServiceId of its SAML extension, spelled as parameters are spelled.
    takes=Takes(name="organization_display_name", service_id="online_service_id"),
)
