"""Steps whose inputs have not changed since they last succeeded are skipped: the second start takes seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from federation.devstack.environment import ROOT, STATE_DIR
from federation.devstack.secrets_file import read_private_json, write_private_json

_STATE = STATE_DIR / "done.json"
_ROOMS = ("federation", "shared_services", "catalog", "tenants")


def fingerprint(patterns: Iterable[str], *, extra: str = "") -> str:
    """Return a hash over names and contents of the files that the patterns find in the rooms."""
    digest = hashlib.sha256(extra.encode())
    found = {path for room in _ROOMS for pattern in patterns for path in (ROOT / room).glob(pattern) if path.is_file()}
    for path in sorted(found):
        if "__pycache__" in path.parts:
            continue
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_done(step: str, mark: str) -> bool:
    """Tell whether a step already succeeded with these inputs."""
    return get_done(step) == mark


def get_done(step: str) -> str:
    """Return what a step left as its mark, empty when it never succeeded."""
    return str(read_private_json(_STATE).get(step, ""))


def set_done(step: str, mark: str) -> None:
    """Remember that a step succeeded with these inputs."""
    write_private_json(_STATE, {**read_private_json(_STATE), step: mark})
