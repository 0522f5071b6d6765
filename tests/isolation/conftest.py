"""The demo's towns, for tests whose transactions are real."""

from __future__ import annotations

import pytest

from tenants.context import TenantRef
from tenants.registry.sites import directory


@pytest.fixture
def towns(fresh_database: str) -> list[TenantRef]:
    """Return all towns of the demo, in a database of their own where transactions are real."""
    return [tenant.ref for tenant in directory.snapshot().tenants.values()]
