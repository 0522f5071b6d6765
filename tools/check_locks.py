"""Lock files hold names, versions and hashes: no addresses, so that any index or mirror may serve the packages."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Of what runs in production: every one of them is somebody's to keep up to date there.
MOST_DIRECT_DEPENDENCIES = 40
ADDRESS = re.compile(r"[a-z+]+://|--(?:index-url|extra-index-url|find-links|trusted-host)|@ file:")
# Peer to the lock: what pyproject.toml names must be in there.
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def python_faults() -> Iterator[str]:
    """Yield what is wrong in requirements/*.txt."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if ADDRESS.search(line):
                yield f"{path.name}:{number}: holds an address: {line.strip()}"
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
        yield from (
            f"{path.name}: no hash for {block.split()[0]}"
            for block in blocks
            if "==" in block and "--hash=" not in block
        )


def npm_faults() -> Iterator[str]:
    """Yield what is wrong in package-lock.json."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, entry in lock["packages"].items():
        if "resolved" in entry:
            yield f"package-lock.json: {name} records an address"
        if name and "integrity" not in entry:
            yield f"package-lock.json: {name} has no hash"


def dependency_faults() -> Iterator[str]:
    """Yield direct dependencies that no lock holds, and a count that is too high."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"production": project["project"]["dependencies"], **project["dependency-groups"]}
    count = len(groups["production"])
    if count > MOST_DIRECT_DEPENDENCIES:
        yield f"pyproject.toml: {count} direct dependencies in production, at most {MOST_DIRECT_DEPENDENCIES}"
    for group, wanted in groups.items():
        lock = {"test": "dev", "lint": "dev"}.get(group, group)
        locked = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        for requirement in wanted:
            found = NAME.match(requirement)
            name = found.group() if found else requirement
            if not re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE | re.IGNORECASE):
                yield f"requirements/{lock}.txt: {name} is missing; run `make locks`"


def main() -> int:
    """Check all lock files; return the exit status."""
    faults = [*python_faults(), *npm_faults(), *dependency_faults()]
    print("\n".join(faults) if faults else "Lock files are complete and hold no addresses.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
