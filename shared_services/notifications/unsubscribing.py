"""The link in each reminder that ends them: signed, for one account at one site, without an end."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from tenants.errors import NotFound

_SALT: Final = "shared_services.notifications.unsubscribe"
_LONGEST: Final = 200


def unsubscribe_path(account_id: UUID, *, scope: str, area: str) -> str:
    """Return the German path of the link. `scope` is the town or region, `area` its work area."""
    return f"{area}erinnerungen/abbestellen/{make_token(account_id, scope=scope)}/"


def make_token(account_id: UUID, *, scope: str) -> str:
    """Return a token that names an account and can't be made without the deployment's key."""
    return signing.Signer(salt=f"{_SALT}.{scope}").sign(account_id.hex)


def read_token(token: str, *, scope: str) -> UUID:
    """Return the account that a token names. Raises: NotFound for any that was not made here."""
    try:
        return UUID(hex=signing.Signer(salt=f"{_SALT}.{scope}").unsign(token[:_LONGEST]))
    except (signing.BadSignature, ValueError) as wrong:
        raise NotFound(
            _("Dieser Link gilt nicht. Auf der Seite „Mein Konto“ können Sie die Erinnerungen ausschalten.")
        ) from wrong
