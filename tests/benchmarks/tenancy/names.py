"""What made-up towns are called, on both sides."""

from __future__ import annotations

from typing import Final

TEMPLATE: Final = "tenant_template"


def schema_of(number: int) -> str:
    """Return the schema of a made-up town."""
    return f"t_messstadt_{number}"


def host_of(number: int) -> str:
    """Return the host under which it answers."""
    return f"messstadt-{number}.localhost"
