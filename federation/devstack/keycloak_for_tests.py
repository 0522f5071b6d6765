"""One Keycloak for a whole run of tests, however many processes it has: started when the first test will need it.

It has a process of its own between: `python -m federation.devstack.keycloak_for_tests RUN`. Whichever process of the
tests comes first starts that, and it lives as long as the run does, told by the lock that the run holds on its folder:
the kernel lets go of it even after a kill -9.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from federation.devstack.errors import DevstackError
from federation.devstack.keycloak import KeycloakServer, start_keycloak
from federation.devstack.keycloak_java import KeycloakUnavailableError
from federation.devstack.processes import is_alive
from federation.devstack.secrets_file import read_private_json, write_private_json

ROOT: Final = Path(__file__).resolve().parents[2]
THEMES: Final = ROOT / "deploy" / "keycloak" / "themes"
_PORT_TAKEN: Final = "Port already bound"
_STATE: Final = "keycloak-state.json"
# A first run fetches and builds it.
_PATIENCE_SECONDS: Final = 900


@dataclass(frozen=True, kw_only=True)
class RunningKeycloak:
    """The Keycloak of this run."""

    url: str
    admin_client: str
    admin_secret: str = field(repr=False)
    process_id: int
    log: Path
    hosts: Path


def begin(run: Path) -> None:
    """Start Keycloak for this run, unless another of its processes has done so already. Returns at once."""
    with (run / "keycloak-begun").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Where the file ends now, not where it ended when it was opened: another may have written meanwhile.
        if lock.seek(0, os.SEEK_END):
            return
        log = (run / "keycloak-helper.log").open("ab")
        with log:
            helper = subprocess.Popen(
                [sys.executable, "-m", "federation.devstack.keycloak_for_tests", str(run)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        lock.write(str(helper.pid))
    # It is not ours to wait for: the run's end is what ends it.
    helper.returncode = 0


def wait(run: Path) -> RunningKeycloak:
    """Return the Keycloak of this run once it is ready.

    Raises: KeycloakUnavailableError where this machine cannot have one; DevstackError when it does not start.
    """
    begin(run)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        state = read_private_json(run / _STATE)
        if state.get("unavailable"):
            raise KeycloakUnavailableError(state["unavailable"])
        if state.get("failed"):
            raise DevstackError(state["failed"])
        if state.get("url"):
            return RunningKeycloak(**{**state, "log": Path(state["log"]), "hosts": Path(state["hosts"])})
        time.sleep(0.2)
    message = f"Keycloak is not ready after {_PATIENCE_SECONDS} s. Logs: {run}."
    raise DevstackError(message)


def end(run: Path) -> None:
    """End the Keycloak of a run and wait until it is gone. Nothing happens when there is none."""
    try:
        helper = int((run / "keycloak-begun").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if not _is_helper(helper, run):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(helper, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while is_alive(helper) and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_helper(process: int, run: Path) -> bool:
    """Tell whether a process is ours; its number may have gone to another program since."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(run) in words


def _serve(run: Path) -> None:
    """Start Keycloak, tell how it went, and end it with the run."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        server = _start(run)
    except KeycloakUnavailableError as unavailable:
        _tell(run, {"unavailable": str(unavailable)})
        return
    except DevstackError as failed:
        _tell(run, {"failed": str(failed)})
        return
    try:
        _tell(
            run,
            {
                "url": server.url,
                "admin_client": server.admin_client,
                "admin_secret": server.admin_secret,
                "process_id": server.process.pid,
                "log": str(server.log),
                "hosts": str(server.hosts),
            },
        )
        _wait_for_the_end(run)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        server.stop()


def _start(run: Path) -> KeycloakServer:
    """Return Keycloak once it is ready; on other ports where one was taken in the half minute that it needs.

    Raises: KeycloakUnavailableError; DevstackError.
    """
    for tries_left in (2, 1, 0):
        server = start_keycloak(run / "keycloak", log=run / "keycloak.log", themes=THEMES)
        try:
            server.wait_until_ready()
        except DevstackError as failed:
            server.stop()
            if not tries_left or _PORT_TAKEN not in str(failed):
                raise
        except BaseException:
            server.stop()
            raise
        else:
            return server
    raise AssertionError("the last try returns or raises")


def _tell(run: Path, state: dict[str, Any]) -> None:
    write_private_json(run / _STATE, state)


def _wait_for_the_end(run: Path) -> None:
    with (run / "running").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def _stop(_number: int, _frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
