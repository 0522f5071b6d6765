"""Runs every gate, tells which ones failed, and fails if any did."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
GATES: dict[str, list[str]] = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "templates": ["python", "tools/lint_templates.py"],
    "translations": ["python", "tools/translations.py", "check"],
    "migrations": ["python", "-m", "federation.cli", "migrations", "check"],
    "rights": ["python", "tools/rights.py", "check"],
    "sizes": ["python", "tools/check_sizes.py"],
    "locks": ["python", "tools/check_locks.py"],
}


def main() -> int:
    """Run all gates (or those named on the command line); return the exit status."""
    wanted = sys.argv[1:] or list(GATES)
    # Settings need no server: nothing here connects to one.
    environment = {**os.environ, "VERBUND_MODE": "test", "DJANGO_SETTINGS_MODULE": "federation.settings"}
    failed = []
    for name in wanted:
        program, *arguments = GATES[name]
        begun = time.monotonic()
        print(f"── {name}: {' '.join(GATES[name])}", flush=True)
        done = subprocess.run([PROGRAMS / program, *arguments], cwd=ROOT, env=environment, check=False)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"── {name}: {verdict} ({time.monotonic() - begun:.1f} s)", flush=True)
        if done.returncode != 0:
            failed.append(name)
    print(f"Failed gates: {', '.join(failed)}" if failed else "All gates passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
