"""Keycloak: what its realm shall look like, bringing it there, and the client of each portal in it."""
