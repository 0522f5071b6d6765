"""Fixtures for every test: the demo's data in a database of its own, a named cast, and clients that speak to a host."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import structlog
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import translation
from redis import Redis
from whitenoise.base import WhiteNoise

from federation.devstack import pytest_plugin
from federation.pagecache.store import store
from tenants.registry.memory import memory
from tenants.registry.sites import TenantInfo, directory

pytest_plugins = ["tests.keycloak", "tests.grouping"]

# A logger that keeps what it was first bound to would write past `capture_logs`.
structlog.configure(cache_logger_on_first_use=False)

# How fast an example is made or tried says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("verbund", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("verbund")


def pytest_collection_finish() -> None:
    """Have the collector of garbage leave alone what lives as long as the process, and come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    """Start in German: the language of an earlier test's last request would stay active in the thread."""
    with translation.override("de"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_found_once() -> Iterator[None]:
    """Look for static files once: every client builds the middleware anew, and three quarters of its work was that."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    look = WhiteNoise.update_files_dictionary

    def look_once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            others, self.files = self.files, {}
            look(self, root, prefix)
            found[root, prefix], self.files = self.files, others
        self.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", look_once)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Leave the name alone: the process has its own database already."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: None) -> Iterator[None]:
    """Nothing to create: the database is a copy of the seed. It goes when the process ends."""
    yield
    connections.close_all()
    pytest_plugin.drop_database(pytest_plugin.database_name())


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """No test sees what another left in Valkey, in the page store or in the directory of sites."""
    known = _known_of_sites()
    yield
    store.clear()
    memory.clear()
    # Not forgotten, which would have the next test read it all again: what a test did to sites went back with it.
    with directory._lock:  # noqa: SLF001 -- only tests look
        vars(directory).update(known)
    _forget_cached()


def _known_of_sites() -> dict[str, Any]:
    # Numbers too: one that was heard of within a test's transaction went back with it.
    known = {name: vars(directory)[name] for name in ("_snapshot", "_checked_at", "_is_expired", "_listens")}
    return {**known, "_generations": dict(vars(directory)["_generations"])}


def _forget_cached() -> None:
    """Delete what caches, sessions and limits have kept; the broker's queues in the same Valkey stay."""
    valkey = _valkey(settings.REDIS_URL)
    kept = [key for key in valkey.keys("*") if key.startswith((b"cache", b"session", b"limit", b"LIMITS"))]
    if kept:
        valkey.delete(*kept)


@cache
def _valkey(url: str) -> Redis:
    """Return a connection of this process's own: five thousand tests tidy up over it."""
    return Redis.from_url(url)


@pytest.fixture
def town(db: None) -> Callable[[str], TenantInfo]:
    """Return a tenant of the demo by its slug."""
    return lambda slug: directory.snapshot().tenants[slug]


@pytest.fixture
def gladbeck(town: Callable[[str], TenantInfo]) -> TenantInfo:
    """Return the town of the main journey."""
    return town("gladbeck")


@pytest.fixture
def dorsten(town: Callable[[str], TenantInfo]) -> TenantInfo:
    """Return its neighbour, with decisions of its own."""
    return town("dorsten")


@pytest.fixture
def visit(db: None) -> Callable[[str], Client]:
    """Return a client of an anonymous visitor at a host: `visit("gladbeck.localhost").get("/")`."""
    return lambda host: Client(headers={"host": host})


@pytest.fixture
def listening(db: None) -> Iterator[None]:
    """As if the listener were connected, as in a process that serves pages: only then is anything remembered.

    For tests that look at much and change nothing, too: they take half the time.
    """
    directory.snapshot()
    directory.is_listening = True
    yield
    directory.is_listening = False


@pytest.fixture
def fresh_database(django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A copy of the seed for tests that commit: real transactions, dropped afterwards."""
    name = pytest_plugin.database_name("_fresh")
    default = connections["default"]
    usual = default.settings_dict["NAME"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's fixture has no public type
        default.close()
        pytest_plugin.copy_database(name)
        default.settings_dict["NAME"] = name
        directory.forget()
        yield name
        connections.close_all()
        default.settings_dict["NAME"] = usual
        directory.forget()
        pytest_plugin.drop_database(name)
