"""YAML files, read safely by the fast loader where PyYAML has one: ten times as fast as the one in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """Return what a file holds: mappings, lists, texts, numbers, dates.

    Raises: OSError; ValueError for what is no YAML or no UTF-8: its sentence says where in the file.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- both are safe loaders
    except yaml.YAMLError as wrong:
        raise ValueError(str(wrong)) from wrong
