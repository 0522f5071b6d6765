"""The environment, read once and checked, so that a wrong setting stops the start with a sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal, cast

from django.core.exceptions import ImproperlyConfigured

Mode = Literal["production", "demo", "test"]
_MODES: Final = ("production", "demo", "test")


def text(name: str, default: str | None = None) -> str:
    """Return a setting from the environment. Raises: ImproperlyConfigured when it is needed and missing."""
    value = os.environ.get(name, default)
    if value is None:
        message = f"Set the environment variable {name}; docs/operator/settings.md says what it means."
        raise ImproperlyConfigured(message)
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no setting: 1, true, yes, on mean yes."""
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: float) -> float:
    """Return a number. Raises: ImproperlyConfigured when it is none."""
    try:
        return float(os.environ.get(name, default))
    except ValueError as wrong:
        message = f"{name} must be a number."
        raise ImproperlyConfigured(message) from wrong


def items(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def _mode() -> Mode:
    mode = os.environ.get("VERBUND_MODE", "production")
    if mode not in _MODES:
        message = f"VERBUND_MODE is {mode!r}; it must be one of {', '.join(_MODES)}."
        raise ImproperlyConfigured(message)
    return cast("Mode", mode)


ROOT: Final = Path(__file__).resolve().parent.parent.parent
MODE: Final = _mode()
IS_PRODUCTION: Final = MODE == "production"
DATA_DIR: Final = Path(os.environ.get("VERBUND_DATA_DIR", str(ROOT / ".verbund")))
