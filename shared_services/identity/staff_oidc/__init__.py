"""Staff, operators and editors sign in at Keycloak: their roles stay here, Keycloak says who they are."""
