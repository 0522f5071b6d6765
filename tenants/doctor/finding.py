"""What the doctor tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["problem", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, or worth knowing. `code` is stable, for scripts; `what` says it to people.

    `tenant` is the short name, empty for what concerns the whole deployment.
    """

    severity: Severity
    code: str
    tenant: str
    what: str
    advice: str
