"""What the parts that speak with Keycloak have in common: our client scope, and JSON that stays the same."""

from __future__ import annotations

import json
from typing import Final

SCOPE: Final = "verbund"


def dumps(value: object) -> str:
    """Return JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
