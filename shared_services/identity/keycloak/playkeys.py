"""A realm's keys for demo and tests, made here: OpenSSL needs a tenth of a second, young Java code some seconds.

Keycloak makes keys of its own only for a realm that comes without any.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_BITS: Final = 2048
_LIFETIME: Final = timedelta(days=3650)


def with_keys(realm: dict[str, Any]) -> dict[str, Any]:
    """Return what makes a realm, with new keys for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, realm["realm"])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFETIME)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    providers = [
        _provider(
            "rsa",
            privateKey=base64.b64encode(private).decode(),
            certificate=base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        ),
        _provider("hmac-generated", algorithm="HS512"),
        _provider("aes-generated"),
    ]
    components = {**realm.get("components", {}), "org.keycloak.keys.KeyProvider": providers}
    return {**realm, "components": components}


def _provider(kind: str, **config: str) -> dict[str, Any]:
    values = {"priority": "100", "enabled": "true", "active": "true", **config}
    return {"name": kind, "providerId": kind, "config": {name: [value] for name, value in values.items()}}
