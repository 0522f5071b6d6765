"""Mein Unternehmenskonto: the account of organisations, on ELSTER certificates."""

from typing import Final

from shared_services.identity.keycloak.providers.base import ProviderKind, Told

UNTERNEHMENSKONTO: Final = ProviderKind(
    kind="unternehmenskonto",
    label="Mein Unternehmenskonto",
    tells={
        "organisation_id": Told(oidc="organisation_id", saml="ElsterDatenuebermittlerId"),
        "organisation": Told(oidc="organisation", saml="Name"),
        "trust_level": Told(oidc="trust_level", saml="ElsterVertrauensniveauIdentifizierung"),
        "firstName": Told(oidc="given_name", saml="Vorname"),
        "lastName": Told(oidc="family_name", saml="Nachname"),
        "contact_email": Told(oidc="mail", saml="EMailAdresse"),
    },
    identified_by="organisation_id",
    level_words={"basis": "basis", "substantiell": "substantiell", "hoch": "hoch"},
)
