"""`python -m federation.devstack demo|stop|clean|keycloak|test-servers`, called by the Makefile."""

from __future__ import annotations

import os
import signal
import sys

from federation.devstack.account import server_account
from federation.devstack.demo import run_demo, stop_demo
from federation.devstack.environment import ROOT, STATE_DIR
from federation.devstack.errors import DevstackError
from federation.devstack.homes import remove_home
from federation.devstack.keycloak_distribution import built_distribution
from federation.devstack.keycloak_java import find_java
from federation.devstack.servers import remove_leftovers, start_test_servers
from federation.devstack.steps import console, step


def _test_servers() -> int:
    """Start servers as the tests use them and wait: for work on tests, run after run, against the same ones."""
    servers = start_test_servers(STATE_DIR / "test")
    sys.stdout.write(f"export VERBUND_DATABASE_URL={servers.admin_database_url}\n")
    sys.stdout.write(f"export VERBUND_REDIS_URL={servers.redis_url}\n")
    sys.stdout.flush()
    try:
        signal.pause()
    except KeyboardInterrupt:
        servers.stop()
    return 0


def _clean() -> int:
    """Remove the data of demo and tests, wherever it lies."""
    stop_demo()
    remove_leftovers(STATE_DIR / "test")
    for name in ("postgres", "valkey", "keycloak"):
        remove_home(STATE_DIR / name)
    remove_home(STATE_DIR)
    return 0


def _keycloak() -> int:
    """Fetch and build the tests' Keycloak, once for this machine: beside the first tests it would slow them down.

    Where it cannot be had they go on; those that need it say so themselves.
    """
    try:
        with step("Keycloak"):
            built_distribution("dev-mem", java=find_java(server_account(STATE_DIR / "test")))
    except DevstackError as failed:
        console.print(str(failed), style="yellow", markup=False)
    return 0


COMMANDS = {
    "demo": run_demo,
    "stop": stop_demo,
    "clean": _clean,
    "keycloak": _keycloak,
    "test-servers": _test_servers,
}


def main() -> int:
    """Run the named command."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        console.print(f"python -m federation.devstack {'|'.join(COMMANDS)}", markup=False)
        return 2
    os.chdir(ROOT)
    try:
        return COMMANDS[sys.argv[1]]()
    except DevstackError as failed:
        console.print(str(failed), style="red", markup=False)
        return 1


sys.exit(main())
