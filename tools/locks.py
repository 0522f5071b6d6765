"""Writes the lock files: names, versions and hashes, for every Python from 3.11 on, and no addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
# dev first: the others take its versions, so that the tests try what production gets.
LOCKS = {
    "dev": ["pyproject.toml", "--group", "demo", "--group", "test", "--group", "lint"],
    "demo": ["pyproject.toml", "--group", "demo"],
    "production": ["pyproject.toml"],
    "node": ["--group", "node"],
}
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--upgrade",
    "--quiet",
]


def main() -> None:
    """Write requirements/*.txt and package-lock.json."""
    REQUIREMENTS.mkdir(exist_ok=True)
    for name, sources in LOCKS.items():
        constraint = ["-c", "requirements/dev.txt"] if name in {"demo", "production"} else []
        command = [sys.executable, "-m", "uv", "pip", "compile", *sources, *constraint, *OPTIONS]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        text = "# Written by `make locks`; do not edit.\n" + done.stdout
        (REQUIREMENTS / f"{name}.txt").write_text(text, encoding="utf-8")
        print(f"requirements/{name}.txt")
    npm = os.environ.get("VERBUND_NPM") or "npm"
    options = [
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved",
    ]
    subprocess.run([npm, "install", *options], cwd=ROOT, check=True)
    print("package-lock.json")


if __name__ == "__main__":
    main()
