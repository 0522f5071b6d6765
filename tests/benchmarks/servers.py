"""Web servers to load, and the load: granian as in production with one worker, wrk with changing hosts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from federation.devstack.ports import free_port

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
_START_SECONDS: Final = 30.0


@contextmanager
def serving(application: str, *, probe: str, host: str, **environment: str) -> Iterator[int]:
    """Serve a WSGI application (`module:name`) and yield its port once `probe` answers 200."""
    with serving_process(application, probe=probe, host=host, **environment) as (port, _pid):
        yield port


@contextmanager
def serving_process(application: str, *, probe: str, host: str, **environment: str) -> Iterator[tuple[int, int]]:
    """Serve as `serving` does, and yield the port and the number of the process whose child answers."""
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "granian"),
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "4",
    ]
    command += [
        "--backpressure",
        "16",
        "--no-ws",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "error",
        application,
    ]
    with (ROOT / ".verbund" / "bench-server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, stdout=log, stderr=log
        )
    try:
        _wait(port, probe, host, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, path: str, host: str, process: subprocess.Popen[bytes]) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 -- our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    message = f"the server did not answer; see {ROOT / '.verbund' / 'bench-server.log'}"
    raise RuntimeError(message)


def requests_per_second(port: int, path: str, hosts: list[str], *, seconds: int = 3, connections: int = 8) -> float:
    """Load one server with wrk, a host after the other, and return requests per second.

    Raises: RuntimeError when wrk is missing or an answer was no 200.
    """
    return _told(r"Requests/sec:\s+([\d.]+)", _load(port, path, hosts, seconds=seconds, connections=connections))


def milliseconds_p95(port: int, path: str, hosts: list[str], *, seconds: int = 5, connections: int = 2) -> float:
    """Load one server with wrk, a host after the other, and return within how long 95 of 100 were answered.

    Raises: as above.
    """
    return _told(r"p95 us: (\d+)", _load(port, path, hosts, seconds=seconds, connections=connections)) / 1000


def _load(port: int, path: str, hosts: list[str], *, seconds: int, connections: int) -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        message = "wrk is needed to load the servers (Debian package wrk)"
        raise RuntimeError(message)
    command = [
        wrk,
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "-s",
        str(HERE / "hosts.lua"),
        f"http://127.0.0.1:{port}{path}",
    ]
    done = subprocess.run([*command, "--", *hosts], capture_output=True, text=True, check=True, timeout=seconds + 30)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    return done.stdout


def _told(pattern: str, output: str) -> float:
    found = re.search(pattern, output)
    if found is None:
        raise RuntimeError(output)
    return float(found.group(1))
