"""People's users in Keycloak, when their account here goes or gets another address."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

import structlog

from shared_services.accounts.emailchange import taken
from shared_services.identity.keycloak.pagecalls import keycloak_for_page
from shared_services.identity.keycloak.switch import uses_keycloak

log = structlog.get_logger(__name__)


def remove_users(subjects: Sequence[str]) -> None:
    """Remove users from Keycloak with all their sessions there; who is gone is gone.

    A deployment that has gone over to the built-in login asks nobody: its Keycloak is not in use any more.
    Raises: ExternalTemporary while Keycloak is away; ExternalPermanent when it refuses.
    """
    if not uses_keycloak():
        return
    # The library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin  # noqa: PLC0415 -- see above

    with plain_failures():
        api = Api(realm_admin())
        for subject in subjects:
            api.delete(f"/users/{quote(subject, safe='')}")
    log.info("keycloak.users_removed", count=len(subjects))


def change_email(subjects: Sequence[str], email: str) -> None:
    """Make a proved address that of a person's users; one that only an identity provider knows has none, and gets none.

    Raises: Conflict when it is somebody else's; ExternalTemporary while Keycloak is away; ExternalPermanent.
    """
    if not uses_keycloak() or not subjects:
        return
    # As above.
    from keycloak.exceptions import KeycloakError  # noqa: PLC0415

    with keycloak_for_page() as api:
        for subject in subjects:
            path = f"/users/{quote(subject, safe='')}"
            try:
                user = api.get(path)
                if user.get("email"):
                    api.put(path, {**user, "email": email, "emailVerified": True})
            except KeycloakError as refused:
                if refused.response_code == HTTPStatus.CONFLICT:
                    raise taken() from refused
                if refused.response_code != HTTPStatus.NOT_FOUND:
                    raise
