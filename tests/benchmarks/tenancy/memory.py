"""Memory of processes on this machine, as the kernel tells it to root and to the processes' own user."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg


def megabytes_of_web(pid: int) -> float:
    """Return the proportional memory of the largest process below a web server's first."""
    return max(_megabytes(one) for one in _descendants(pid))


def megabytes_of_backends(url: str) -> list[float]:
    """Return what each of the application's sessions in a database takes from memory that nobody else has."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE '%\\_app'"
        ).fetchall()
    return [_megabytes(pid, "Private_Dirty") for (pid,) in rows]


def _descendants(pid: int) -> list[int]:
    told = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True, timeout=10
    ).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in told.splitlines())}
    found, last = [pid], [pid]
    while last:
        last = [child for child, parent in parents.items() if parent in last]
        found += last
    return found


def _megabytes(pid: int, kind: str = "Pss") -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024
