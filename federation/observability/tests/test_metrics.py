"""Figures of all processes come together, and those of servers that are gone go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from federation.observability.metricsfiles import prepare_folder
from federation.settings.environment import ROOT

_COUNT_ONE = "from federation.observability.cached import count_cached; count_cached()"
_COUNT_ONE_AND_SHOW = f"{_COUNT_ONE}; from federation.observability.metrics import render; print(render().decode())"


def _run(program: str, base: Path) -> str:
    done = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", program],
        env={"VERBUND_MODE": "demo", "VERBUND_METRICS_DIR": str(base), "DJANGO_SETTINGS_MODULE": "federation.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_every_process_is_counted_whichever_is_asked(tmp_path: Path) -> None:
    _run(_COUNT_ONE, tmp_path)
    _run(_COUNT_ONE, tmp_path)
    assert "verbund_cached_answers_total 3.0" in _run(_COUNT_ONE_AND_SHOW, tmp_path)


def test_folders_of_servers_that_are_gone_go(tmp_path: Path) -> None:
    if not Path(f"/proc/{os.getpgrp()}").exists():
        pytest.skip("the leader of this process group is gone, so nobody knows when it started")
    reused = f"{os.getpgrp()}-1"  # a group with this number lives, but it started at another time
    gone = "4194303-17"  # above the highest number a process gets by default
    for name in (reused, gone, "not-ours"):
        (tmp_path / name).mkdir()
    own = prepare_folder(tmp_path)
    assert [folder.name for folder in tmp_path.iterdir()] == [own.name]


def test_a_running_neighbours_folder_stays(tmp_path: Path) -> None:
    neighbour = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    try:
        stat = Path(f"/proc/{neighbour.pid}/stat")
        started = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[19] if stat.exists() else "0"
        theirs = tmp_path / f"{neighbour.pid}-{started}"
        theirs.mkdir()
        prepare_folder(tmp_path)
        assert theirs.is_dir()
    finally:
        neighbour.communicate(b"\n", timeout=10)
    prepare_folder(tmp_path)
    assert not theirs.exists()
