"""Structured logs: JSON lines in production, readable ones in the demo. Tenant and request id are in every line."""

from __future__ import annotations

from typing import Any

from federation.settings.environment import IS_PRODUCTION, text

LOGGING_CONFIG = "federation.observability.logs.configure"
LOGGING: dict[str, Any] = {
    "level": text("VERBUND_LOG_LEVEL", "INFO"),
    "format": text("VERBUND_LOG_FORMAT", "json" if IS_PRODUCTION else "text"),
}
