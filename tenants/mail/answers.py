"""What came of handing a mail over: whether to try again, and when everything has to wait."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass
from email.errors import MessageError
from typing import Final, Literal

from tenants.errors import ExternalTemporary
from tenants.keystore.sealing import Unreadable

# refused: this mail for good. later: this mail, again. trouble: the server, so no other mail either for a while.
Verdict = Literal["refused", "later", "trouble"]

_ADDRESS: Final = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")
_LONGEST: Final = 300
_CLOSING: Final = 421
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, the server's code or the kind of failure, and what was said, without addresses."""

    verdict: Verdict
    code: str
    said: str = ""


def judge(problem: Exception) -> Answer | None:
    """Return what a failure means, or None where it is none of a mail server and a fault of ours.

    A sender, a login or a greeting that the server refuses is the deployment's trouble, whatever the code: it would
    cost every mail.
    """
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(problem.recipients.values()))
        return _by_code(code, said)
    if isinstance(problem, smtplib.SMTPDataError):
        return _by_code(problem.smtp_code, problem.smtp_error)
    if isinstance(problem, smtplib.SMTPResponseException):
        return Answer("trouble", str(problem.smtp_code), without_addresses(problem.smtp_error))
    if isinstance(problem, OSError):
        # All else of smtplib, time-outs, refused connections, certificates; and a full disk of the demo's folder.
        return Answer("trouble", type(problem).__name__, without_addresses(str(problem)))
    return _before_the_server(problem)


def _before_the_server(problem: Exception) -> Answer | None:
    if isinstance(problem, Unreadable):
        # It came with a backup of a day that is over: its key is destroyed.
        return Answer("refused", "unreadable")
    if isinstance(problem, ExternalTemporary):
        return Answer("trouble", problem.code)
    if isinstance(problem, MessageError | ValueError):
        return Answer("refused", "unsendable", type(problem).__name__)
    return None


def without_addresses(said: bytes | str) -> str:
    """Return a server's words in one line, short, and without e-mail addresses."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _ADDRESS.sub("…", " ".join(text.split()))[:_LONGEST]


def _by_code(code: int, said: bytes | str) -> Answer:
    verdict: Verdict = "refused" if code >= _PERMANENT else "later"
    return Answer("trouble" if code == _CLOSING else verdict, str(code), without_addresses(said))
