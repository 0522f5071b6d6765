"""A person's sign-ins at Keycloak, on all their devices: ended over the admin API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shared_services.identity.staff_oidc.ended import note_ended_alone

if TYPE_CHECKING:
    from shared_services.identity.keycloak.admin import Api

_MILLISECONDS: Final = 1000


def end_sign_ins(api: Api, subject: str, *, until: float | None = None, only: str = "", but: str = "") -> None:
    """End somebody's sign-ins at Keycloak: all, `only` one, or all `but` one; with `until`, those begun by then.

    `until` is in seconds since 1970. Where some are to go on, they do so here, too, although Keycloak tells of the
    others. Raises: KeycloakError.
    """
    for one in api.get(f"/users/{quote(subject)}/sessions"):
        sign_in = str(one["id"])
        is_meant = sign_in == only if only else sign_in != but
        if is_meant and (until is None or one["start"] <= until * _MILLISECONDS):
            if only or but:
                note_ended_alone(sign_in)
            api.delete(f"/sessions/{quote(sign_in)}")
