"""Ask one address whether it is there. Nothing here touches the database, so many may be asked at the same time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

import httpcore
import httpx

from catalog.linkcheck.addresses import ForbiddenAddressError, Lookup, list_permitted, look_up
from catalog.linkcheck.transport import GuardedBackend, GuardedTransport

MAX_REDIRECTS: Final = 5
# Pages that a person may open and a program may not: no fault of the link.
_REFUSING: Final = frozenset({401, 402, 403, 407, 429, 451, 999})


class Verdict(StrEnum):
    """What asking has shown."""

    FINE = "fine"
    FAILED = "failed"
    UNCLEAR = "unclear"


class Problem(StrEnum):
    """Why a link is not fine."""

    NONE = ""
    STATUS = "status"
    REFUSED = "refused"
    NO_HOST = "no_host"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too_slow"
    REDIRECTS = "redirects"
    PROTOCOL = "protocol"
    INTERNAL = "internal"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Rules:
    """How to ask. Units: seconds. `allowed_hosts` may stand on internal addresses."""

    user_agent: str
    allowed_hosts: tuple[str, ...] = ()
    step_seconds: float = 6.0
    total_seconds: float = 15.0
    lookup: Lookup = look_up


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an address answered. `final_url` is where redirects led, empty when they led nowhere else."""

    verdict: Verdict
    problem: Problem = Problem.NONE
    status: int | None = None
    final_url: str = ""


def check_url(url: str, rules: Rules) -> Outcome:
    """Ask for the head of a page, and for the page itself where a server does not like to be asked for heads.

    The page's body is never read. Effects: at most two requests and their redirects; each has `total_seconds`.
    """
    outcome = _ask("HEAD", url, rules)
    return outcome if outcome.verdict is Verdict.FINE or outcome.problem in _HOPELESS else _ask("GET", url, rules)


# What asking in another way can't change.
_HOPELESS: Final = frozenset(
    {Problem.NO_HOST, Problem.NO_CONNECTION, Problem.CERTIFICATE, Problem.INTERNAL, Problem.UNUSABLE}
)


def _ask(method: str, url: str, rules: Rules) -> Outcome:
    permit = partial(list_permitted, allowed_hosts=rules.allowed_hosts, lookup=rules.lookup)
    backend = GuardedBackend(permit, deadline=time.monotonic() + rules.total_seconds)
    headers = {"User-Agent": rules.user_agent, "Accept": "text/html,application/pdf,*/*;q=0.5", "Accept-Language": "de"}
    client = httpx.Client(
        transport=GuardedTransport(backend),
        timeout=rules.step_seconds,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        headers=headers,
        trust_env=False,
    )
    try:
        with client, client.stream(method, url) as answer:
            return _judge(answer.status_code, url, str(answer.url))
    except (httpx.InvalidURL, httpx.HTTPError, httpcore.UnsupportedProtocol, ValueError) as wrong:
        return Outcome(Verdict.FAILED, _problem_of_httpx(wrong))
    except ForbiddenAddressError:
        return Outcome(Verdict.UNCLEAR, Problem.INTERNAL)
    except httpcore.TimeoutException:
        return Outcome(Verdict.FAILED, Problem.TOO_SLOW)
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as failed:
        return Outcome(Verdict.FAILED, _problem_of_network(failed))


def _judge(status: int, url: str, final_url: str) -> Outcome:
    moved = final_url if final_url.rstrip("/") != url.partition("#")[0].rstrip("/") else ""
    if status in _REFUSING:
        return Outcome(Verdict.UNCLEAR, Problem.REFUSED, status, moved)
    if status < 400:
        return Outcome(Verdict.FINE, Problem.NONE, status, moved)
    return Outcome(Verdict.FAILED, Problem.STATUS, status, moved)


def _problem_of_httpx(wrong: Exception) -> Problem:
    return Problem.REDIRECTS if isinstance(wrong, httpx.TooManyRedirects) else Problem.UNUSABLE


def _problem_of_network(failed: Exception) -> Problem:
    text = str(failed).lower()
    if "certificate" in text or "ssl" in text or "tls" in text:
        return Problem.CERTIFICATE
    if isinstance(failed, httpcore.ConnectError):
        return Problem.NO_CONNECTION
    if isinstance(failed, OSError):
        return Problem.NO_HOST
    return Problem.PROTOCOL
