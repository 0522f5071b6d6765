"""Grant what people ask of an address: an account at Keycloak or a new password, by a link that Keycloak mails.

Keycloak's own forms for both are off: the one tells whether an address has an account, the other by the time it takes.
Here the answer is a mail, which only the owner of the mailbox reads.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import uuid4

from keycloak.exceptions import KeycloakError

from shared_services.accounts import mails
from shared_services.accounts.wishes import Wish, WishKind
from shared_services.identity.keycloak.admin import Api
from shared_services.identity.keycloak.clients import CALLBACK_PATH, credentials_of
from tenants.links import public_url
from tenants.mail.senders import region_sender
from tenants.registry.sites import Site, directory

# As long as the page says that a link lives.
LINK_SECONDS: Final = 24 * 3600
# Of users that wait for their link to be followed; deploy/keycloak/realm.yaml describes them.
OPENED_BY: Final = "opened_by"
OPENED_FOR: Final = "opened_for"
LINK_UNTIL: Final = "link_until"
PORTAL: Final = "portal"
# A link that was followed in its last second is long through by then.
_GRACE_SECONDS: Final = 24 * 3600
_PAGE: Final = 200
# What the link asks for: new people say their name, too.
_ACTIONS: Final[Mapping[WishKind, Sequence[str]]] = {
    "account": ("UPDATE_PROFILE", "UPDATE_PASSWORD"),
    "password": ("UPDATE_PASSWORD",),
}


class LinkMails:
    """Keycloak's side, over one connection."""

    def __init__(self, api: Api) -> None:
        """Take the connection."""
        self._api = api

    def grant(self, wish: Wish) -> None:
        """Have a link sent, or a mail of ours that says why there is none.

        Raises: KeycloakError.
        """
        found = self._find(wish.email)
        if wish.kind == "password":
            self._grant_password(wish, found)
        elif found is None:
            self._send_link(wish, self._make(wish))
        elif _is_waiting(found):
            # Whoever has lost the first link gets another one, which lives as long again.
            self._prolong(found)
            self._send_link(wish, str(found["id"]))
        else:
            language = _language(found, wish)
            sender = region_sender(directory.snapshot().regions[wish.region])
            mails.tell_account_exists(account_id=wish.id, to=wish.email, sender=sender, language=language)

    def remove_unopened(self) -> int:
        """Remove users whose link nobody has followed while it lived, and return how many.

        A link that is too old opens nothing, so nobody can be on the way; each is looked at once more all the same.
        Raises: KeycloakError.
        """
        due = [one for one in self._list_waiting() if _is_over(one)]
        count = 0
        for one in due:
            path = f"/users/{quote(one['id'])}"
            fresh = self._api.get(path)
            if _is_waiting(fresh) and _is_over(fresh):
                self._api.delete(path)
                count += 1
        return count

    def _grant_password(self, wish: Wish, found: dict[str, Any] | None) -> None:
        if found is None or not found.get("enabled"):
            sender = region_sender(directory.snapshot().regions[wish.region])
            mails.tell_no_account(to=wish.email, sender=sender, language=wish.language)
            return
        if _is_waiting(found):
            self._prolong(found)
        self._send_link(wish, str(found["id"]))

    def _find(self, email: str) -> dict[str, Any] | None:
        found: Sequence[dict[str, Any]] = self._api.get(
            "/users", email=email, exact="true", briefRepresentation="false"
        )
        return found[0] if found else None

    def _make(self, wish: Wish) -> str:
        user = {
            "username": wish.email,
            "email": wish.email,
            "emailVerified": False,
            "enabled": True,
            "attributes": {
                "locale": [wish.language],
                OPENED_BY: [PORTAL],
                OPENED_FOR: [directory.snapshot().regions[wish.region].name],
                LINK_UNTIL: [_link_until()],
            },
        }
        try:
            return self._api.post("/users", user)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise
        # The address is somebody's old user name, whose e-mail is another one by now.
        return self._api.post("/users", {**user, "username": uuid4().hex})

    def _prolong(self, found: Mapping[str, Any]) -> None:
        # The whole user: attributes without the rest would empty the rest.
        attributes = {**found["attributes"], LINK_UNTIL: [_link_until()]}
        self._api.put(f"/users/{quote(str(found['id']))}", {**found, "attributes": attributes})

    def _send_link(self, wish: Wish, user: str) -> None:
        site = _site(wish)
        query = {
            "client_id": credentials_of(site).client_id,
            "redirect_uri": public_url(site.host, CALLBACK_PATH),
            "lifespan": LINK_SECONDS,
        }
        self._api.put(f"/users/{quote(user)}/execute-actions-email?{urlencode(query)}", list(_ACTIONS[wish.kind]))

    def _list_waiting(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._api.get(
                "/users",
                q=f"{OPENED_BY}:{PORTAL}",
                emailVerified="false",
                briefRepresentation="false",
                first=len(found),
                max=_PAGE,
            )
            found += page
            if len(page) < _PAGE:
                return found


def _site(wish: Wish) -> Site:
    """Return the portal that somebody came from; one that has left meanwhile is the region's umbrella."""
    snapshot = directory.snapshot()
    tenant = snapshot.tenants.get(wish.town)
    host = tenant.host if tenant is not None and tenant.is_open else snapshot.regions[wish.region].host
    return snapshot.sites[host]


def _is_waiting(user: Mapping[str, Any]) -> bool:
    """Whether a user was made by a wish and nobody has opened the mailbox yet."""
    attributes = user.get("attributes", {})
    return not user.get("emailVerified") and attributes.get(OPENED_BY) == [PORTAL] and LINK_UNTIL in attributes


def _is_over(user: Mapping[str, Any]) -> bool:
    return int(user["attributes"][LINK_UNTIL][0]) + _GRACE_SECONDS < time.time()


def _link_until() -> str:
    return str(int(time.time()) + LINK_SECONDS)


def _language(user: Mapping[str, Any], wish: Wish) -> str:
    """Return the language that the owner of an account has chosen: whoever asked may be somebody else."""
    chosen: list[str] = user.get("attributes", {}).get("locale", [])
    return chosen[0] if chosen else wish.language
