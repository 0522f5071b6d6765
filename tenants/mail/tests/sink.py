"""A mail server that keeps what it gets and behaves as badly as the address it is sent to says.

Runs as a program of its own: `python sink.py FOLDER`. It prints its port, and writes each message it took into FOLDER.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HANG_SECONDS: Final = 30
# By the part of the address before the @: what is answered to RCPT, and once the message is there.
RCPT: Final = {
    "unknown": "550 5.1.1 <{address}> unknown here",
    "greylisted": "450 4.7.1 come back later",
    "leaving": "421 4.3.2 shutting down",
}
DATA: Final = {"spam": "554 5.7.1 looks like spam", "full": "452 4.3.1 no room for <{address}>"}


class Handler:
    """What is answered to which command."""

    def __init__(self, folder: Path) -> None:
        """Keep messages in a folder."""
        self.folder = folder
        self.taken = 0

    async def handle_MAIL(  # noqa: N802 -- as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuse one sender."""
        envelope.mail_from = address
        return "550 5.7.1 not you" if address.startswith("nobody@") else "250 ok"

    async def handle_RCPT(  # noqa: N802 -- see handle_MAIL
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Judge the address."""
        who = address.partition("@")[0]
        if who == "slow":
            await asyncio.sleep(HANG_SECONDS)
        if who in RCPT:
            return RCPT[who].format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- see handle_MAIL
        """Keep the message unless it is refused, and for one address never say so."""
        address = envelope.rcpt_tos[0]
        who = address.partition("@")[0]
        if who in DATA:
            return DATA[who].format(address=address)
        self.keep(address, envelope.content or b"")
        if who == "speechless" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 ok"

    def keep(self, address: str, message: bytes | str) -> None:
        """Write a message where the test reads it."""
        text = message.decode("utf-8") if isinstance(message, bytes) else message
        self.taken += 1
        part = self.folder / f".{self.taken}.part"
        part.write_text(json.dumps({"to": address, "message": text}))
        part.rename(self.folder / f"{self.taken:06}.json")


def no_password(*_asked: Any) -> AuthResult:
    """Let nobody in."""
    return AuthResult(success=False, handled=False, message="535 5.7.8 <portal@verbund.test> not with this password")


async def serve(folder: Path) -> None:
    """Take mail until the process is ended."""
    handler = Handler(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, authenticator=no_password, auth_require_tls=False), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 -- told to the test
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
