"""Small JSON files with passwords and ports, readable for their owner alone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def read_private_json(path: Path) -> dict[str, Any]:
    """Return the contents, empty when the file is missing or was cut short."""
    try:
        contents = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return contents if isinstance(contents, dict) else {}


def write_private_json(path: Path, contents: dict[str, Any]) -> None:
    """Write the file whole or not at all, with rights for the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(contents, file, ensure_ascii=False, indent=2)
        file.write("\n")
    half_done.replace(path)
