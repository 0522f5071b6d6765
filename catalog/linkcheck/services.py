"""Keep the addresses that pages link to, and ask them: each after its own time, no host more than once in a while."""

from __future__ import annotations

import datetime as dt
import time
import zlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.linkcheck.checking import Outcome, Problem, Rules, Verdict, check_url
from catalog.linkcheck.extracting import host_of
from catalog.linkcheck.models import CheckedLink, LinkPlace
from catalog.linkcheck.places import list_shared_places
from catalog.linkcheck.policies import can_ask_for_check, can_run_checks
from catalog.services.policies import refuse
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_editor, as_projector
from tenants.errors import NotFound

FAILURES_UNTIL_BROKEN: Final = 3
HOST_PAUSE_SECONDS: Final = 4.0
_AT_ONCE: Final = 8
_WEEK: Final = dt.timedelta(days=7)
_DAY: Final = dt.timedelta(days=1)
# After the first and after the second failure: a server that is being restarted is no broken link.
_PATIENCE: Final = (dt.timedelta(minutes=10), dt.timedelta(hours=2))
# A claimed link comes back if its worker dies.
_CLAIM: Final = dt.timedelta(minutes=10)
_JUST_NOW: Final = dt.timedelta(seconds=30)
_FORGOTTEN_AFTER: Final = dt.timedelta(days=30)
_BATCH: Final = 500
_MANY_HOSTS: Final = 5
_OUT_OF_REACH: Final = frozenset({Problem.NO_HOST, Problem.NO_CONNECTION, Problem.TOO_SLOW})

log = structlog.get_logger(__name__)

Check = Callable[[str], Outcome]


def is_switched_on() -> bool:
    """Whether this deployment asks other servers at all."""
    return bool(settings.VERBUND_LINKCHECK)


def current_rules() -> Rules:
    """Return the rules as the operator has set them."""
    contact = settings.VERBUND_LINKCHECK_CONTACT
    agent = f"VerbundLinkCheck/1.0 (checks links of municipal portals{f'; {contact}' if contact else ''})"
    return Rules(user_agent=agent, allowed_hosts=tuple(settings.VERBUND_LINKCHECK_ALLOWED_HOSTS))


def note_addresses(urls: Collection[str], *, now: dt.datetime) -> None:
    """Keep addresses in the running transaction, as the projector: new ones are due at once."""
    fresh = [CheckedLink(url=url, host=host_of(url)[:253], due_at=now, seen_at=now) for url in sorted(set(urls))]
    CheckedLink.objects.bulk_create(
        fresh, batch_size=_BATCH, update_conflicts=True, unique_fields=["url"], update_fields=["seen_at"]
    )


def hasten(url: str, *, now: dt.datetime) -> None:
    """Let a known address be checked next, in the running transaction; not again when that was just done."""
    link = CheckedLink.objects.filter(url=url)
    link.exclude(checked_at__gt=now - _JUST_NOW).update(due_at=now)


def ask_for_check(*, actor: Actor, url: str) -> None:
    """Let a link of the shared catalogue be checked next, as an editor wishes.

    Raises: NotAllowed; NotFound for an address that no shared value has.
    """
    if not can_ask_for_check(actor):
        raise refuse()
    with as_editor(), transaction.atomic():
        if not LinkPlace.objects.filter(url=url).exists():
            raise NotFound(_("Dieser Link steht nicht mehr im gemeinsamen Katalog. Laden Sie die Liste neu."))
        hasten(url, now=timezone.now())
        record(actor=actor, action="catalog.link.asked", subject="link", data={"url": url})


def collect_shared_links(*, actor: Actor) -> int:
    """Write anew where published shared values have links; keep their addresses; forget what nobody has any more.

    Return the number of places. Raises: NotAllowed.
    """
    if not can_run_checks(actor):
        raise refuse()
    now = timezone.now()
    with as_projector(), transaction.atomic():
        wanted = {place.key: place for place in list_shared_places()}
        kept = set()
        for row in LinkPlace.objects.all():
            key = (row.url, row.service_id, row.layer, row.area, row.field, row.language)
            if key in wanted:
                kept.add(key)
            else:
                row.delete()
        fresh = [LinkPlace(**place.columns) for key, place in wanted.items() if key not in kept]
        LinkPlace.objects.bulk_create(fresh, batch_size=_BATCH)
        note_addresses({place.url for place in wanted.values()}, now=now)
        CheckedLink.objects.filter(seen_at__lt=now - _FORGOTTEN_AFTER).delete()
    return len(wanted)


@dataclass
class _Hosts:
    """When each host was last asked in this run. Units: seconds of `time.monotonic`."""

    asked: dict[str, float] = field(default_factory=dict)

    def may_ask(self, host: str, now: float) -> bool:
        return now - self.asked.get(host, float("-inf")) >= HOST_PAUSE_SECONDS


def check_due_links(*, actor: Actor, seconds: float, check: Check | None = None) -> int:
    """Ask addresses that are due for a while, several hosts at the same time, and return how many were asked.

    Effects: requests to other servers (none while the operator has switched the checker off). What a check has shown
    is written at once, unless many hosts are out of reach together: then the run ends.
    Units: `seconds` to go on for; a check that has begun is finished.
    Raises: NotAllowed.
    """
    if not can_run_checks(actor):
        raise refuse()
    if not is_switched_on():
        return 0
    ask = check or partial(check_url, rules=current_rules())
    hosts, done, ends_at = _Hosts(), 0, time.monotonic() + seconds
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        while time.monotonic() < ends_at:
            claimed = _claim(hosts)
            if not claimed:
                break
            outcomes = list(pool.map(ask, [link.url for link in claimed]))
            if _is_own_trouble(outcomes):
                # The claim runs out by itself: the same addresses are asked again later, and nobody is blamed.
                log.warning("links.no_way_out", hosts=len(outcomes))
                break
            _note_outcomes(list(zip(claimed, outcomes, strict=True)))
            done += len(claimed)
    return done


def _is_own_trouble(outcomes: Sequence[Outcome]) -> bool:
    """Whether so many hosts at once are out of reach that the fault is this side's: no network, or no resolver."""
    return len(outcomes) >= _MANY_HOSTS and all(outcome.problem in _OUT_OF_REACH for outcome in outcomes)


def _claim(hosts: _Hosts) -> list[CheckedLink]:
    """Take due addresses of different hosts, none of which was just asked; nobody else takes them meanwhile."""
    now, clock = timezone.now(), time.monotonic()
    resting = [host for host in hosts.asked if not hosts.may_ask(host, clock)]
    with as_projector(), transaction.atomic():
        due = CheckedLink.objects.filter(due_at__lte=now).exclude(host__in=resting)
        found = list(due.select_for_update(skip_locked=True).order_by("due_at")[: _AT_ONCE * 8])
        chosen = list({link.host: link for link in reversed(found)}.values())[:_AT_ONCE]
        for link in chosen:
            hosts.asked[link.host] = clock
            link.due_at = now + _CLAIM
        CheckedLink.objects.bulk_update(chosen, ["due_at"])
    return chosen


def _note_outcomes(results: Sequence[tuple[CheckedLink, Outcome]]) -> None:
    now = timezone.now()
    for link, outcome in results:
        judge(link, outcome, now=now)
    names = ["is_ok", "status", "problem", "final_url", "failures", "checked_at", "changed_at", "due_at"]
    with as_projector():
        CheckedLink.objects.bulk_update([link for link, _outcome in results], names)


def judge(link: CheckedLink, outcome: Outcome, *, now: dt.datetime) -> None:
    """Enter into the row what a check has shown; nothing is saved. Broken is what fails three times in a row."""
    before = link.is_ok
    link.status, link.problem = outcome.status, outcome.problem.value
    link.final_url, link.checked_at = outcome.final_url[:2000], now
    if outcome.verdict is Verdict.FAILED:
        link.failures = min(link.failures + 1, 1000)
        if link.failures >= FAILURES_UNTIL_BROKEN:
            link.is_ok, link.due_at = False, now + _DAY
        else:
            link.due_at = now + _PATIENCE[link.failures - 1]
    else:
        link.failures, link.is_ok = 0, True if outcome.verdict is Verdict.FINE else None
        link.due_at = now + _WEEK + _spread(link.url)
    if link.is_ok is not before:
        link.changed_at = now


def _spread(url: str) -> dt.timedelta:
    """Return up to a day, always the same for an address: what was added together is not checked together for ever."""
    return dt.timedelta(minutes=zlib.crc32(url.encode()) % 1440)
