"""`make demo`: from nothing to a running federation, and back to nothing on Ctrl-C."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

from federation.devstack.environment import DEMO_DATABASE, ROOT, STATE_DIR, demo_environment, demo_secrets
from federation.devstack.errors import DevstackError, with_log_tail
from federation.devstack.fingerprints import fingerprint, get_done, is_done, set_done
from federation.devstack.keycloak_for_demo import start_keycloak_of_demo
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.postgres import start_postgres
from federation.devstack.processes import Supervisor, is_alive, spawn
from federation.devstack.report import DEMO_FILE, read_report, show_report, write_report
from federation.devstack.steps import VERBUND, console, run, skipped, step
from federation.devstack.valkey import start_valkey

LOGS = STATE_DIR / "logs"
_READY_SECONDS = 60
_FIRST_CHOICE_OF_PORT = 8000
# What `verbund migrate` and `verbund demo load` read; a change in any of it makes the step run again.
_MIGRATION_FILES = ("**/migrations/*.py", "**/models.py", "**/rights.py", "provisioning/**/*.py", "postgresql/**/*.py")
_DEMO_FILES = ("demo/**/*", "data/**/*", "**/services.py", "**/seeds.py", "search/*.py", "provisioning/*.py")


@dataclass(frozen=True, kw_only=True)
class Databases:
    """Addresses of the servers, and whether they are ours (then their state is known from start to start)."""

    admin_url: str
    redis_url: str
    cluster: str


def run_demo() -> int:
    """Start everything, tell where it is, wait. Returns the exit status for the shell."""
    _hold_on_signals()
    STATE_DIR.mkdir(mode=0o700, exist_ok=True)
    with (STATE_DIR / "demo.lock").open("a+", encoding="utf-8") as lock:
        if not _take(lock):
            return _tell_running()
        begun = time.monotonic()
        supervisor = Supervisor()
        try:
            DEMO_FILE.unlink(missing_ok=True)
            show_report(_start_all(supervisor))
            console.print(f"Ready after {time.monotonic() - begun:.0f} s. Logs: {LOGS}. Ctrl-C stops everything.")
            console.print(f"Nobody gets mail: it is written to {STATE_DIR / 'mail'}.")
            ended = supervisor.watch()
            console.print(f"[red]{ended} has ended; see {LOGS / f'{ended}.log'}. Everything else is stopped.[/red]")
        except KeyboardInterrupt:
            console.print("\nStopping …")
            return 0
        except DevstackError as failed:
            console.print(str(failed), style="red", markup=False)
        finally:
            _ignore_signals()
            supervisor.stop()
            DEMO_FILE.unlink(missing_ok=True)
        return 1


def stop_demo() -> int:
    """End a running demo and wait until it is gone."""
    with contextlib.suppress(FileNotFoundError), (STATE_DIR / "demo.lock").open("r+", encoding="utf-8") as lock:
        if not _take(lock):
            lock.seek(0)
            pid = int(lock.read() or 0)
            if pid:
                os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 60
            while pid and is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            console.print("The demo is stopped.")
            return 0
    console.print("No demo is running.")
    return 0


def _start_all(supervisor: Supervisor) -> dict[str, Any]:
    console.print("[bold]Verbund[/bold]")
    databases = _start_databases(supervisor)
    port = free_port(_port_of_last_time(), _FIRST_CHOICE_OF_PORT)
    environment = _prepare(databases, port=port)
    if os.environ.get("VERBUND_DEMO_KEYCLOAK") == "1":
        environment |= start_keycloak_of_demo(supervisor, environment=environment, admin_url=databases.admin_url)
    set_done("port", str(port))
    with step("Web server, worker"):
        _start_application(supervisor, environment=environment, port=port)
        description = _describe(environment)  # while they come up
        _wait_until_ready(supervisor, port=port)
    running = {
        "database": {"url": environment["VERBUND_DATABASE_URL"], "admin_url": databases.admin_url},
        "valkey": {"url": databases.redis_url},
        "processes": {"supervisor": os.getpid(), **supervisor.process_ids()},
    }
    return write_report(description, port=port, running=running)


def _start_databases(supervisor: Supervisor) -> Databases:
    admin_url = os.environ.get("VERBUND_DATABASE_URL", "")
    redis_url = os.environ.get("VERBUND_REDIS_URL", "")
    cluster = ""
    if not admin_url:
        with step("PostgreSQL"):
            postgres = start_postgres(STATE_DIR / "postgres", log=LOGS / "postgres.log", durable=True)
        supervisor.adopt("postgres", postgres.process, stop_signal=signal.SIGINT)
        admin_url, cluster = postgres.url(DEMO_DATABASE), postgres.cluster
    if not redis_url:
        with step("Valkey"):
            valkey = start_valkey(STATE_DIR / "valkey", log=LOGS / "valkey.log", keep=True)
        supervisor.adopt("valkey", valkey.process)
        redis_url = valkey.url()
    return Databases(admin_url=admin_url, redis_url=redis_url, cluster=cluster)


def _prepare(databases: Databases, *, port: int) -> dict[str, str]:
    """Bring database and content to this version of the code; return the environment of the application."""
    environment = demo_environment(database_url=databases.admin_url, redis_url=databases.redis_url, port=port)
    administrative = {
        **environment,
        "VERBUND_ADMIN_DATABASE_URL": databases.admin_url,
        "VERBUND_APP_PASSWORD": demo_secrets()["app_password"],
    }
    with step("Database, roles"):
        command = [*VERBUND, "database", "prepare", "--role-prefix", environment["VERBUND_ROLE_PREFIX"]]
        told = run(command, environment=administrative)
        environment["VERBUND_KEYS_DATABASE_URL"] = _prepare_keys(administrative)
    environment["VERBUND_DATABASE_URL"] = told.strip().splitlines()[-1]
    tables = fingerprint(_MIGRATION_FILES, extra=databases.cluster) if databases.cluster else ""
    content = fingerprint(_DEMO_FILES, extra=tables) if databases.cluster else ""
    has_towns = bool(get_done("migrate")) or not databases.cluster
    _once("Tables", ["migrate"], mark=tables, environment=environment)
    if has_towns:
        _bring_towns_along(mark=tables, environment=environment)
    _once("Regions, towns, services", ["demo", "load"], mark=content, environment=environment)
    return environment


def _prepare_keys(administrative: Mapping[str, str]) -> str:
    """Make the database of data keys on the same server; in production it belongs on another one."""
    told = run(
        [*VERBUND, "keys", "prepare", "--name", f"{administrative['VERBUND_ROLE_PREFIX']}_keys"],
        environment={**administrative, "VERBUND_KEYS_PASSWORD": demo_secrets()["keys_password"]},
    )
    return told.strip().splitlines()[-1]


def _once(name: str, command: list[str], *, mark: str, environment: Mapping[str, str]) -> None:
    """Run a command of `verbund` unless it ran with the same inputs; on servers that are not ours it always runs."""
    key = " ".join(command)
    if mark and is_done(key, mark):
        skipped(name)
        return
    with step(name):
        run([*VERBUND, *command], environment=environment)
    if mark:
        set_done(key, mark)


def _bring_towns_along(*, mark: str, environment: Mapping[str, str]) -> None:
    """Roll new migrations out to the towns of an earlier start. One town's trouble does not keep the others waiting."""
    try:
        command = ["rollout", "start", "--yes", "--or-resume", "--ignore-running"]
        _once("Towns at this version", command, mark=mark, environment=environment)
    except DevstackError as failed:
        console.print(str(failed), style="yellow", markup=False)


def _describe(environment: Mapping[str, str]) -> dict[str, Any]:
    described = json.loads(run([*VERBUND, "demo", "describe"], environment=environment))
    return dict(described)


def _start_application(supervisor: Supervisor, *, environment: Mapping[str, str], port: int) -> None:
    programs = Path(sys.executable).parent
    web: list[str | Path] = [programs / "granian", "--interface", "wsgi", "federation.wsgi:application"]
    web += [
        "--host",
        LOOPBACK,
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        # Counts connections that browsers keep open, six for each: at 16, a fourth visitor waited 30 s for a free one.
        "--backpressure",
        "512",
        "--no-ws",
        "--log-config",
        ROOT / "federation" / "observability" / "granian-log.json",
    ]
    worker = [sys.executable, "-m", "celery", "-A", "federation.celery", "worker", "-B", "-c", "2", "-l", "INFO"]
    worker += ["-s", str(STATE_DIR / "celerybeat-schedule"), "--without-gossip", "--without-mingle"]
    supervisor.adopt("web", spawn(web, log=LOGS / "web.log", environment=environment))
    supervisor.adopt("worker", spawn(worker, log=LOGS / "worker.log", environment=environment))


def _wait_until_ready(supervisor: Supervisor, *, port: int) -> None:
    address = f"http://{LOOPBACK}:{port}/healthz/ready"
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        ended = supervisor.ended()
        if ended:
            message = f"{ended} ended while it started."
            raise with_log_tail(message, LOGS / f"{ended}.log")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    message = f"The web server is not ready after {_READY_SECONDS} s."
    raise with_log_tail(message, LOGS / "web.log")


def _port_of_last_time() -> int | None:
    port = get_done("port")
    return int(port) if port else None


def _take(lock: IO[str]) -> bool:
    """Take the lock that says "the demo runs", and leave our process id in it; the kernel frees it when we end."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return True


def _tell_running() -> int:
    report = read_report()
    if report:
        show_report(report)
        console.print("The demo is running already, at the addresses above. `make demo-stop` ends it.")
    else:
        console.print("The demo is just being started by another `make demo`.")
    return 0


def _hold_on_signals() -> None:
    """Let every way of being asked to stop end in the same place as Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """While stopping, a second Ctrl-C must not leave half of the children behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
