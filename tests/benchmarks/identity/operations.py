"""What the deployment is asked to do in the suite `identity`, in a process of its own (see `workers`)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from federation.hosts import HostMiddleware
from shared_services.area.selectors import list_towns
from shared_services.bookmarks.services import add_bookmark
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, open_account
from shared_services.identity.middleware import ActorMiddleware
from tenants.actors import Actor, system_actor
from tenants.audit.sealing import anchor_chains, seal_waiting
from tenants.audit.services import check_chains, record
from tenants.context import as_migration, in_tenant
from tenants.ids import uuid7
from tenants.keystore import masterkeys, rotation, store
from tenants.keystore.sealing import ensure_data_key
from tenants.outbox.duedays import forget_due_days
from tenants.outbox.services import project_waiting
from tenants.registry.sites import directory
from tenants.staff.absence import DUE, set_absence
from tenants.staff.services import create_account
from tenants.staff.tasks import tell_all_deputies
from tests.benchmarks.workers import Operation

_SERVICES: Final = ("hund-anmelden", "gewerbe-anmelden", "wohnsitz-anmelden")
_TOWN: Final = "gladbeck.localhost"
_BATCH: Final = 1000
_SYSTEM: Final = system_actor("benchmark")


def sign_in(towns: int) -> dict[str, Any]:
    """Open an account that has something at this many towns, and return its session at the umbrella and at one town."""
    person = open_account(f"{uuid7()}@example.org")
    for town in [one for one in directory.reload().tenants.values() if one.is_open][:towns]:
        with in_tenant(town.ref):
            for slug in _SERVICES:
                add_bookmark(actor=Actor(kind="citizen", id=person.id), slug=slug)
    while project_waiting():
        pass
    browser = Browser(lambda host: Client(headers={"host": host}))
    browser.sign_in(person, host=_TOWN)
    name = settings.SESSION_COOKIE_NAME
    return {
        "towns": len(list_towns(person.id)),
        "umbrella": f"{name}={browser.client(UMBRELLA).cookies[name].value}",
        "town": f"{name}={browser.client(_TOWN).cookies[name].value}",
    }


def check(cookie: str, rounds: int) -> dict[str, float]:
    """Return what a request costs that is asked who sends it, and one that is not: milliseconds and queries."""
    asked, not_asked = _chain(is_asked=True), _chain(is_asked=False)
    with CaptureQueriesContext(connection) as queries:
        asked(_request(cookie))
    return {
        "asked": _milliseconds(asked, cookie, rounds),
        "not_asked": _milliseconds(not_asked, cookie, rounds),
        "queries": len(queries),
    }


def verify(entries: int) -> float:
    """Write this many entries to one town's trail, seal and anchor them, and return the seconds of the check."""
    ref = directory.snapshot().tenants["gladbeck"].ref
    for _start in range(0, entries, _BATCH):
        with in_tenant(ref):
            for number in range(_BATCH):
                record(actor=system_actor("benchmark"), action="portal.profile.changed", subject=f"x:{number}")
        while seal_waiting():
            pass
    with as_migration():
        anchor_chains()
    start = time.perf_counter()
    verdicts = check_chains()
    seconds = time.perf_counter() - start
    if any(one.fault for one in verdicts):
        message = "a chain is broken"
        raise RuntimeError(message)
    return seconds


def rewrap(keys: int) -> float:
    """Make this many data keys, add a master key, and return the seconds that wrapping all anew takes."""
    for _number in range(keys):
        ensure_data_key(uuid7(), scope="benchmark")
    before = settings.VERBUND_MASTER_KEYS
    settings.VERBUND_MASTER_KEYS = masterkeys.with_new_wrapping_key(before)
    try:
        start = time.perf_counter()
        rotation.rewrap_all()
        return time.perf_counter() - start
    finally:
        store.destroy_scope("benchmark")


def _chain(*, is_asked: bool) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    inner = ActorMiddleware(view) if is_asked else view
    return HostMiddleware(SessionMiddleware(inner))


def _request(cookie: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"host": _TOWN, **({"cookie": cookie} if cookie else {})})


def _milliseconds(chain: Callable[[HttpRequest], HttpResponse], cookie: str, rounds: int) -> float:
    requests = [_request(cookie) for _number in range(rounds)]
    start = time.perf_counter()
    for request in requests:
        chain(request)
    return (time.perf_counter() - start) / rounds * 1000


def towns() -> int:
    """Return how many open towns there are."""
    return sum(one.is_open for one in directory.reload().tenants.values())


def say_absences(towns: int) -> None:
    """Let an absence with a deputy begin today in this many towns; in no other one anything begins or is over."""
    forget_due_days(kind=DUE, before=dt.date.max)
    for town in [one for one in directory.snapshot().tenants.values() if one.is_open][:towns]:
        with in_tenant(town.ref):
            away, deputy = (
                create_account(
                    actor=_SYSTEM,
                    email=f"{name}.{uuid7()}@{town.slug}.test",
                    name=name,
                    password="Fördergerüst im Nebel",
                    roles=["editor"],
                )
                for name in ("Anke", "Bert")
            )
            today = timezone.localdate()
            set_absence(actor=away.as_actor(), account_id=away.id, first_day=today, last_day=today, deputy=deputy.id)


def tell_absences() -> float:
    """Return the milliseconds of one look of the daily task."""
    start = time.perf_counter()
    tell_all_deputies(timezone.localdate())
    return (time.perf_counter() - start) * 1000


OPERATIONS: Final[dict[str, Operation]] = {
    "sign_in": sign_in,
    "check": check,
    "verify": verify,
    "rewrap": rewrap,
    "towns": towns,
    "say_absences": say_absences,
    "tell_absences": tell_absences,
}
