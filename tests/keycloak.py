"""The real Keycloak for tests: marker and fixture `keycloak`, and what is told when there is none.

It is started once for a whole run, in the background, as soon as a process has collected a test that needs it. Each
process has a realm of its own in it, so that tests side by side never meet; simulators are shared.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import override_settings
from pytest_django import Settings

from federation.devstack import keycloak_for_tests, pytest_plugin
from federation.devstack.keycloak_for_tests import RunningKeycloak
from federation.devstack.keycloak_java import KeycloakUnavailableError

# Of the journeys' product; each process has one of its own.
JOURNEYS_REALM: Final = "verbund-journeys"
# The towns that tests visit: a client takes its time.
TOWNS: Final = ("gladbeck", "dorsten")
_REQUIRE: Final = "VERBUND_REQUIRE_KEYCLOAK"
_KEY: Final = "only-for-tests-of-keycloak"
_missing: list[str] = []


@dataclass(frozen=True)
class KeycloakForTests:
    """A realm that is as described, with simulators, their people, and a client for each portal of the demo's data."""

    running: RunningKeycloak
    realm: str

    @property
    def url(self) -> str:
        """Return Keycloak's address."""
        return self.running.url

    @property
    def issuer(self) -> str:
        """Return the realm's address."""
        return f"{self.url}/realms/{self.realm}"

    def settings(self) -> dict[str, Any]:
        """Return the Django settings that lead here."""
        return {
            "VERBUND_LOGIN": "keycloak",
            "VERBUND_KEYCLOAK_URL": self.url,
            "VERBUND_KEYCLOAK_REALM": self.realm,
            "VERBUND_KEYCLOAK_KEY": _KEY,
            "VERBUND_KEYCLOAK_ADMIN_CLIENT_ID": self.running.admin_client,
            "VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET": self.running.admin_secret,
            "VERBUND_SIMULATORS": True,
            "VERBUND_KEYCLOAK_TIMEOUT_SECONDS": 20.0,
        }

    def environment(self) -> dict[str, str]:
        """Return the same for a process: of the command, of the journeys' product."""
        return {name: "1" if value is True else str(value) for name, value in self.settings().items()}

    def log_lines(self) -> list[str]:
        """Return what Keycloak has written into its log; it serves all processes of a run."""
        return self.running.log.read_text(encoding="utf-8").splitlines()

    def lines_with(self, *words: str, since: int = 0, count: int = 1) -> list[str]:
        """Return the lines of its log with all of these words; an event is written a moment after its answer.

        `since` is the number of lines before, `count` how many are waited for, at most five seconds.
        """
        deadline = time.monotonic() + 5
        while True:
            found = [line for line in self.log_lines()[since:] if all(word in line for word in words)]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.05)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "keycloak: needs the real Keycloak (a JDK and Maven)")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks for the fixture."""
    if "keycloak" in getattr(item, "fixturenames", ()):
        item.add_marker("keycloak")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin the start of Keycloak, and put the tests that need it last: the others run meanwhile."""
    ours = [item for item in items if item.get_closest_marker("keycloak")]
    if ours and not config.getoption("collectonly"):
        keycloak_for_tests.begin(_run())
        items[:] = [item for item in items if item not in set(ours)] + ours


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the names of tests that were skipped for want of a Keycloak."""
    if report.skipped and isinstance(report.longrepr, tuple) and _REQUIRE in report.longrepr[2]:
        _missing.append(report.nodeid)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was not tested."""
    if _missing:
        terminalreporter.section("NOT TESTED: Keycloak", red=True, bold=True)
        for name in _missing:
            terminalreporter.line(name)
        terminalreporter.line(f"{len(_missing)} tests need a JDK (17 or newer) and Maven, which this machine lacks.")


@pytest.fixture(scope="session")
def running_keycloak() -> RunningKeycloak:
    """The Keycloak of this run, without any realm of ours."""
    try:
        return keycloak_for_tests.wait(_run())
    except KeycloakUnavailableError as unavailable:
        if os.environ.get(_REQUIRE) == "1":
            pytest.fail(f"{_REQUIRE} is set: {unavailable}", pytrace=False)
        pytest.skip(f"{unavailable} ({_REQUIRE}=1 makes this a failure)")


@pytest.fixture(scope="session")
def _keycloak_of_process(
    running_keycloak: RunningKeycloak, django_db_setup: None, django_db_blocker: Any
) -> KeycloakForTests:
    ours = KeycloakForTests(running_keycloak, f"verbund-{pytest_plugin.worker_name()}")
    with django_db_blocker.unblock(), override_settings(**ours.settings()):
        prepare_realm()
        prepare_clients()
    return ours


@pytest.fixture
def keycloak(_keycloak_of_process: KeycloakForTests, settings: Settings) -> KeycloakForTests:
    """Keycloak, with this process's own realm as the one that the settings name, and login switched to it."""
    for name, value in _keycloak_of_process.settings().items():
        setattr(settings, name, value)
    return _keycloak_of_process


def prepare_realm() -> None:
    """Bring realm, simulators and their people to what is described. Settings must lead to Keycloak."""
    from shared_services.identity.keycloak.admin import full_admin  # noqa: PLC0415 -- Django is set up by now
    from shared_services.identity.keycloak.applying import apply_realm, load_wanted  # noqa: PLC0415
    from shared_services.identity.keycloak.cast import load_accounts, load_simulators  # noqa: PLC0415
    from shared_services.identity.keycloak.playkeys import with_keys  # noqa: PLC0415

    full_admin().create_realm(with_keys(load_wanted().as_realm()), skip_exists=True)
    apply_realm()
    with (_run() / "keycloak-simulators").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_simulators()
    load_accounts()


def prepare_clients(towns: Collection[str] = TOWNS) -> None:
    """Give umbrellas, console and these towns their clients, without a row: tests roll it back, Keycloak does not."""
    from shared_services.identity.keycloak.admin import Api, realm_admin  # noqa: PLC0415 -- Django is set up by now
    from shared_services.identity.keycloak.clients import list_wanted  # noqa: PLC0415
    from shared_services.identity.keycloak.portalclients import PortalClients  # noqa: PLC0415
    from tenants.registry.sites import directory  # noqa: PLC0415

    clients = PortalClients(Api(realm_admin()))
    snapshot = directory.reload()
    others = {f"tenant:{one.id}" for one in snapshot.tenants.values() if one.slug not in towns}
    for wanted in list_wanted(snapshot):
        if wanted.site not in others:
            clients.ensure(wanted)


def _run() -> Path:
    return Path(os.environ["VERBUND_TEST_RUN"])
