"""The Keycloak of a test run, without one: what happens when its port goes to somebody else while it starts."""

from __future__ import annotations

import fcntl
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from federation.devstack import keycloak_for_tests
from federation.devstack.errors import DevstackError


class Server:
    """A server that ends as it is told, and notes that it was cleared away."""

    stopped = 0

    def __init__(self, ends_with: str) -> None:
        """Remember how."""
        self.ends_with = ends_with

    def wait_until_ready(self) -> None:
        """End, or not."""
        if self.ends_with:
            raise DevstackError(self.ends_with)

    def stop(self) -> None:
        """Count."""
        Server.stopped += 1


def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *endings: str) -> None:
    """Start, with one server after the other that ends so."""
    left: list[Any] = [Server(one) for one in endings]
    monkeypatch.setattr(keycloak_for_tests, "start_keycloak", lambda *_args, **_options: left.pop(0))
    Server.stopped = 0
    keycloak_for_tests._start(tmp_path)


@pytest.mark.parametrize("endings", [[""], ["ERROR: Port already bound: 24260", ""]])
def test_it_starts_on_other_ports_when_one_was_taken_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endings: list[str]
) -> None:
    start(tmp_path, monkeypatch, *endings)
    assert Server.stopped == len(endings) - 1


@pytest.mark.parametrize("endings", [["Port already bound"] * 3, ["no memory"]])
def test_any_other_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endings: list[str]) -> None:
    with pytest.raises(DevstackError, match=endings[0]):
        start(tmp_path, monkeypatch, *endings)
    assert Server.stopped == len(endings)


def test_two_processes_that_begin_at_once_begin_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []

    class Helper:
        pid, returncode = 1, None

        def __init__(self, command: Any, **_options: Any) -> None:
            begun.append(command)

    monkeypatch.setattr(subprocess, "Popen", Helper)
    both = [threading.Thread(target=keycloak_for_tests.begin, args=(tmp_path,)) for _process in range(2)]
    with (tmp_path / "keycloak-begun").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for one in both:
            one.start()
        time.sleep(0.2)  # both have opened the file by now, and wait
    for one in both:
        one.join()
    assert len(begun) == 1
