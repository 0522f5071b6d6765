"""The whole product, running: web server and worker as in production, on a copy of the demo's data of its own."""

from __future__ import annotations

import os
import pickle
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from redis import Redis

from federation.devstack import pytest_plugin
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.processes import spawn, stop_process

ROOT = pytest_plugin.ROOT
_READY_SECONDS = 90
# Of Valkey's sixteen databases test processes use those from 0 on, and the products that they start those from 4 on:
# up to four processes, each with a product of each kind at a time.
_PROCESSES = 4
_KINDS = ("", "_keycloak", "_strict")


@dataclass(frozen=True)
class Product:
    """A running deployment on this machine."""

    port: int
    logs: Path
    valkey: str

    def at(self, site: str, path: str = "/") -> str:
        """Return the address of a page: `product.at("gladbeck", "/leistungen/")`."""
        return f"http://{site}.localhost:{self.port}{path}"

    def let_time_pass(self, session: str, *, minutes: int) -> None:
        """Make a session so much older, as if its owner had gone away meanwhile."""
        with Redis.from_url(self.valkey) as store:
            (name,) = store.scan_iter(match=f"*{session}", count=1000)
            stored = pickle.loads(store.get(name) or b"")  # noqa: S301 -- as Django has stored it
            account = stored["account"]
            for times in (account, account["proof"]):
                for key in ("started_at", "seen_at", "proved_at", "entered_at", "renew_at"):
                    if times.get(key):
                        times[key] -= 60 * minutes
            store.set(name, pickle.dumps(stored), keepttl=True)

    def end_of_logs(self, lines: int = 40) -> str:
        """Return the last lines of what web server and worker wrote, for a failure's report."""
        return "\n".join(
            f"--- {path.name}\n" + "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
            for path in sorted(self.logs.glob("*.log"))
        )


@contextmanager
def running_product(*, suffix: str = "", more: Mapping[str, str] | None = None) -> Iterator[Product]:
    """Start the product on a fresh copy of the seed, and end it with its database. The environment must be a test's.

    `suffix`, one of `_KINDS`, tells another one apart, with `more` in its environment.
    """
    name, port = pytest_plugin.database_name(f"_live{suffix}"), free_port()
    logs = ROOT / ".verbund" / "test" / "journeys" / f"{pytest_plugin.worker_name()}{suffix}"
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    pytest_plugin.copy_database(name)
    with ExitStack() as ending:
        ending.callback(pytest_plugin.drop_database, name)
        environment = {**_environment(name, port=port, logs=logs, kind=suffix), **(more or {})}
        web = spawn(_web(port), log=logs / "web.log", environment=environment)
        ending.callback(stop_process, web)
        worker = spawn(_worker(logs), log=logs / "worker.log", environment=environment)
        ending.callback(stop_process, worker)
        product = Product(port, logs, environment["VERBUND_REDIS_URL"])
        _wait_until_ready(product)
        yield product


def _environment(database: str, *, port: int, logs: Path, kind: str) -> dict[str, str]:
    valkey = urlsplit(os.environ["VERBUND_REDIS_URL"])
    own = int(valkey.path.strip("/") or 0) % _PROCESSES
    number = (1 + _KINDS.index(kind)) * _PROCESSES + own
    url = urlunsplit(valkey._replace(path=f"/{number}"))
    with Redis.from_url(url) as server:
        server.flushdb()
    address = urlsplit(os.environ["VERBUND_DATABASE_URL"])._replace(path=f"/{database}")
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "VERBUND_DATABASE_URL": urlunsplit(address),
        "VERBUND_REDIS_URL": url,
        "VERBUND_PUBLIC_SCHEME": "http",
        "VERBUND_PUBLIC_PORT": str(port),
        "VERBUND_LISTEN": "1",
        "VERBUND_SIMULATORS": "1",
        "VERBUND_REGISTRY_POLL_SECONDS": "1",
        "VERBUND_LOG_LEVEL": "WARNING",
        "VERBUND_METRICS_DIR": str(logs / "metrics"),
        "VERBUND_ARCHIVE_DIR": str(logs / "archives"),
    }


def _web(port: int) -> list[str | Path]:
    granian = [Path(sys.executable).parent / "granian", "--interface", "wsgi", "federation.wsgi:application"]
    shape = ["--workers", "1", "--blocking-threads", "4", "--backpressure", "512", "--no-ws"]
    return [*granian, *shape, "--host", LOOPBACK, "--port", str(port), "--log-level", "error"]


def _worker(logs: Path) -> list[str | Path]:
    celery: list[str | Path] = [sys.executable, "-m", "celery", "-A", "federation.celery", "worker", "-B", "-c", "1"]
    return [*celery, "-l", "WARNING", "-s", logs / "schedule", "--without-gossip", "--without-mingle"]


def _wait_until_ready(product: Product) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{product.port}/healthz/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    message = f"The product is not ready after {_READY_SECONDS} s.\n{product.end_of_logs()}"
    raise RuntimeError(message)
