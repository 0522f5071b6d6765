"""Children end together, asked or killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from federation.devstack.processes import Supervisor, is_alive, spawn, stop_process

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def wait_until(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def test_a_child_that_does_not_listen_is_killed_with_its_own_children(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "stubborn.log"
    child = spawn([sys.executable, "-c", STUBBORN], log=log)
    assert wait_until(lambda: log.read_text(encoding="utf-8").strip())
    grandchild = int(log.read_text(encoding="utf-8"))
    stop_process(child, patience_seconds=0.2)
    assert child.returncode == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(grandchild))


def test_supervisor_names_the_child_that_ended_and_ends_the_others(tmp_path: Path) -> None:
    supervisor = Supervisor()
    supervisor.adopt("long", spawn(["sleep", "60"], log=tmp_path / "long.log"))
    assert supervisor.ended() is None
    supervisor.adopt("short", spawn(["true"], log=tmp_path / "short.log"))
    assert supervisor.watch() == "short"
    pids = supervisor.process_ids()
    supervisor.stop()
    assert not is_alive(pids["long"])


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import os, pathlib, signal
        from federation.devstack.processes import spawn
        print(spawn(["sleep", "60"], log=pathlib.Path({str(tmp_path / "log")!r})).pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=30)
    assert wait_until(lambda: not is_alive(int(done.stdout)))


def test_what_is_written_to_standard_input_arrives(tmp_path: Path) -> None:
    child = spawn(["cat"], log=tmp_path / "log", stdin=b"a secret\n")
    assert child.wait(timeout=10) == 0
    assert (tmp_path / "log").read_bytes() == b"a secret\n"
