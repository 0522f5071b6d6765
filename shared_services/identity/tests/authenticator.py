"""A device for passkeys without a browser: makes and shows them as WebAuthn wants it, and cheats where a test asks."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tenants.links import public_url

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_HAS_CREDENTIAL: Final = 0x40


@dataclass
class Device:
    """A device at a host's page, with room for one passkey. `verifies`: it asks for finger or PIN."""

    host: str
    verifies: bool = True
    sign_count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    owner: str = ""
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """Make a passkey; return what the browser sends."""
        wanted = json.loads(options)
        self.owner = wanted["user"]["id"]
        known = len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(self._public_key())
        data = self._data(_HAS_CREDENTIAL) + bytes(16) + known
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", wanted["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def show(self, options: str) -> str:
        """Show the passkey; return what the browser sends."""
        self.sign_count += 1
        data, client = self._data(), self._client("webauthn.get", json.loads(options)["challenge"])
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        owner = base64url_to_bytes(self.owner)
        return self._answer(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": owner}
        )

    def _data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": public_url(self.host, "")}).encode()

    def _public_key(self) -> dict[int, Any]:
        numbers = self._key.public_key().public_numbers()
        # COSE: an elliptic curve key, ES256, on P-256, with its point.
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential)
        said = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
