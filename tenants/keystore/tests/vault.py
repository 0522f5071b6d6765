"""The transit engine of HashiCorp Vault, as its HTTP API documents it: encrypt, decrypt, rotate, seal.

Runs as a program of its own: `python vault.py TOKEN`. It prints its port. A POST to /test/<state> makes it "sealed",
"hanging", "broken" or "well". Source: developer.hashicorp.com/vault/api-docs/secret/transit.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEYS: dict[str, list[AESGCM]] = {"verbund": [AESGCM(AESGCM.generate_key(256))]}
STATE = {"now": "well"}
TOKEN = sys.argv[1] if len(sys.argv) > 1 else ""
HANG_SECONDS = 30


class Transit(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        """Answer what the engine would."""
        parts = self.path.strip("/").split("/")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if parts[0] == "test":
            STATE["now"] = parts[1]
            return self._answer(204)
        if STATE["now"] == "hanging":
            time.sleep(HANG_SECONDS)
        if STATE["now"] == "broken":
            return self._answer(500, {"errors": ["internal error"]})
        if STATE["now"] == "sealed":
            return self._answer(503, {"errors": ["Vault is sealed"]})
        if self.headers.get("X-Vault-Token") != TOKEN:
            return self._answer(403, {"errors": ["permission denied"]})
        return self._transit(parts[2:], body)

    def do_PUT(self) -> None:
        """Do the same: Vault takes both."""
        self.do_POST()

    def _transit(self, parts: list[str], body: dict[str, Any]) -> None:
        action, name = (parts[0], parts[1]) if len(parts) > 1 else ("", "")
        if action == "keys" and parts[2:] == ["rotate"] and name in KEYS:
            KEYS[name].append(AESGCM(AESGCM.generate_key(256)))
            return self._answer(204)
        if name not in KEYS:
            return self._answer(400, {"errors": ["encryption key not found"]})
        if action == "encrypt":
            nonce, version = os.urandom(12), len(KEYS[name])
            sealed = nonce + KEYS[name][-1].encrypt(nonce, base64.b64decode(body["plaintext"]), None)
            text = f"vault:v{version}:{base64.b64encode(sealed).decode()}"
            return self._answer(200, {"data": {"ciphertext": text, "key_version": version}})
        return self._decrypt(KEYS[name], body)

    def _decrypt(self, keys: list[AESGCM], body: dict[str, Any]) -> None:
        try:
            _vault, version, text = body["ciphertext"].split(":")
            sealed = base64.b64decode(text)
            plain = keys[int(version[1:]) - 1].decrypt(sealed[:12], sealed[12:], None)
        except (ValueError, IndexError, InvalidTag):
            return self._answer(400, {"errors": ["invalid ciphertext: unable to decrypt"]})
        return self._answer(200, {"data": {"plaintext": base64.b64encode(plain).decode()}})

    def _answer(self, status: int, document: Any = None) -> None:
        data = json.dumps(document).encode() if document is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Transit)
    print(server.server_address[1], flush=True)  # noqa: T201 -- how whoever started it learns the port
    server.serve_forever()
