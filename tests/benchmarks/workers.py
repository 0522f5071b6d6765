"""Processes that are kept warm: each has Django of one side and does what it is asked, one operation after another.

Both sides of a comparison are measured inside such a process, so that neither pays for the start of Python. The clock
runs in the operation itself; messages are lines of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LOG: Final = ROOT / ".verbund" / "bench-workers.log"

Operation = Callable[..., Any]


class Worker:
    """One such process, seen from the suite. What it prints goes to `.verbund/bench-workers.log`."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        """Start a process that does the `OPERATIONS` of a module; its environment names Django's settings."""
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.workers", module],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Let it do an operation and return what came of it.

        Raises: RuntimeError with the operation's error, or when the process ended.
        """
        self.begin(operation, **arguments)
        if self._process.stdout is None:
            raise AssertionError
        line = self._process.stdout.readline()
        if not line:
            message = f"{operation}: the worker ended; see {LOG}"
            raise RuntimeError(message)
        answer = json.loads(line)
        if "error" in answer:
            message = f"{operation}: {answer['error']}; see {LOG}"
            raise RuntimeError(message)
        return answer["result"]

    def begin(self, operation: str, **arguments: Any) -> None:
        """Let it begin an operation and go on meanwhile: for one that will be killed."""
        if self._process.stdin is None:
            raise AssertionError
        self._process.stdin.write(json.dumps([operation, arguments]) + "\n")
        self._process.stdin.flush()

    def kill(self) -> bool:
        """Kill it with signal 9; return whether it was still at what it had begun, for it answers when it is done."""
        self._process.kill()
        self._process.wait(60)
        return self._process.stdout is not None and not self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it end: nothing more will be asked."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(60)


def serve(operations: Mapping[str, Operation]) -> None:
    """Do what the lines on standard input ask for, until they end."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever an operation prints must not stand among the answers.
    os.dup2(2, 1)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"result": operations[name](**arguments)}
        except Exception as problem:  # noqa: BLE001 -- the suite hears of it and ends with it
            traceback.print_exc()
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    serve(importlib.import_module(sys.argv[1]).OPERATIONS)
