"""A key service that holds the key of the master keys: HashiCorp Vault or OpenBao, by their transit engine.

With one, VERBUND_MASTER_KEYS holds what the service has encrypted, and a copy of the environment opens nothing. Each
process asks once, when it first needs a key; from then on it works without the service.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from tenants.errors import ExternalTemporary

# What Vault's ciphertexts begin with.
_MARK: Final = "vault:"
_TIMEOUT_SECONDS: Final = 5


def is_wrapped(text: str) -> bool:
    """Whether the master keys were encrypted by a key service."""
    return text.startswith(_MARK)


def wrapped(text: str) -> str:
    """Return master keys as the environment holds them: encrypted by the service, or as they are without one.

    Raises: ExternalTemporary; ImproperlyConfigured.
    """
    if not settings.VERBUND_KEY_SERVICE:
        return text
    return str(_asked(lambda service: service.encrypt(text.encode(), b"")).decode())


@lru_cache(maxsize=4)
def unwrapped(text: str) -> str:
    """Return master keys that the service has encrypted. Raises: ExternalTemporary; ImproperlyConfigured."""
    return str(_asked(lambda service: service.decrypt(text.encode(), b"")).decode())


def _asked(ask: Any) -> bytes:
    # Only deployments with a key service need the library.
    import hvac  # noqa: PLC0415
    import requests  # noqa: PLC0415
    from tink.integration import hcvault  # noqa: PLC0415

    address = urlsplit(settings.VERBUND_KEY_SERVICE)
    if address.scheme not in {"https", "http"} or not address.netloc or "/keys/" not in address.path:
        message = "VERBUND_KEY_SERVICE must look like https://vault.example:8200/transit/keys/verbund."
        raise ImproperlyConfigured(message)
    client = hvac.Client(
        url=f"{address.scheme}://{address.netloc}",
        token=settings.VERBUND_KEY_SERVICE_TOKEN,
        timeout=_TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    try:
        return bytes(ask(hcvault.new_aead(address.path, client)))
    except tink.TinkError as refused:
        cause = refused.args[0] if refused.args else None
        if isinstance(
            cause, (requests.RequestException, hvac.exceptions.VaultDown, hvac.exceptions.InternalServerError)
        ):
            raise ExternalTemporary(
                _("Der Schlüsseldienst antwortet nicht. Versuchen Sie es in einigen Minuten noch einmal."),
                code="key_service_unreachable",
            ) from refused
        message = (
            f"The key service refuses ({type(cause).__name__}): check VERBUND_KEY_SERVICE, VERBUND_KEY_SERVICE_TOKEN "
            "and that its key may encrypt and decrypt; see docs/operator/keys.md."
        )
        raise ImproperlyConfigured(message) from refused
