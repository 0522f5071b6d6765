"""A municipality's own directory of staff (Active Directory Federation Services, Entra ID, another Keycloak)."""

from typing import Final

from shared_services.identity.keycloak.providers.base import ProviderKind, Told

# It proves who works where, and nothing that a citizen's service may rest on: `basis`, whatever it says of itself.
STAFF_DIRECTORY: Final = ProviderKind(
    kind="staff_directory",
    label="Verzeichnis einer Verwaltung",
    tells={
        "contact_email": Told(oidc="email", saml="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"),
        "firstName": Told(oidc="given_name", saml="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"),
        "lastName": Told(oidc="family_name", saml="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"),
    },
    # An address is given to the next person of that name: what stays the same, only the municipality knows.
    identified_by="",
    fixed_level="basis",
    scope="openid profile email",
    for_staff=True,
)
