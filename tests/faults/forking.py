"""Make processes of the command quickly: one that has Django loaded forks a child for each.

Reads a line of JSON per wish from stdin and answers with a line: `{"words", "log", "fault"}` → the child's process id;
`{"wait", "seconds"}` → its exit status, negative for a signal, or null while it still runs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main() -> None:
    """Serve wishes until stdin ends."""
    django.setup()
    from federation.cli.main import add_commands  # noqa: PLC0415 -- needs Django
    from tests.faults import breaking  # noqa: F401, PLC0415 -- loaded once for all children

    add_commands()
    for line in sys.stdin:
        wish = json.loads(line)
        answer = _wait(wish["wait"], wish["seconds"]) if "wait" in wish else _fork(wish)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _fork(wish: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(_be_command(wish))
    return child


def _be_command(wish: dict[str, Any]) -> int:
    from federation.cli.main import cli  # noqa: PLC0415 -- needs Django
    from tests.faults.breaking import Fault, arm  # noqa: PLC0415

    log = os.open(Path(wish["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, nothing), (1, log), (2, log)):
        os.dup2(new, old)
    sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    if wish["fault"]:
        arm(Fault(**wish["fault"]))
    try:
        cli(wish["words"], prog_name="verbund")
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:  # noqa: BLE001 -- the end of the process, told in its log
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        return 70
    return 0


def _wait(child: int, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            return None
        time.sleep(0.02)


if __name__ == "__main__":
    main()
