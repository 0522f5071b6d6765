"""The cast of the lifecycle's tests."""

from __future__ import annotations

from tenants.actors import system_actor

SYSTEM = system_actor("tests")
